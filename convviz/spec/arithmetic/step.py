"""One layer in its chain: what it reads, and whether the arrays and the index that came along are its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import LayerGeometry, describe
from ..indices import indices
from ..network import Flatten, Linear, NetworkSpec, Shape, times
from .explanation import Index

Floats = NDArray[np.float32]
Arrays = Mapping[str, Floats]
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Step:
    """A layer's ``row`` of the layer table, and ``source``, the layer before it ("input" for the first)."""

    row: LayerGeometry
    source: str


def step(network: NetworkSpec, layer: str) -> Step:
    """Where ``layer`` stands in its chain.

    Raises:
        InputError: there is no such layer, or the network does not fit together.
    """
    source = INPUT
    for row in describe(network):
        if row.layer.id == layer:
            return Step(row, source)
        source = row.layer.id
    raise InputError(f"the network {network.name!r} has no layer {layer!r}; choose one that it has")


def following(network: NetworkSpec, layer: str) -> Step | None:
    """The step that reads ``layer`` ("input" too); None where it is the last.

    Raises:
        InputError: there is no such layer, or the network does not fit together.
    """
    rows = describe(network)
    ids = (INPUT, *(row.layer.id for row in rows))
    if layer not in ids:
        raise InputError(f"the network {network.name!r} has no layer {layer!r}; choose one that it has")
    place = ids.index(layer)
    return Step(rows[place], layer) if place < len(rows) else None


def shape_of(network: NetworkSpec, layer: str) -> Shape:
    """The shape of a layer's values, or of the input."""
    return network.input_shape if layer == INPUT else step(network, layer).row.output_shape


def flattened(network: NetworkSpec, layer: str) -> Step | None:
    """The flatten that a flat ``layer`` still lies in the order of; None where its features are no units of maps.

    A dropout or an activation between the flatten and ``layer`` keeps the order.
    """
    found = None
    source = INPUT
    for row in describe(network):
        if isinstance(row.layer, Flatten) and len(row.input_shape) == 3:
            found = Step(row, source)
        elif isinstance(row.layer, Linear):  # mixes them
            found = None
        source = row.layer.id
        if source == layer:
            break
    return found


def checked(index: Sequence[int], shape: Shape, name: str) -> Index:
    """``index`` as plain numbers.

    Raises:
        InputError: an array of ``shape`` has nothing there; ``name`` says which array.
    """
    found = indices(index)
    if len(found) != len(shape) or any(not 0 <= place < size for place, size in zip(found, shape, strict=True)):
        values = f"{times(shape)} values" if prod(shape) != 1 else "one value"
        place = ", ".join(map(str, found))
        raise InputError(f"{name} has {values}, and none at ({place}); choose another one")
    return found


def taken(arrays: Arrays, name: str, shape: Shape, what: str = "values") -> Floats:
    """The array called ``name``, which must have ``shape``; ``what`` it holds is for the sentence.

    Raises:
        InputError: it is missing, or its shape is another.
    """
    array = arrays.get(name)
    if array is None:
        raise InputError(f"there are no {what} of {name}; compute the network once more")
    if array.shape != shape:
        raise InputError(
            f"the {what} of {name} are {times(array.shape)}, but this network has {times(shape)} there; "
            "compute it once more"
        )
    return array


def source_place(row: LayerGeometry, index: Index) -> Index:
    """Where a layer that keeps every value has taken the one at ``index`` from: only a flatten moves them."""
    if len(row.input_shape) == len(index):
        return index
    channel, rest = divmod(index[0], row.input_shape[1] * row.input_shape[2])
    return channel, *divmod(rest, row.input_shape[2])


def reading_place(row: LayerGeometry, index: Index) -> Index:
    """Where a layer that keeps every value has put the one at ``index`` of its input."""
    if len(row.output_shape) == len(index):
        return index
    channel, y, x = index
    return ((channel * row.input_shape[1] + y) * row.input_shape[2] + x,)
