"""What an operation makes of an input, in numpy: fast enough for every move of the mouse, and there before torch is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ..arithmetic.step import taken
from ..errors import InputError
from ..geometry import LayerGeometry
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, PaddingMode, Pair, ReLU, times
from ..padding import padded

Floats = NDArray[np.float32]
_AT_ONCE = 2**15  # products: as many as stay in the cache of one core


def evaluate(row: LayerGeometry, weights: Mapping[str, Floats], values: Floats) -> Floats:
    """The output (D, H′, W′) float32 of one layer for an input (C, H, W); ``weights`` are those that are multiplied.

    The weights of a transposed convolution are (D, C / groups, h, w), see :class:`ConvTranspose2d`.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> (row,) = describe(NetworkSpec("lab", (1, 1, 4), (Conv2d("conv", 1, (1, 2), bias=False),)))
    >>> kernel = {"conv.weight": np.array([[[[3, 2]]]], np.float32)}
    >>> evaluate(row, kernel, np.array([[[1, 2, 3, 4]]], np.float32)).tolist()
    [[[7.0, 12.0, 17.0]]]

    Raises:
        InputError: the input or the weights have another shape, or the layer is none of the Lab's.
    """
    if values.shape != row.input_shape:
        raise InputError(f"{row.layer.id}: the input is {times(values.shape)}, but it needs {times(row.input_shape)}")
    with np.errstate(invalid="ignore", over="ignore"):
        match row.layer:
            case Conv2d():
                return _convolution(row, row.layer, weights, values)
            case ConvTranspose2d():
                return _transposed(row, row.layer, weights, values)
            case MaxPool2d():
                return _largest(row, row.layer, values)
            case AvgPool2d():
                return _mean(row, row.layer, values)
            case ReLU():
                return np.maximum(values, np.float32(0))
    raise InputError(f"the Lab has no {row.layer.kind}")


def _convolution(row: LayerGeometry, layer: Conv2d, weights: Mapping[str, Floats], values: Floats) -> Floats:
    padded = _around(values, layer.padding, layer.padding_mode)
    result = np.zeros(row.output_shape, np.float32)
    kernels, size = _kernels(row, layer, weights), (row.output_shape[1], row.output_shape[2])
    products = _room(row, layer.groups, size)
    for (i, j), seen in _seen(padded, layer.kernel, layer.stride, layer.dilation, size):
        _add(result, kernels[:, :, i, j], seen, layer.groups, products)
    return _with_bias(result, layer, weights)


def _transposed(row: LayerGeometry, layer: ConvTranspose2d, weights: Mapping[str, Floats], values: Floats) -> Floats:
    """Every input value lays its multiple of the kernel down; what the padding cuts off is cut off at the end."""
    (p, q), (s, t), (d, e) = layer.padding, layer.stride, layer.dilation
    high, wide = row.output_shape[1:]
    whole = np.zeros((layer.out_channels, high + 2 * p, wide + 2 * q), np.float32)
    kernels = _kernels(row, layer, weights)
    rows, columns = values.shape[1:]
    products = _room(row, layer.groups, (rows, columns))
    for i in range(layer.kernel[0]):
        for j in range(layer.kernel[1]):
            under = whole[:, i * d : i * d + (rows - 1) * s + 1 : s, j * e : j * e + (columns - 1) * t + 1 : t]
            _add(under, kernels[:, :, i, j], values, layer.groups, products)
    return _with_bias(np.ascontiguousarray(whole[:, p : p + high, q : q + wide]), layer, weights)


def _largest(row: LayerGeometry, layer: MaxPool2d, values: Floats) -> Floats:
    stride, size = layer.stride or layer.kernel, (row.output_shape[1], row.output_shape[2])
    reach = _reach(row, layer.kernel, stride, layer.padding, layer.dilation)
    padded = _around(values, reach, fill=-np.inf)[:, reach[0] - layer.padding[0] :, reach[1] - layer.padding[1] :]
    result = np.full(row.output_shape, -np.inf, np.float32)
    for _, seen in _seen(padded, layer.kernel, stride, layer.dilation, size):
        np.maximum(result, seen, out=result)  # NaN wins, as in torch
    return result


def _mean(row: LayerGeometry, layer: AvgPool2d, values: Floats) -> Floats:
    stride, size = layer.stride or layer.kernel, (row.output_shape[1], row.output_shape[2])
    reach = _reach(row, layer.kernel, stride, layer.padding, (1, 1))
    padded = _around(values, reach)[:, reach[0] - layer.padding[0] :, reach[1] - layer.padding[1] :]
    result = np.zeros(row.output_shape, np.float32)
    for _, seen in _seen(padded, layer.kernel, stride, (1, 1), size):
        result += seen
    result /= (_counts(row, layer, 0)[:, None] * _counts(row, layer, 1)).astype(np.float32)
    return result


def _counts(row: LayerGeometry, layer: AvgPool2d, axis: int) -> NDArray[np.intp]:
    """(outputs,): how many taps are counted along one axis, see :func:`..arithmetic.taps.counted`; without a table."""
    stride, padding, size = (layer.stride or layer.kernel)[axis], layer.padding[axis], row.input_shape[1 + axis]
    first = np.arange(row.output_shape[1 + axis], dtype=np.intp) * stride - padding
    last = first + layer.kernel[axis]
    if layer.count_include_pad:
        return np.minimum(last, size + padding) - first
    return np.minimum(last, size) - np.maximum(first, 0)


def _reach(row: LayerGeometry, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Pair:
    """The padding, or as much more as windows reach beyond it where the output's size is rounded up."""

    def along(a: int) -> int:
        end = (row.output_shape[1 + a] - 1) * stride[a] + dilation[a] * (kernel[a] - 1) + 1
        return max(padding[a], end - padding[a] - row.input_shape[1 + a])

    return along(0), along(1)


def _around(values: Floats, padding: Pair, mode: PaddingMode = "zeros", fill: float = 0.0) -> Floats:
    if not any(padding):
        return values
    return padded(values, ((0, 0), (padding[0], padding[0]), (padding[1], padding[1])), mode, fill)


def _seen(
    padded: Floats, kernel: Pair, stride: Pair, dilation: Pair, size: Pair
) -> Iterator[tuple[tuple[int, int], Floats]]:
    """For each tap (i, j) what it reads in all positions, (C, H′, W′)."""
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            rows = slice(top, top + (size[0] - 1) * stride[0] + 1, stride[0])
            columns = slice(left, left + (size[1] - 1) * stride[1] + 1, stride[1])
            yield (i, j), padded[:, rows, columns]


def _room(row: LayerGeometry, groups: int, size: Pair) -> Floats:
    """Memory for the products of one tap with one input channel, of so many output channels as stay in the cache."""
    together = min(max(_AT_ONCE // (size[0] * size[1]), 1), row.output_shape[0] // groups)
    return np.empty((together, *size), np.float32)


def _add(result: Floats, factors: Floats, seen: Floats, groups: int, products: Floats) -> None:
    """Adds to each output channel what one tap contributes: ``factors`` (D, C / groups) times ``seen`` (C, …).

    Sums of products one by one, not a matrix product: that would wake a threaded BLAS, which fights with the window.
    """
    share, channels = result.shape[0] // groups, factors.shape[1]
    for d in range(0, result.shape[0], share):
        first = d // share * channels
        for start in range(d, d + share, len(products)):
            outputs = slice(start, min(start + len(products), d + share))
            made = products[: outputs.stop - start]
            for c in range(channels):
                np.multiply(factors[outputs, c, None, None], seen[first + c], out=made)
                result[outputs] += made


def _kernels(row: LayerGeometry, layer: Conv2d | ConvTranspose2d, weights: Mapping[str, Floats]) -> Floats:
    shape = (layer.out_channels, row.input_shape[0] // layer.groups, *layer.kernel)
    return taken(weights, f"{layer.id}.weight", shape)


def _with_bias(result: Floats, layer: Conv2d | ConvTranspose2d, weights: Mapping[str, Floats]) -> Floats:
    if layer.bias:
        result += taken(weights, f"{layer.id}.bias", result.shape[:1])[:, None, None]
    return result
