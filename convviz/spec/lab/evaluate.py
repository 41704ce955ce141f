"""What an operation makes of an input, in numpy: fast enough for every move of the mouse, and there before torch is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ..arithmetic.taps import counted
from ..errors import InputError
from ..geometry import LayerGeometry
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, Pair, ReLU

Floats = NDArray[np.float32]
_PAD = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


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
        InputError: the input has another shape, or the layer is none of the Lab's.
    """
    if values.shape != row.input_shape:
        raise InputError(f"{row.layer.id}: the input is {values.shape}, not {row.input_shape}")
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
    padded = _padded(values, layer.padding, _PAD.get(layer.padding_mode), 0.0)
    result = np.zeros(row.output_shape, np.float32)
    kernels, size = weights[f"{layer.id}.weight"], row.output_shape[1:]
    for (i, j), seen in _seen(padded, layer.kernel, layer.stride, layer.dilation, (size[0], size[1])):
        _add(result, kernels[:, :, i, j], seen, layer.groups)
    return _with_bias(result, layer, weights)


def _transposed(row: LayerGeometry, layer: ConvTranspose2d, weights: Mapping[str, Floats], values: Floats) -> Floats:
    """Every input value lays its multiple of the kernel down; what the padding cuts off is cut off at the end."""
    (p, q), (s, t), (d, e) = layer.padding, layer.stride, layer.dilation
    high, wide = row.output_shape[1:]
    whole = np.zeros((layer.out_channels, high + 2 * p, wide + 2 * q), np.float32)
    kernels = weights[f"{layer.id}.weight"]
    rows, columns = values.shape[1:]
    for i in range(layer.kernel[0]):
        for j in range(layer.kernel[1]):
            under = whole[:, i * d : i * d + (rows - 1) * s + 1 : s, j * e : j * e + (columns - 1) * t + 1 : t]
            _add(under, kernels[:, :, i, j], values, layer.groups)
    return _with_bias(np.ascontiguousarray(whole[:, p : p + high, q : q + wide]), layer, weights)


def _largest(row: LayerGeometry, layer: MaxPool2d, values: Floats) -> Floats:
    stride, size = layer.stride or layer.kernel, (row.output_shape[1], row.output_shape[2])
    reach = _reach(row, layer.kernel, stride, layer.padding, layer.dilation)
    padded = _padded(values, reach, None, -np.inf)[:, reach[0] - layer.padding[0] :, reach[1] - layer.padding[1] :]
    result = np.full(row.output_shape, -np.inf, np.float32)
    for _, seen in _seen(padded, layer.kernel, stride, layer.dilation, size):
        np.maximum(result, seen, out=result)  # NaN wins, as in torch
    return result


def _mean(row: LayerGeometry, layer: AvgPool2d, values: Floats) -> Floats:
    stride, size = layer.stride or layer.kernel, (row.output_shape[1], row.output_shape[2])
    reach = _reach(row, layer.kernel, stride, layer.padding, (1, 1))
    padded = _padded(values, reach, None, 0.0)[:, reach[0] - layer.padding[0] :, reach[1] - layer.padding[1] :]
    result = np.zeros(row.output_shape, np.float32)
    for _, seen in _seen(padded, layer.kernel, stride, (1, 1), size):
        result += seen
    heights, widths = (counted(row, axis).sum(axis=1) for axis in (0, 1))
    result /= (heights[:, None] * widths).astype(np.float32)
    return result


def _reach(row: LayerGeometry, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Pair:
    """The padding, or as much more as windows reach beyond it where the output's size is rounded up."""

    def along(a: int) -> int:
        end = (row.output_shape[1 + a] - 1) * stride[a] + dilation[a] * (kernel[a] - 1) + 1
        return max(padding[a], end - padding[a] - row.input_shape[1 + a])

    return along(0), along(1)


def _padded(values: Floats, padding: Pair, mode: str | None, fill: float) -> Floats:
    if not any(padding):
        return values
    widths = ((0, 0), (padding[0], padding[0]), (padding[1], padding[1]))
    if mode is None:
        return np.pad(values, widths, constant_values=fill)
    return np.asarray(np.pad(values, widths, mode=mode))  # type: ignore[call-overload]


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


def _add(result: Floats, factors: Floats, seen: Floats, groups: int) -> None:
    """Adds to each output channel what one tap contributes: ``factors`` (D, C / groups) times ``seen`` (C, …).

    Sums of products one by one, not a matrix product: that would wake a threaded BLAS, which fights with the window.
    """
    share, channels = result.shape[0] // groups, factors.shape[1]
    for d in range(result.shape[0]):
        first = d // share * channels
        for c in range(channels):
            result[d] += factors[d, c] * seen[first + c]


def _with_bias(result: Floats, layer: Conv2d | ConvTranspose2d, weights: Mapping[str, Floats]) -> Floats:
    if layer.bias:
        result += weights[f"{layer.id}.bias"][:, None, None]
    return result
