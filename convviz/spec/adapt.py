"""Weights that follow their network's shapes: kept wherever they fit, and given back when a shape returns.

A kernel that grows is padded with zeros around its centre, one that shrinks is cropped around it; channels are cut
from, or added to, the end. What a new channel computes starts random and what reads it starts at zero, so nothing
downstream changes until it is edited or trained. A fully connected layer keeps the weights of those units of its
maps that are still there.

Whatever is cut away is remembered as :class:`Kept`: adapting always starts from there, so 5×5 → 3×3 → 5×5 gives
the first kernel back, bit for bit, unless it was edited in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod, sqrt
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .geometry import LayerGeometry, describe
from .network import Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Layer, Linear, NetworkSpec, Shape
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
    needed = shapes(new)
    arrays: dict[str, Floats] = {}
    remembered: dict[str, Kept] = {}
    for name, shape in needed.items():
        layer = new[name.rsplit(".", 1)[0]]
        source = _source(name, layer, old, weights, kept, before)
        if source is None:
            arrays[name] = _started(name, layer, shape, after[layer.id])
            if isinstance(layer, Linear) and shape[0] != shape[-1]:
                remembered[name] = Kept(arrays[name], after[layer.id], 1, arrays[name], True, True)
            continue
        result = _fitted(name, source, layer, shape, after[layer.id])
        arrays[name] = result.result
        if result.result is not source.source or result.needs_training:
            remembered[name] = result
    result_weights = Weights(arrays)
    frozen = {name: _with_result(k, result_weights[name]) for name, k in remembered.items()}
    if set(arrays) == set(weights) and all(result_weights[name] is weights[name] for name in arrays):
        result_weights = weights
    return result_weights, MappingProxyType(frozen)


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
    """What to start from: the array before it was first cut, or as it is now."""
    if layer.id not in old or type(old[layer.id]) is not type(layer) or name not in weights:
        return None
    now, was = weights[name], kept.get(name)
    if was is not None and (was.result is now or np.array_equal(was.result, now)):
        return was
    marked = was is not None and was.needs_training
    return Kept(now, before[layer.id], getattr(old[layer.id], "groups", 1), now, marked, marked)


def _with_result(kept: Kept, result: Floats) -> Kept:
    """The same with the read-only array that the weights hold."""
    source = result if kept.source is kept.result else kept.source
    return Kept(source, kept.layout, kept.groups, result, kept.new, kept.needs_training)


def _fitted(name: str, source: Kept, layer: Layer, shape: Shape, layout: Shape) -> Kept:
    groups = getattr(layer, "groups", 1)
    array = source.source
    whole = isinstance(layer, Linear) and name.endswith(".weight")
    moved = source.layout != layout if whole else False
    grown = shape[0] > array.shape[0] and not isinstance(layer, BatchNorm2d)
    if array.shape == shape and not moved and (source.groups == groups or array.ndim != 4):
        return Kept(array, source.layout, source.groups, array, source.new, source.new)
    if array.ndim == 4:
        result = _fitted_kernels(array, source.groups, shape, groups)
    elif array.ndim == 2:
        result = _fitted_rows(array, source.layout, shape, layout)
    else:
        result = _fitted_values(name, array, shape)
    if grown:
        result[array.shape[0] :] = _started_random(name, (shape[0] - array.shape[0], *shape[1:]))
    needs = source.new or grown or moved
    return Kept(array, source.layout, source.groups, result, source.new, needs)


def _fitted_kernels(array: Floats, old_groups: int, shape: Shape, groups: int) -> Floats:
    """Kernels (O, I/g, h, w): each keeps the input channels that it still sees, cropped or padded at its centre."""
    result = np.zeros(shape, np.float32)
    old_share, share = array.shape[0] // old_groups, shape[0] // groups  # output channels a group
    target, source = zip(*(_overlap(array.shape[2 + a], shape[2 + a]) for a in (0, 1)), strict=True)
    for out in range(min(array.shape[0], shape[0])):
        old_first = out // old_share * array.shape[1]  # the first input channel it saw
        first = out // share * shape[1]
        low, high = max(old_first, first), min(old_first + array.shape[1], first + shape[1])
        if low < high:
            part = array[out, low - old_first : high - old_first][(slice(None), *source)]
            result[out, low - first : high - first][(slice(None), *target)] = part
    return result


def _fitted_rows(array: Floats, old: Shape, shape: Shape, layout: Shape) -> Floats:
    """Rows (O, F) of a fully connected layer that read maps of shape ``old`` and now read ``layout``."""
    result = np.zeros(shape, np.float32)
    rows = min(array.shape[0], shape[0])
    if len(old) != len(layout):
        return result
    axes = [(slice(0, min(old[0], layout[0])),) * 2] + [
        _overlap(o, n) for o, n in zip(old[1:], layout[1:], strict=True)
    ]
    target, source = zip(*axes, strict=True)
    was = array[:rows].reshape(rows, *old)
    result.reshape(shape[0], *layout)[(slice(0, rows), *target)] = was[(slice(None), *source)]
    return result


def _fitted_values(name: str, array: Floats, shape: Shape) -> Floats:
    fill = 1.0 if name.endswith(("weight", "running_var")) else 0.0  # of a batch norm; a bias grows by zeros
    result = np.full(shape, fill, np.float32)
    count = min(len(array), shape[0])
    result[:count] = array[:count]
    return result


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    """Where ``old`` values lie among ``new`` ones around a common centre: (target, source)."""
    size = min(old, new)
    to, at = (new - size) // 2, (old - size) // 2
    return slice(to, to + size), slice(at, at + size)


def _started(name: str, layer: Layer, shape: Shape, layout: Shape) -> Floats:
    """The first weights of an inserted layer: it passes its input on unchanged where its shape allows."""
    if isinstance(layer, BatchNorm2d):
        return _fitted_values(name, np.zeros(0, np.float32), shape)
    if name.endswith(".bias"):
        return np.zeros(shape, np.float32)
    if isinstance(layer, Linear) and shape[0] == shape[1]:
        return np.eye(shape[0], dtype=np.float32)
    if isinstance(layer, Conv2d) and layer.out_channels == layout[0]:
        result = np.zeros(shape, np.float32)
        for out in range(shape[0]):
            result[out, out % shape[1], (shape[2] - 1) // 2, (shape[3] - 1) // 2] = 1.0
        return result
    return _started_random(name, shape)


def _started_random(name: str, shape: Shape) -> Floats:
    """As PyTorch draws them, from a seed that the name decides: the same edit gives the same network."""
    bound = 1.0 / sqrt(max(prod(shape[1:]), 1)) if len(shape) > 1 else 0.0
    rng = np.random.default_rng(sum(name.encode()))
    return rng.uniform(-bound, bound, shape).astype(np.float32)
