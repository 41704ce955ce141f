"""Which positions a window touches, one axis at a time: what a unit reads, and who reads it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry import LayerGeometry, window
from ..network import AvgPool2d, Conv2d, ConvTranspose2d

Places = NDArray[np.intp]
PADDING = -1  # instead of a position: nothing lies there
REMEMBERED = 4096  # windows along an axis; tables of longer ones (a million samples) are made anew


class Readers(NamedTuple):
    """Who reads one position of an axis: the window at ``outputs[n]`` reads it with its tap ``taps[n]``.

    Reflected, replicated and circular padding let one window read one position more than once.
    """

    outputs: Places
    taps: Places


def taps(row: LayerGeometry, axis: int) -> Places:
    """(outputs, kernel): the position that each tap of each window reads, along the height (0) or the width (1).

    Zeros around the input are PADDING; other padding modes read the input elsewhere, and that position is named. For
    a transposed convolution it is the position whose kernel lies on the output with that tap, PADDING where none does.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> for mode in ("zeros", "reflect"):
    ...     conv = Conv2d("conv1", 1, (3, 3), padding=(1, 1), padding_mode=mode)
    ...     taps(describe(NetworkSpec("", (1, 3, 3), (conv,)))[0], 0).tolist()
    [[-1, 0, 1], [0, 1, 2], [1, 2, -1]]
    [[1, 0, 1], [0, 1, 2], [1, 2, 1]]
    """
    return _remembered(row, axis) if row.output_shape[1 + axis] <= REMEMBERED else _all(row, axis)


def taps_at(row: LayerGeometry, axis: int, outputs: Places | int) -> Places:
    """(outputs, kernel) or (kernel,): :func:`taps` of some windows only, whatever the size of the axis.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import ConvTranspose2d, NetworkSpec
    >>> upsampled = ConvTranspose2d("conv", 1, (1, 3), stride=(1, 2))
    >>> taps_at(describe(NetworkSpec("", (1, 1, 3), (upsampled,)))[0], 1, np.arange(4)).tolist()
    [[0, -1, -1], [-1, 0, -1], [1, -1, 0], [-1, 1, -1]]
    """
    if isinstance(row.layer, ConvTranspose2d):
        return _transposed(row.layer, axis, row.input_shape[1 + axis], np.asarray(outputs))
    settings = window(row.layer)
    assert settings is not None
    kernel, stride, padding, dilation = (setting[axis] for setting in settings)
    size = row.input_shape[1 + axis]
    places: Places = np.asarray(outputs)[..., None] * stride - padding + np.arange(kernel) * dilation
    mode = row.layer.padding_mode if isinstance(row.layer, Conv2d) else "zeros"
    match mode:
        case "reflect":
            places = np.abs(places)
            places = np.where(places >= size, 2 * (size - 1) - places, places)
        case "replicate":
            places = np.clip(places, 0, size - 1)
        case "circular":
            places %= size
        case _:
            places[(places < 0) | (places >= size)] = PADDING
    return places


def _transposed(layer: ConvTranspose2d, axis: int, size: int, outputs: Places) -> Places:
    """Which input value lies under each tap: output = position · stride + tap · dilation − padding."""
    kernel, stride, padding, dilation = (
        layer.kernel[axis],
        layer.stride[axis],
        layer.padding[axis],
        layer.dilation[axis],
    )
    from_first = outputs[..., None] + padding - np.arange(kernel) * dilation
    places: Places = from_first // stride
    places[(from_first % stride != 0) | (from_first < 0) | (places >= size)] = PADDING
    return places


def _all(row: LayerGeometry, axis: int) -> Places:
    return taps_at(row, axis, np.arange(row.output_shape[1 + axis]))


@lru_cache(maxsize=1024)
def _remembered(row: LayerGeometry, axis: int) -> Places:
    places = _all(row, axis)
    places.setflags(write=False)
    return places


def counted(row: LayerGeometry, axis: int, outputs: Places | int | None = None) -> NDArray[np.bool_]:
    """(outputs, kernel), or (kernel,) of one output: which taps an average pooling counts, along one axis.

    Those on the input; those in its padding too, unless the layer says otherwise; but never those beyond the padding,
    where the last window may reach when sizes are rounded up.
    """
    layer = row.layer
    assert isinstance(layer, AvgPool2d)
    at = np.arange(row.output_shape[1 + axis]) if outputs is None else np.asarray(outputs)
    if not layer.count_include_pad:
        return np.asarray(taps_at(row, axis, at) != PADDING)
    stride = (layer.stride or layer.kernel)[axis]
    places = at[..., None] * stride + np.arange(layer.kernel[axis])
    return np.asarray(places < row.input_shape[1 + axis] + 2 * layer.padding[axis])


def readers(row: LayerGeometry, axis: int, position: int) -> Readers:
    """Every window that reads ``position`` of the input, along one axis.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.presets import lecture
    >>> [places.tolist() for places in readers(describe(lecture())[0], 0, 2)]
    [[0, 1, 2], [2, 1, 0]]
    """
    if row.output_shape[1 + axis] <= REMEMBERED:
        return Readers(*np.nonzero(taps(row, axis) == position))
    near = _near(row, axis, position)
    found, tap = np.nonzero(taps_at(row, axis, near) == position)
    return Readers(near[found], tap)


def _near(row: LayerGeometry, axis: int, position: int) -> Places:
    """The windows that may read a position: those over it, and those over padding that takes its values elsewhere."""
    layer, outputs = row.layer, row.output_shape[1 + axis]
    if isinstance(layer, ConvTranspose2d):
        first = position * layer.stride[axis] - layer.padding[axis]
        return _between(first, first + (layer.kernel[axis] - 1) * layer.dilation[axis], outputs)
    settings = window(layer)
    assert settings is not None
    kernel, stride, padding, dilation = (setting[axis] for setting in settings)
    span = (kernel - 1) * dilation
    over = _between(-((span - position - padding) // stride), (position + padding) // stride, outputs)
    if not (isinstance(layer, Conv2d) and layer.padding_mode != "zeros" and padding):
        return over
    before = _between(0, (padding - 1) // stride, outputs)
    after = _between((row.input_shape[1 + axis] + padding - span - 1) // stride, outputs, outputs)
    return np.unique(np.concatenate((before, over, after)))


def _between(first: int, last: int, outputs: int) -> Places:
    return np.arange(max(first, 0), min(last, outputs - 1) + 1)
