"""What pooling does not see: the order of the values inside a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import describe, window
from ..network import AvgPool2d, Conv2d, MaxPool2d, NetworkSpec, Pair
from .evaluate import evaluate
from .lab import NAME, Lab, Operation

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
ROUNDING = 1e-5  # of the largest magnitude: a sum in another order differs by less


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Three ways to make an input smaller, each (channels, H′, W′)."""

    largest: Floats
    mean: Floats
    strided: Floats


def cell_of(lab: Lab) -> Pair:
    """The window (height, width) of the Lab's pooling where its windows do not overlap, else 2 in each dimension.

    It is never larger than the input.
    """
    cell: Pair = (1, 2) if lab.dims == 1 else (2, 2)
    layer = lab.layer
    if isinstance(layer, MaxPool2d | AvgPool2d):
        settings = window(layer)
        assert settings is not None
        kernel, stride, padding, dilation = settings
        if stride == kernel and padding == (0, 0) and dilation == (1, 1):
            cell = kernel
    return min(cell[0], lab.shape[1]), min(cell[1], lab.shape[2])


def permuted(values: Floats, cell: Pair, seed: int) -> Floats:
    """The values (C, H, W) in another order inside each cell; what is left beyond the last whole cell stays.

    >>> np.sort(permuted(np.array([[[1, 2, 3, 4, 5]]], np.float32), (1, 2), 0)[..., :2]).tolist()
    [[[1.0, 2.0]]]
    """
    channels, rows, columns = len(values), values.shape[1] // cell[0], values.shape[2] // cell[1]
    whole = (slice(None), slice(rows * cell[0]), slice(columns * cell[1]))
    split = values[whole].reshape(channels, rows, cell[0], columns, cell[1]).transpose(0, 1, 3, 2, 4)
    flat = split.reshape(channels, rows, columns, cell[0] * cell[1])
    mixed = np.random.default_rng(seed).permuted(flat, axis=3).reshape(split.shape)
    result = values.copy()
    result[whole] = mixed.transpose(0, 1, 3, 2, 4).reshape(channels, rows * cell[0], columns * cell[1])
    return result


def swapped(values: Floats, one: tuple[int, int, int], other: tuple[int, int, int], cell: Pair) -> Floats:
    """With two values (c, y, x) of the same cell exchanged.

    Raises:
        InputError: they lie in different cells.
    """
    if _cell_at(one, cell) != _cell_at(other, cell):
        raise InputError("these two values lie in different cells; swap two inside one cell")
    result = values.copy()
    result[one], result[other] = values[other], values[one]
    return result


def _cell_at(index: tuple[int, int, int], cell: Pair) -> tuple[int, int, int]:
    return index[0], index[1] // cell[0], index[2] // cell[1]


def side_by_side(lab: Lab, values: Floats, cell: Pair) -> Sides:
    """Max pooling, average pooling and a stride of one cell, for an input (C, H, W).

    The stride is that of the Lab's convolution, with its kernels, where it has one; else one value of each cell is
    kept and the others are left out.
    """
    largest, mean = (_made(layer, {}, values) for layer in (MaxPool2d("pool", cell), AvgPool2d("pool", cell)))
    layer = strided_layer(lab, cell)
    strided = values[:, :: cell[0], :: cell[1]] if layer is None else _made(layer, lab.multiplied, values)
    return Sides(largest, mean, strided)


def strided_layer(lab: Lab, cell: Pair) -> Conv2d | None:
    """The Lab's convolution with a stride of one cell; None where its operation is another one."""
    return replace(lab.layer, stride=cell) if isinstance(lab.layer, Conv2d) else None


def _made(layer: Operation, weights: Mapping[str, Floats], values: Floats) -> Floats:
    channels, height, width = values.shape
    (row,) = describe(NetworkSpec(NAME, (channels, height, width), (layer,)))
    return evaluate(row, weights, values)


def changed(before: Floats, after: Floats) -> Mask:
    """Which values are others now, beyond what rounding explains; NaN equals itself."""
    with np.errstate(invalid="ignore", over="ignore"):
        finite = np.abs(before[np.isfinite(before)])
        near = np.abs(after - before) <= ROUNDING * float(finite.max(initial=0.0))
    same = (before == after) | (np.isnan(before) & np.isnan(after)) | near
    return np.asarray(~same)
