"""A convolution as two matrix products: patches times kernels, and the sparse matrix of a fully connected layer.

Both give the same numbers. The first shows that every position is multiplied by the same few weights, the second what a
layer without sharing would have to store.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arithmetic.taps import PADDING, Places, taps
from ..geometry import LayerGeometry
from ..network import Conv2d, ConvTranspose2d, Shape, times
from ..weights import Weights
from .links import channels_seen

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
SHOWN = 2**22  # values of a matrix that is shown: five filters on a digit of 28 × 28 need 2.7 million
MOST_ENTRIES = 2**19
FLOAT_BYTES = 4
PICTURE = (3, 256, 256)  # the lecture's example


@dataclass(frozen=True, eq=False)
class Sharing:
    """Where each weight stands in the big matrix: one item an entry, in the order of the kernels' taps.

    ``outputs``, ``inputs`` and ``weights`` are indices into the flattened output (D, H′, W′), input (C, H, W) and
    kernels (D, C / groups, h, w), as they are multiplied. Taps in zero padding have no entry. Where padding reads the
    input again, several entries may fall on one place of the matrix: they add up.
    """

    row: LayerGeometry
    outputs: Places
    inputs: Places
    weights: Places

    @property
    def kernel_shape(self) -> tuple[int, int, int, int]:
        """(D, C / groups, h, w)."""
        layer = self.row.layer
        assert isinstance(layer, Conv2d | ConvTranspose2d)
        return layer.out_channels, self.row.input_shape[0] // layer.groups, *layer.kernel

    @property
    def matrix_shape(self) -> tuple[int, int]:
        """(D·H′·W′, C·H·W) of the big matrix."""
        return prod(self.row.output_shape), prod(self.row.input_shape)

    @cached_property
    def patch_rows(self) -> Places:
        """For each entry its row of the patch matrix, which runs over (C, h, w)."""
        depth, _, *window = self.kernel_shape
        d, c, i, j = np.unravel_index(self.weights, self.kernel_shape)
        first = np.array([channels_seen(self.row, k).start for k in range(depth)], np.intp)
        return np.asarray(((first[d] + c) * window[0] + i) * window[1] + j, np.intp)

    @cached_property
    def patch_columns(self) -> Places:
        """For each entry its column of the patch matrix: the position in the output, in reading order."""
        return np.asarray(self.outputs % prod(self.row.output_shape[1:]), np.intp)

    def matrix(self, kernels: Floats) -> Floats:
        """The big matrix (D·H′·W′, C·H·W) of kernels as they are multiplied."""
        places = self.outputs * self.matrix_shape[1] + self.inputs
        values = kernels.ravel()[self.weights]
        result = np.zeros(prod(self.matrix_shape), np.float32)
        if self._overlapping:
            np.add.at(result, places, values)
        else:
            result[places] = values
        return result.reshape(self.matrix_shape)

    @property
    def _overlapping(self) -> bool:
        """Whether padding reads the input again, so that two entries may fall on one place."""
        return getattr(self.row.layer, "padding_mode", "zeros") != "zeros"

    def with_output(self, index: tuple[int, ...]) -> Mask:
        """The entries of one row: everything that the output (d, y, x) is made of."""
        return np.asarray(self.outputs == np.ravel_multi_index(index, self.row.output_shape))

    def with_input(self, index: tuple[int, ...]) -> Mask:
        """The entries of one column: everything that the input (c, y, x) goes into. None for a place in the padding."""
        if not all(0 <= at < size for at, size in zip(index, self.row.input_shape, strict=True)):
            return np.zeros(len(self.inputs), np.bool_)
        return np.asarray(self.inputs == np.ravel_multi_index(index, self.row.input_shape))

    def with_weight(self, index: tuple[int, ...]) -> Mask:
        """All entries that are the weight (d, c, i, j), as it is multiplied."""
        return np.asarray(self.weights == np.ravel_multi_index(index, self.kernel_shape))


def matrix_fits(row: LayerGeometry) -> bool:
    """Whether the big matrix of an operation is small enough to be shown."""
    return prod(row.output_shape) * prod(row.input_shape) <= SHOWN


def entry_count(row: LayerGeometry) -> int:
    """How many entries the big matrix has at most, those that fall into the padding counted as well.

    A transposed convolution has far fewer products than that: most of its taps lie between the values of its input.
    """
    layer = row.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return 0
    return prod(row.output_shape) * row.input_shape[0] // layer.groups * prod(layer.kernel)


def sharing(row: LayerGeometry) -> Sharing:
    """Where each weight of a convolution, also a transposed one, stands in the big matrix.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> (row,) = describe(NetworkSpec("lab", (1, 1, 4), (Conv2d("conv", 1, (1, 2), bias=False),)))
    >>> sharing(row).matrix(np.array([3, 2], np.float32)).tolist()
    [[3.0, 2.0, 0.0, 0.0], [0.0, 3.0, 2.0, 0.0], [0.0, 0.0, 3.0, 2.0]]
    """
    layer = row.layer
    assert isinstance(layer, Conv2d | ConvTranspose2d)
    where, (_, height, width) = _patch_places(row), row.input_shape
    seen, positions = row.input_shape[0] // layer.groups, prod(row.output_shape[1:])
    per_kernel = seen * prod(layer.kernel)
    found = []
    for d in range(layer.out_channels):
        first = channels_seen(row, d).start
        tap, position = np.nonzero(where != PADDING)
        for c in range(seen):
            weights = d * per_kernel + c * prod(layer.kernel) + tap
            inputs = (first + c) * height * width + where[tap, position]
            found.append(np.stack([d * positions + position, inputs, weights]))
    outputs, inputs, weights = np.concatenate(found, axis=1)
    return Sharing(row, outputs, inputs, weights)


def _patch_places(row: LayerGeometry) -> Places:
    """(h·w, H′·W′): where in a flattened channel each tap reads, at each position; PADDING outside."""
    ys, xs = taps(row, 0).T, taps(row, 1).T  # (h, H′), (w, W′)
    y, x = ys[:, None, :, None], xs[None, :, None, :]
    places = np.where((y == PADDING) | (x == PADDING), PADDING, y * row.input_shape[2] + x)
    return np.asarray(places.reshape(len(ys) * len(xs), -1), np.intp)


def patch_matrix(row: LayerGeometry, values: Floats) -> Floats:
    """(C·h·w, H′·W′): what every window reads, one column a position, as ``torch.nn.functional.unfold``."""
    places = _patch_places(row)
    flat = np.concatenate([values.reshape(len(values), -1), np.zeros((len(values), 1), np.float32)], axis=1)
    return np.asarray(flat[:, places].reshape(-1, places.shape[1]))  # PADDING is −1, the last: the zero


def kernel_matrix(row: LayerGeometry, kernels: Floats) -> Floats:
    """(D, C·h·w): one row an output channel; zeros where its group does not read."""
    depth, seen, *window = kernels.shape
    result = np.zeros((depth, row.input_shape[0], *window), np.float32)
    for d in range(depth):
        first = channels_seen(row, d).start
        result[d, first : first + seen] = kernels[d]
    return result.reshape(depth, -1)


def bias_of(row: LayerGeometry, weights: Weights) -> Floats:
    """(D,): the biases, zeros where the layer has none."""
    name = f"{row.layer.id}.bias"
    return weights[name] if getattr(row.layer, "bias", False) else np.zeros(row.output_shape[0], np.float32)


def cut_off(row: LayerGeometry, entries: int) -> tuple[int, int]:
    """How often a weight with so many ``entries`` in the big matrix is used, and how often of that in vain.

    A convolution uses it once a position; some of those fall into the padding. A transposed one multiplies every value
    of a channel with it; some products are cut off at the rim.
    """
    shape = row.input_shape if isinstance(row.layer, ConvTranspose2d) else row.output_shape
    used = prod(shape[1:])
    return used, used - entries


class Counts(NamedTuple):
    """How many numbers each way of writing a convolution has to hold, as formulas with the numbers put in."""

    convolution: str
    patches: str
    connected: str


def counts(row: LayerGeometry) -> Counts:
    """What has to be learnt and stored.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> for line in counts(describe(NetworkSpec("lab", (1, 28, 28), (Conv2d("conv", 2, (3, 3)),)))[0]):
    ...     print(line)
    2 × (1 × 3 × 3 + 1) = 20 parameters
    the same 20 parameters; 1·3·3 × 26·26 = 6,084 values, copied from 784
    1·28·28 × 2·26·26 + 1,352 = 1,061,320 parameters; 53,066 times as many
    """
    size, made, layer = prod(row.input_shape), prod(row.output_shape), row.layer
    assert isinstance(layer, Conv2d | ConvTranspose2d)
    positions, depth = prod(row.output_shape[1:]), row.input_shape[0] * prod(layer.kernel)
    patch, places = _dotted((row.input_shape[0], *layer.kernel)), _dotted(row.output_shape[1:])
    added = f" + {made:,}" if layer.bias else ""
    total = size * made + (made if layer.bias else 0)
    factor = total / row.params
    if factor == 1:
        times_as_many = "as many"
    else:
        times_as_many = f"{factor:,.0f} times as many" if factor >= 10 else f"{factor:.1f} times as many"
    return Counts(
        f"{row.formulas['params']} {'parameter' if row.params == 1 else 'parameters'}",
        f"the same {_parameters(row.params)}; {patch} × {places} = {depth * positions:,} values, copied from {size:,}",
        f"{_dotted(row.input_shape)} × {_dotted(row.output_shape)}{added} = {_parameters(total)}; {times_as_many}",
    )


def _parameters(count: int) -> str:
    return f"{count:,} parameter" if count == 1 else f"{count:,} parameters"


def _dotted(shape: Shape) -> str:
    return "·".join(str(size) for size in shape)


class Cost(NamedTuple):
    """``weights`` and ``memory_bytes`` of a fully connected layer whose output is as large as its input."""

    shape: Shape
    weights: int
    memory_bytes: int

    @property
    def sentence(self) -> str:
        """The lecture's argument, with the numbers put in."""
        size = _dotted(self.shape)
        gigabytes = float(f"{self.memory_bytes / 1e9:.2g}")
        kind = "RGB picture" if self.shape[0] == 3 else f"input of {self.shape[0]} channels"
        return (
            f"A fully connected layer from a {times(self.shape[1:])} {kind} to one of the same size has ({size})² = "
            f"{self.weights:,} ≃ {_scientific(self.weights)} weights; with {FLOAT_BYTES} bytes each that is "
            f"≃ {gigabytes:g} GB."
        )


def fully_connected_cost(shape: Shape = PICTURE) -> Cost:
    """What a fully connected layer on an input (C, H, W) costs if its output has the same size.

    >>> cost = fully_connected_cost()
    >>> cost.weights, cost.memory_bytes
    (38654705664, 154618822656)
    """
    weights = prod(shape) ** 2
    return Cost(shape, weights, weights * FLOAT_BYTES)


def _scientific(value: int) -> str:
    """Three digits and a power of ten, as the lecture writes it: 3.87e10."""
    digits, _, power = f"{value:.2e}".partition("e")
    return f"{digits}e{int(power)}"
