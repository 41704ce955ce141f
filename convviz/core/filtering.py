"""A Lab's operation on a photo at its full size, in strips of rows that stay in the processor's cache.

A photo is filtered as it lies: moving the input (its pose) is for what is small enough to be seen whole.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..spec.arithmetic.taps import counted
from ..spec.errors import InputError
from ..spec.geometry import LayerGeometry
from ..spec.lab.lab import Lab
from ..spec.lab.source import FromPhoto
from ..spec.lab.strips import STRIP_ROWS, RowsDone
from ..spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, Pair
from ..spec.padding import Sides
from .padded_rows import PaddedRows

Floats = NDArray[np.float32]
Fill = Callable[[int, int, Tensor], None]  # rows first … last − 1 of the output, into a tensor (D, last − first, W′)
SLICE_S = 0.006  # of work, from one report to the next
# Torch's convolution reads the input once for all output channels: it is faster where there are many, with many taps.
FEW_CHANNELS, FEW_TAPS = 3, 72
_MOST_PRODUCTS = 2**26  # a strip: some 10 ms of torch's convolution
_MOST_ROWS = 256  # of the input, a strip


def strips(lab: Lab) -> Generator[RowsDone, None, Floats]:
    """The exact result (D, H′, W′) of the Lab's operation on its photo; yields every few milliseconds.

    Raises:
        InputError: the input is no photo, the operation does not fit it, or the result would be too large.
    """
    source = lab.source
    if not isinstance(source, FromPhoto):
        raise InputError("only a photo is filtered at full size; choose a photo as the input first")
    row = lab.row
    shape = row.output_shape
    fill, result = _fill(lab, row, source), np.empty(shape, np.float32)
    target, count, since = torch.from_numpy(result), _strip_rows(row), perf_counter()
    for first in range(0, shape[1], count):
        last = min(first + count, shape[1])
        fill(first, last, target[:, first:last])
        if last == shape[1] or perf_counter() - since > SLICE_S:
            yield RowsDone(last, shape[1])
            since = perf_counter()
    result.setflags(write=False)
    return result


def _strip_rows(row: LayerGeometry) -> int:
    stride: Pair = getattr(row.layer, "stride", (1, 1)) or getattr(row.layer, "kernel", (1, 1))
    a_row = max(row.products // row.output_shape[1], 1)
    return max(min(STRIP_ROWS, _MOST_PRODUCTS // a_row, _MOST_ROWS // stride[0]), 1)


def _fill(lab: Lab, row: LayerGeometry, source: FromPhoto) -> Fill:
    weights = {name: torch.from_numpy(np.array(array)) for name, array in lab.multiplied.items()}
    match row.layer:
        case Conv2d() as layer:
            bias = weights["conv.bias"] if layer.bias else None
            return _convolution(row, layer, source, weights["conv.weight"], bias)
        case ConvTranspose2d() as layer:
            bias = weights["conv.bias"] if layer.bias else None
            return _transposed(row, layer, source, weights["conv.weight"], bias)
        case MaxPool2d() | AvgPool2d() as layer:
            return _pooling(row, layer, source)
    rows = PaddedRows(source, (0, 0), (0, 0))  # no value of a photo is negative
    return lambda first, last, out: _copy(rows.read(first, last), out)


def _copy(values: Tensor, out: Tensor) -> None:
    out.copy_(values)


# --- convolutions ---------------------------------------------------------------------------------------------


def _convolution(row: LayerGeometry, layer: Conv2d, source: FromPhoto, kernels: Tensor, bias: Tensor | None) -> Fill:
    (p, q), stride, dilation = layer.padding, layer.stride, layer.dilation
    rows = PaddedRows(source, (p, p), (q, q), layer.padding_mode)
    reach = dilation[0] * (layer.kernel[0] - 1) + 1
    few = len(kernels) <= FEW_CHANNELS or int(torch.count_nonzero(kernels)) <= FEW_TAPS
    by_hand = few and stride[1] == 1
    taps = _Taps(layer, kernels, bias)

    def fill(first: int, last: int, out: Tensor) -> None:
        seen = rows.read(first * stride[0], (last - 1) * stride[0] + reach)
        if by_hand:
            taps.add(seen, out)
        else:
            _copy(functional.conv2d(seen[None], kernels, bias, stride, 0, dilation, layer.groups)[0], out)

    return fill


class _Taps:
    """A strip added up from shifted pieces of the input, one for each tap that is not 0.

    A small kernel is done three times faster than by torch's convolution.
    """

    def __init__(self, layer: Conv2d, kernels: Tensor, bias: Tensor | None) -> None:
        self._layer, self._kernels = layer, kernels
        self._bias = torch.zeros(len(kernels)) if bias is None else bias
        self._seen: Tensor | None = None
        self._pieces: list[list[tuple[float, Tensor]]] = []  # of each output channel: factors, and what they multiply

    def add(self, seen: Tensor, out: Tensor) -> None:
        if seen is not self._seen:  # to cut the pieces takes longer than to add a few of them
            self._seen, self._pieces = seen, [self._cut(seen, d, *strip.shape) for d, strip in enumerate(out)]
        for strip, bias, pieces in zip(out, self._bias, self._pieces, strict=True):
            if not pieces:
                strip.fill_(bias)
            for n, (factor, piece) in enumerate(pieces):
                torch.add(strip if n else bias, piece, alpha=factor, out=strip)

    def _cut(self, seen: Tensor, d: int, count: int, width: int) -> list[tuple[float, Tensor]]:
        layer, kernel = self._layer, self._kernels[d]
        first = d // (layer.out_channels // layer.groups) * len(kernel)
        rows = (count - 1) * layer.stride[0] + 1
        found = []
        for c, i, j in kernel.nonzero().tolist():
            top, left = i * layer.dilation[0], j * layer.dilation[1]
            piece = seen[first + c, top : top + rows : layer.stride[0], left : left + width]
            found.append((float(kernel[c, i, j]), piece))
        return found


def _transposed(
    row: LayerGeometry, layer: ConvTranspose2d, source: FromPhoto, kernels: Tensor, bias: Tensor | None
) -> Fill:
    rows = PaddedRows(source, (0, 0), (0, 0))
    (p, q), s, reach = layer.padding, layer.stride[0], layer.dilation[0] * (layer.kernel[0] - 1)
    height, groups = row.input_shape[1], layer.groups
    grouped = torch.cat([part.transpose(0, 1) for part in kernels.chunk(groups)])  # as torch has them

    def fill(first: int, last: int, out: Tensor) -> None:
        out.zero_()
        low, high = max(-((reach - first - p) // s), 0), min((last - 1 + p) // s + 1, height)
        if low < high:
            seen = rows.read(low, high)[None]
            whole = functional.conv_transpose2d(seen, grouped, None, layer.stride, 0, 0, groups, layer.dilation)[0]
            begin = low * s - p - first  # the row of ``out`` where ``whole`` begins
            above, left = max(begin, 0), max(-q, 0)
            part = whole[:, above - begin : last - first - begin, q + left : q + left + out.shape[2]]
            out[:, above : above + part.shape[1], left : left + part.shape[2]] = part
        if bias is not None:
            out.add_(bias[:, None, None])

    return fill


# --- pooling --------------------------------------------------------------------------------------------------


def _pooling(row: LayerGeometry, layer: MaxPool2d | AvgPool2d, source: FromPhoto) -> Fill:
    stride, dilation = layer.stride or layer.kernel, getattr(layer, "dilation", (1, 1))
    down, right = (_sides(row, layer, axis, stride[axis], dilation[axis]) for axis in (0, 1))
    largest = isinstance(layer, MaxPool2d)
    rows = PaddedRows(source, down, right, fill=-float("inf") if largest else 0.0)
    reach = dilation[0] * (layer.kernel[0] - 1) + 1
    merge = torch.maximum if largest else torch.add

    def fill(first: int, last: int, out: Tensor) -> None:
        seen = rows.read(first * stride[0], (last - 1) * stride[0] + reach)
        columns = torch.empty((len(out), last - first, seen.shape[2]))
        _merge(merge, seen.transpose(1, 2), stride[0], dilation[0], layer.kernel[0], columns.transpose(1, 2))
        _merge(merge, columns, stride[1], dilation[1], layer.kernel[1], out)
        if isinstance(layer, AvgPool2d):
            heights = counted(row, 0, np.arange(first, last)).sum(axis=1)
            out.div_(torch.from_numpy((heights[:, None] * widths).astype(np.float32)))

    widths = None if largest else counted(row, 1).sum(axis=1)
    return fill


def _merge(merge: Callable[..., Tensor], seen: Tensor, stride: int, dilation: int, taps: int, out: Tensor) -> None:
    """Merges what the ``taps`` read along the last axis; that of a window is first done along its height."""
    span = (out.shape[2] - 1) * stride + 1
    pieces = [seen[..., tap * dilation : tap * dilation + span : stride] for tap in range(taps)]
    if taps == 1:
        out.copy_(pieces[0])
        return
    merge(pieces[0], pieces[1], out=out)
    for piece in pieces[2:]:
        merge(out, piece, out=out)


def _sides(row: LayerGeometry, layer: MaxPool2d | AvgPool2d, axis: int, stride: int, dilation: int) -> Sides:
    """The padding, after the input as much more as windows reach beyond it where the output's size is rounded up."""
    end = (row.output_shape[1 + axis] - 1) * stride + dilation * (layer.kernel[axis] - 1) + 1
    before = layer.padding[axis]
    return before, max(end - before - row.input_shape[1 + axis], 0)
