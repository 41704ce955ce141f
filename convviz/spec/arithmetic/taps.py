"""Which positions a window touches, one axis at a time: what a unit reads, and who reads it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry import LayerGeometry, window
from ..network import AvgPool2d, Conv2d

Places = NDArray[np.intp]
PADDING = -1  # instead of a position: nothing lies there


class Readers(NamedTuple):
    """Who reads one position of an axis: the window at ``outputs[n]`` reads it with its tap ``taps[n]``.

    Reflected, replicated and circular padding let one window read one position more than once.
    """

    outputs: Places
    taps: Places


@lru_cache(maxsize=1024)
def taps(row: LayerGeometry, axis: int) -> Places:
    """(outputs, kernel): the position that each tap of each window reads, along the height (0) or the width (1).

    Zeros around the input are PADDING; other padding modes read the input elsewhere, and that position is named.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> for mode in ("zeros", "reflect"):
    ...     conv = Conv2d("conv1", 1, (3, 3), padding=(1, 1), padding_mode=mode)
    ...     taps(describe(NetworkSpec("", (1, 3, 3), (conv,)))[0], 0).tolist()
    [[-1, 0, 1], [0, 1, 2], [1, 2, -1]]
    [[1, 0, 1], [0, 1, 2], [1, 2, 1]]
    """
    settings = window(row.layer)
    assert settings is not None
    kernel, stride, padding, dilation = (setting[axis] for setting in settings)
    size, outputs = row.input_shape[1 + axis], row.output_shape[1 + axis]
    places = np.arange(outputs)[:, None] * stride - padding + np.arange(kernel) * dilation
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
    places.setflags(write=False)
    return places


@lru_cache(maxsize=1024)
def counted(row: LayerGeometry, axis: int) -> NDArray[np.bool_]:
    """(outputs, kernel): which taps an average pooling counts, along one axis.

    Those on the input; those in its padding too, unless the layer says otherwise; but never those beyond the padding,
    where the last window may reach when sizes are rounded up.
    """
    layer = row.layer
    assert isinstance(layer, AvgPool2d)
    if not layer.count_include_pad:
        return np.asarray(taps(row, axis) != PADDING)
    stride = (layer.stride or layer.kernel)[axis]
    places = np.arange(row.output_shape[1 + axis])[:, None] * stride + np.arange(layer.kernel[axis])
    return np.asarray(places < row.input_shape[1 + axis] + 2 * layer.padding[axis])


def readers(row: LayerGeometry, axis: int, position: int) -> Readers:
    """Every window that reads ``position`` of the input, along one axis.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.presets import lecture
    >>> [places.tolist() for places in readers(describe(lecture())[0], 0, 2)]
    [[0, 1, 2], [2, 1, 0]]
    """
    return Readers(*np.nonzero(taps(row, axis) == position))
