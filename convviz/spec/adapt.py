"""Weights that follow their network's shapes: kept wherever they fit, and given back when a shape returns.

A kernel that grows is padded with zeros around its centre, one that shrinks is cropped around it; channels are cut
from, or added to, the end. What a new channel computes starts random and what reads it starts at zero, so nothing
downstream changes until it is edited or trained. Kernels keep the input channels that their group still sees. A fully
connected layer keeps the weights of those units of its maps that are still there; one that reads something else
altogether starts anew.

Whatever is cut away is remembered as :class:`Kept`: adapting always starts from there, so 5×5 → 3×3 → 5×5 gives
the first kernel back, bit for bit, unless it was edited in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod, sqrt
from types import MappingProxyType
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .geometry import LayerGeometry, describe
from .network import Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Layer, Linear, NetworkSpec, Shape
from .weight_edit import same_bits
from .weights import Weights, shapes

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Where an array came from when it was last made to fit.

    ``source`` is the array before, for an input of shape ``layout``; ``groups`` those of a convolution. ``result`` is
    what was made of it. ``new`` says that the source was never trained; ``needs_training`` that the result holds
    values no training has seen in their place.
    """

    source: Floats
    layout: Shape
    groups: int
    result: Floats
    new: bool
    needs_training: bool


NOTHING_KEPT: Mapping[str, Kept] = MappingProxyType({})


def adapt(
    old: NetworkSpec, weights: Weights, new: NetworkSpec, kept: Mapping[str, Kept] = NOTHING_KEPT
) -> tuple[Weights, Mapping[str, Kept]]:
    """The weights of ``old`` made to fit ``new``, and what has to be remembered of them.

    Raises:
        InputError: a layer of ``new`` does not fit its input.

    >>> from dataclasses import replace
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> old, weights = lecture(), initial(lecture())
    >>> large = old.with_layer(replace(old["conv1"], kernel=(9, 9)))
    >>> grown, kept = adapt(old, weights, large)
    >>> grown["conv1.weight"].shape, untrained(large, kept)
    ((32, 1, 9, 9), ('fc1',))
    >>> back, kept = adapt(large, grown, old, kept)
    >>> back["conv1.weight"] is weights["conv1.weight"], untrained(old, kept)
    (True, ())
    """
    before, after = _inputs(old), _inputs(new)
    arrays: dict[str, Floats] = {}
    remembered: dict[str, Kept] = {}
    for name, shape in shapes(new).items():
        layer = new[name.rsplit(".", 1)[0]]
        source = _source(name, layer, old, weights, kept, before)
        if source is None:
            made = _started(name, layer, shape, after[layer.id])
        else:
            made = _fitted(name, source, layer, shape, after[layer.id])
        made.result.setflags(write=False)  # so the weights hold this very array
        arrays[name] = made.result
        if made.result is not made.source or made.needs_training:
            remembered[name] = made
    unchanged = arrays.keys() == weights.keys() and all(array is weights[name] for name, array in arrays.items())
    return weights if unchanged else Weights(arrays), MappingProxyType(remembered)


def untrained(spec: NetworkSpec, kept: Mapping[str, Kept]) -> tuple[str, ...]:
    """The layers that need training: their input changed, or they were given new outputs."""
    marked = {name.rsplit(".", 1)[0] for name, k in kept.items() if k.needs_training}
    return tuple(layer.id for layer in spec if layer.id in marked)


def all_new(spec: NetworkSpec, weights: Weights) -> Mapping[str, Kept]:
    """The record of a network whose weights are all random."""
    inputs = _inputs(spec)
    made: dict[str, Kept] = {}
    for name, array in weights.items():
        layer = spec[name.rsplit(".", 1)[0]]
        if not isinstance(layer, BatchNorm2d):
            made[name] = Kept(array, inputs[layer.id], getattr(layer, "groups", 1), array, True, True)
    return MappingProxyType(made)


def maps_before(spec: NetworkSpec, layer_id: str) -> Shape:
    """What a layer reads, as the maps it came from: (C, H, W) also behind a flatten; (F,) for features of a layer.

    >>> from convviz.spec.presets import lecture
    >>> maps_before(lecture(), "fc1"), maps_before(lecture(), "fc2")
    ((64, 2, 2), (200,))
    """
    return _inputs(spec)[layer_id]


def _inputs(spec: NetworkSpec) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    layout: Shape = spec.input_shape
    for row in describe(spec):
        found[row.layer.id] = layout
        layout = _layout_after(row, layout)
    return found


def _layout_after(row: LayerGeometry, layout: Shape) -> Shape:
    keeps = isinstance(row.layer, Flatten) or (
        len(row.output_shape) == 1 and isinstance(row.layer, Activation | Dropout)
    )
    return layout if keeps else row.output_shape


def _source(
    name: str,
    layer: Layer,
    old: NetworkSpec,
    weights: Weights,
    kept: Mapping[str, Kept],
    before: Mapping[str, Shape],
) -> Kept | None:
    """What to start from: the array before it was first cut, or as it is now. None if the layer is a new one."""
    if layer.id not in old or type(old[layer.id]) is not type(layer) or name not in weights:
        return None
    now, was = weights[name], kept.get(name)
    if was is not None and same_bits(was.result, now):
        return was
    marked = was is not None and was.needs_training
    return Kept(now, before[layer.id], getattr(old[layer.id], "groups", 1), now, marked, marked)


def _fitted(name: str, source: Kept, layer: Layer, shape: Shape, layout: Shape) -> Kept:
    groups = getattr(layer, "groups", 1)
    array, count = source.source, source.source.shape[0]
    grown = shape[0] > count and not isinstance(layer, BatchNorm2d)
    foreign = False  # whether values now stand where they were not trained
    if array.ndim == 4:
        if array.shape == shape and source.groups == groups:
            return _whole(source)
        result, foreign = _fitted_kernels(array, source.groups, shape, groups)
    elif array.ndim == 2:
        foreign = source.layout != layout and not _same_features(source.layout, layout)
        if array.shape == shape and not foreign:
            return _whole(source)
        result = _fitted_rows(name, array, source.layout, shape, layout)
    else:
        if array.shape == shape:
            return _whole(source)
        result = _fitted_values(name, array, shape)
    if grown:
        result[count:] = _drawn(name, shape, count)
    return Kept(array, source.layout, source.groups, result, source.new, source.new or grown or foreign)


def _whole(source: Kept) -> Kept:
    """The array as it was before it was cut."""
    return Kept(source.source, source.layout, source.groups, source.source, source.new, source.new)


def _same_features(old: Shape, new: Shape) -> bool:
    """Whether maps are now read as features, or the other way: each value still has its place."""
    return len(old) != len(new) and prod(old) == prod(new)


def _fitted_kernels(array: Floats, old_groups: int, shape: Shape, groups: int) -> tuple[Floats, bool]:
    """Kernels (O, I/g, h, w): each keeps the input channels that it still sees, cropped or padded at its centre.

    Kernels of which it sees none any more read others instead; then the second value is True.
    """
    result, foreign = np.zeros(shape, np.float32), False
    count = min(array.shape[0], shape[0])
    old_share, share = array.shape[0] // old_groups, shape[0] // groups  # output channels a group
    target, source = zip(*(_overlap(array.shape[a], shape[a]) for a in (2, 3)), strict=True)
    edges = sorted({*range(0, count, old_share), *range(0, count, share), count})
    for start, stop in pairwise(edges):  # these share a group, before and now
        old_first = start // old_share * array.shape[1]  # the first input channel they saw
        first = start // share * shape[1]
        low, high = max(old_first, first), min(old_first + array.shape[1], first + shape[1])
        if low >= high:
            low, high, old_first, first, foreign = 0, min(array.shape[1], shape[1]), 0, 0, True
        part = array[start:stop, low - old_first : high - old_first, *source]
        result[start:stop, low - first : high - first, *target] = part
    return result, foreign


def _fitted_rows(name: str, array: Floats, old: Shape, shape: Shape, layout: Shape) -> Floats:
    """Rows (O, F) of a fully connected layer that read maps of shape ``old`` and now read ``layout``."""
    rows = min(array.shape[0], shape[0])
    if len(old) != len(layout) and not _same_features(old, layout):
        return _drawn(name, shape)  # zeros would leave units dead whose bias is negative, behind a ReLU
    result = np.zeros(shape, np.float32)
    if len(old) != len(layout):
        result[:rows] = array[:rows]
        return result
    first = slice(0, min(old[0], layout[0]))  # channels, or features
    centres = (_overlap(o, n) for o, n in zip(old[1:], layout[1:], strict=True))
    target, source = zip((first, first), *centres, strict=True)
    result.reshape(shape[0], *layout)[:rows, *target] = array.reshape(-1, *old)[:rows, *source]
    return result


def _fitted_values(name: str, array: Floats, shape: Shape) -> Floats:
    fill = 1.0 if name.endswith(("weight", "running_var")) else 0.0  # of a batch norm; a bias grows by zeros
    result = np.full(shape, fill, np.float32)
    count = min(len(array), shape[0])
    result[:count] = array[:count]
    return result


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    """Where ``old`` values lie among ``new`` ones around a common centre: (target, source).

    The centre of an even number is the earlier of its two middle ones, as for PyTorch's padding="same". So it is the
    same whether one goes from 2 to 5 at once or over 3 and 4.

    >>> _overlap(3, 5), _overlap(3, 4), _overlap(3, 2)
    ((slice(1, 4, None), slice(0, 3, None)), (slice(0, 3, None), slice(0, 3, None)), (slice(0, 2, None), slice(1, 3, None)))
    """  # noqa: E501
    shift, size = (new - 1) // 2 - (old - 1) // 2, min(old, new)
    to, at = max(shift, 0), max(-shift, 0)
    return slice(to, to + size), slice(at, at + size)


def _started(name: str, layer: Layer, shape: Shape, layout: Shape) -> Kept:
    """The first weights of an inserted layer: it passes its input on unchanged where its shape allows."""
    new = False
    if isinstance(layer, BatchNorm2d) or name.endswith(".bias"):
        result = _fitted_values(name, np.zeros(0, np.float32), shape)
    elif isinstance(layer, Linear) and shape[0] == shape[1]:
        result = np.eye(shape[0], dtype=np.float32)
    elif isinstance(layer, Conv2d) and layer.out_channels == layout[0]:
        result = np.zeros(shape, np.float32)
        channels = np.arange(shape[0])
        result[channels, channels % shape[1], (shape[2] - 1) // 2, (shape[3] - 1) // 2] = 1.0
    else:
        result, new = _drawn(name, shape), True
    return Kept(result, layout, getattr(layer, "groups", 1), result, new, new)


def _drawn(name: str, shape: Shape, first: int = 0) -> Floats:
    """Rows ``first`` and later of random weights as PyTorch draws them; a bias is zero.

    The name is the seed, so the same edit gives the same network; a row is the same however many there are.
    """
    if len(shape) == 1:
        return np.zeros(shape[0] - first, np.float32)
    inputs = prod(shape[1:])
    stream = np.random.PCG64(crc32(name.encode()))
    stream.advance(first * inputs)  # a draw a value
    bound = 1.0 / sqrt(inputs)
    return np.random.Generator(stream).uniform(-bound, bound, (shape[0] - first, *shape[1:])).astype(np.float32)
