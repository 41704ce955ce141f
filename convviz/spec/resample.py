"""One picture placed in another, at any scale, exactly and without Qt, torch or Pillow."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_Values = TypeVar("_Values", NDArray[np.float32], NDArray[np.float64])


class Placement(NamedTuple):
    """Where a picture lies in another: position ``p`` (pixels, from the outer edge) goes to ``offset + scale·p``."""

    scale: float
    offset: tuple[float, float]  # (y, x)

    def zoomed(self, factor: float) -> Placement:
        """The same placement in a target of ``factor`` times as many pixels."""
        return Placement(self.scale * factor, (self.offset[0] * factor, self.offset[1] * factor))


class Source:
    """A picture (H, W) or (C, H, W) that is placed in several fields; what does not depend on one is computed once.

    Running sums rather than matrix products: those go to a threaded BLAS, whose waiting threads fight with the window
    and the network for the cores (measured: 65 to 230 ms a frame on two busy cores, against 8 ms).
    """

    def __init__(self, pixels: Floats) -> None:
        self.pixels = pixels
        self._sums = _running_sums(_rows_first(pixels))  # (H + 1, W) or (H + 1, C·W)

    def placed(self, placement: Placement, shape: tuple[int, int]) -> Floats:
        """The picture in a field of ``shape`` (h, w), (h, w) or (C, h, w); outside it there is nothing (0).

        Shrinking averages each field pixel's exact area; enlarging interpolates linearly between pixel centres.
        """
        channels, width = self.pixels.shape[:-2], self.pixels.shape[-1]
        rows = _means(self._sums, placement.scale, placement.offset[0], shape[0])  # (h, W) or (h, C·W)
        turned = np.moveaxis(rows.reshape(shape[0], *channels, width), 0, -1)  # (W, h) or (C, W, h)
        columns = _means(_running_sums(_rows_first(turned)), placement.scale, placement.offset[1], shape[1])
        field = np.moveaxis(columns.reshape(shape[1], *channels, shape[0]), 0, -1)
        result: Floats = np.clip(field, 0.0, 1.0).astype(np.float32)
        return result


def resample(source: Floats, placement: Placement, shape: tuple[int, int]) -> Floats:
    """``source`` (H, W) or (C, H, W) placed in one field of ``shape`` (h, w); see :class:`Source`.

    >>> resample(np.ones((4, 4), np.float32), Placement(0.5, (1.0, 0.0)), (3, 2)).tolist()
    [[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]
    """
    return Source(source).placed(placement, shape)


def finer(side: int, most: int) -> int:
    """``side`` times the largest power of two that ``most`` has room for: averaging that down to ``side`` is exact.

    >>> finer(28, 280), finer(32, 280), finer(600, 280)
    (224, 256, 600)
    """
    return side << max((most // side).bit_length() - 1, 0)


def _rows_first(values: _Values) -> _Values:
    """(…, H, W) as (H, …·W): what is done along the rows is then done to all channels at once."""
    rows: _Values = np.moveaxis(values, -2, 0).reshape(values.shape[-2], -1)
    return rows


def _running_sums(values: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
    """(n + 1, …): the sum of the first k rows, for every k."""
    sums = np.zeros((values.shape[0] + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=sums[1:], dtype=np.float64)
    return sums


def _means(sums: NDArray[np.float64], scale: float, offset: float, count: int) -> NDArray[np.float64]:
    """The mean of the rows in a window, at least one row wide, around each of ``count`` targets.

    A window one row wide sliding over constant rows *is* linear interpolation, so one formula serves both ways.
    """
    width = max(1.0 / scale, 1.0)
    centres: NDArray[np.float64] = (np.arange(count, dtype=np.float64) + 0.5 - offset) / scale
    half = np.float64(width / 2)
    result: NDArray[np.float64] = (_up_to(sums, centres + half) - _up_to(sums, centres - half)) / width
    return result


def _up_to(sums: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of all rows before each (fractional) end."""
    last = len(sums) - 1
    ends = np.clip(ends, 0.0, last)
    whole = np.minimum(ends.astype(np.intp), last - 1)
    part = (ends - whole)[:, None]
    result: NDArray[np.float64] = sums[whole] * (1.0 - part) + sums[whole + 1] * part
    return result


def area_weights(scale: float, offset: float, size: int, count: int) -> NDArray[np.float64]:
    """What :func:`resample` does along one axis, as a matrix (count, size): for many pictures of one size.

    >>> area_weights(0.5, 0.0, 4, 2).tolist()
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]]
    """
    return _means(_running_sums(np.eye(size)), scale, offset, count)
