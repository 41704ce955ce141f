"""The kernel of one output channel as an editor shows it: slices of cells, whatever the layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .adapt import maps_before
from .network import Conv2d, ConvTranspose2d, Dropout, Flatten, Linear, NetworkSpec
from .origin import Origin
from .weights import Weights

Floats = NDArray[np.float32]
WIDEST = 20  # cells in a row, of a fully connected row that does not come from maps
_WITH_KERNELS = Conv2d | ConvTranspose2d | Linear


@dataclass(frozen=True, slots=True, eq=False)
class KernelView:
    """``values`` (S, h, w): one slice an input channel. ``original`` the same before any edit, None if shapes differ.

    ``cells`` is how many cells of a slice are real; the last ones of a wrapped row may be blank. ``reads`` names the
    layer whose maps the slices are multiplied with, ``first`` the map that slice 0 belongs to.
    """

    layer: str
    channel: int
    values: Floats
    original: Floats | None
    bias: float | None
    original_bias: float | None
    cells: int
    reads: str
    first: int = 0


class HasKernels(Protocol):
    """A State, or the Lab: a network with weights, and both before any edit."""

    @property
    def network(self) -> NetworkSpec: ...
    @property
    def weights(self) -> Weights: ...
    @property
    def origin(self) -> Origin: ...


def kernel_view(state: HasKernels, layer_id: str, channel: int) -> KernelView | None:
    """The kernel behind a channel, None where the layer has none.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> from convviz.spec.preparation import Preparation
    >>> from convviz.spec.state import State
    >>> from convviz.spec.strokes import Drawing
    >>> state = State(lecture(), initial(lecture()), Drawing(), Preparation())
    >>> view = kernel_view(state, "fc1", 3)
    >>> view.values.shape, view.reads
    ((64, 2, 2), 'relu2')
    """
    if layer_id not in state.network or not isinstance(state.network[layer_id], _WITH_KERNELS):
        return None
    layer = state.network[layer_id]
    rows = state.weights[f"{layer_id}.weight"]
    if not 0 <= channel < len(rows):
        return None
    shape, cells = _slices(state.network, layer_id)
    first = 0
    if isinstance(layer, Conv2d | ConvTranspose2d) and layer.groups > 1:
        first = channel // (layer.out_channels // layer.groups) * shape[0]
    return KernelView(
        layer_id,
        channel,
        _wrapped(rows[channel], shape),
        _original(state, layer_id, channel, shape),
        _bias(state.weights, layer_id, channel),
        _bias(state.origin.weights, layer_id, channel),
        cells,
        _reads(state.network, layer_id),
        first,
    )


def with_kernel(weights: Weights, view: KernelView, values: Floats) -> Weights:
    """The weights with that channel's kernel set to ``values`` (S, h, w)."""
    name = f"{view.layer}.weight"
    array = weights[name].copy()
    row = array[view.channel]
    row[...] = values.ravel()[: row.size].reshape(row.shape)
    array.setflags(write=False)  # so the weights need no copy of their own
    return weights.replaced(name, array)


def with_bias(weights: Weights, view: KernelView, value: float) -> Weights:
    """The weights with that channel's bias set."""
    array = weights[f"{view.layer}.bias"].copy()
    array[view.channel] = value
    array.setflags(write=False)
    return weights.replaced(f"{view.layer}.bias", array)


def _slices(spec: NetworkSpec, layer_id: str) -> tuple[tuple[int, int, int], int]:
    """(S, h, w) of the view, and how many cells of a slice are real."""
    layer = spec[layer_id]
    maps = maps_before(spec, layer_id)
    if isinstance(layer, Conv2d | ConvTranspose2d):
        return (maps[0] // layer.groups, *layer.kernel), layer.kernel[0] * layer.kernel[1]
    if len(maps) == 3:
        return (maps[0], maps[1], maps[2]), maps[1] * maps[2]
    count = maps[0]
    least = min(isqrt(count - 1) + 1, WIDEST)
    wide = next((n for n in range(WIDEST, least - 1, -1) if count % n == 0), WIDEST if count >= WIDEST else count)
    return (1, ceil(count / wide), wide), count


def _wrapped(row: Floats, shape: tuple[int, int, int]) -> Floats:
    size = shape[0] * shape[1] * shape[2]
    if row.size < size:
        row = np.append(row, np.zeros(size - row.size, np.float32))
    return row.reshape(shape)


def _original(state: HasKernels, layer_id: str, channel: int, shape: tuple[int, int, int]) -> Floats | None:
    rows = state.origin.weights.get(f"{layer_id}.weight")
    if rows is None or rows.shape != state.weights[f"{layer_id}.weight"].shape:
        return None
    return _wrapped(rows[channel], shape)


def _bias(weights: Weights, layer_id: str, channel: int) -> float | None:
    biases = weights.get(f"{layer_id}.bias")
    return float(biases[channel]) if biases is not None and channel < len(biases) else None


def _reads(spec: NetworkSpec, layer_id: str) -> str:
    """The layer whose values the kernel is multiplied with; a flatten only lays those of another out in a row."""
    layers = list(spec)
    at = next(i for i, layer in enumerate(layers) if layer.id == layer_id) - 1
    back = at
    while back >= 0 and isinstance(layers[back], Flatten | Dropout):
        back -= 1
    if not any(isinstance(layer, Flatten) for layer in layers[back + 1 : at + 1]):
        back = at
    return layers[back].id if back >= 0 else "input"
