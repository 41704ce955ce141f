"""Where each weight of a layer lies in its picture: pure arithmetic, in device pixels.

Weights are (N, S, h, w): N kernels with S slices, one an input channel; a fully connected layer has slices of one
value. With one slice on screen the kernels lie in a grid. With all of them they are a table: a row for each output
channel, a column for each input channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...look.colours import Floats
from ...network.mosaic_layout import MosaicLayout

Size = tuple[int, int, int, int]  # (N, S, h, w)
KERNEL_PX, VALUE_PX = 44, 16  # the longer side of a kernel in a grid, and a single value, at most
GRID_HIGH, LEAST_TABLE_HIGH = 140, 84  # px
TABLE_SHAPE = 1.15  # its height, of the width there is
GAP_PX, RIM_PX = 3, 4  # between two kernels of a grid, and around all of them: no value is there
MANY, SAMPLE, MUCH = 2000, 8192, 1.5  # weights; of them that are looked at; how far the strongest is beyond most
TABLE_GAPS = (2, 1)  # px between those of a table; the narrower one only where there is no room for the other


class Place(NamedTuple):
    """One weight: its kernel, the slice of it, and where in the slice."""

    channel: int
    slice: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class KernelLayout:
    """``slice`` is the one that is shown, None for all. ``dense``: all values are one map, without gaps."""

    size: Size
    mosaic: MosaicLayout
    slice: int | None
    dense: bool = False

    def arranged(self, weights: Floats) -> Floats:
        """The weights (N, S, h, w) that are shown, flat, in the order of the mosaic's values."""
        if self.slice is not None:
            return np.ascontiguousarray(weights[:, self.slice]).ravel()
        if self.dense and self.size[2] * self.size[3] > 1:
            return np.ascontiguousarray(weights.transpose(0, 2, 1, 3)).ravel()
        return np.ascontiguousarray(weights).ravel()

    def place_at(self, x: int, y: int) -> Place | None:
        """The weight at a pixel, None outside."""
        unit = self.mosaic.unit_at(x, y)
        if unit is None:
            return None
        shown, row, column = unit
        _, slices, high, wide = self.size
        if self.dense:
            return Place(row // high, column // wide, row % high, column % wide)
        if self.slice is not None:
            return Place(shown, self.slice, row, column)
        return Place(*divmod(shown, slices), row, column)

    def kernel_rect(self, channel: int, slice_: int) -> tuple[int, int, int, int]:
        """(x, y, width, height) of one slice of a kernel, at least one pixel."""
        _, slices, high, wide = self.size
        if self.dense:
            left, top, _, _ = self.mosaic.unit_rect(0, channel * high, slice_ * wide)
            x, y, width, height = self.mosaic.unit_rect(0, (channel + 1) * high - 1, (slice_ + 1) * wide - 1)
            return left, top, x + width - left, y + height - top
        return self.mosaic.map_rect(channel if self.slice is not None else channel * slices + slice_)

    def channel_rect(self, channel: int) -> tuple[int, int, int, int]:
        """(x, y, width, height) of all that is shown of a kernel: its place in the grid, or its row of the table."""
        if self.slice is not None:
            return self.kernel_rect(channel, self.slice)
        left, top, _, height = self.kernel_rect(channel, 0)
        x, _, width, _ = self.kernel_rect(channel, self.size[1] - 1)
        return left, top, x + width - left, height

    def moved(self, place: Place, rows: int, columns: int) -> Place:
        """The place of the kernel so many rows below and columns to the right, or the same at the rim."""
        count, slices, _, _ = self.size
        if self.slice is None:
            channel, slice_ = place.channel + rows, place.slice + columns
        else:
            channel, slice_ = place.channel + rows * self.mosaic.columns + columns, self.slice
        inside = 0 <= channel < count and 0 <= slice_ < slices
        return Place(channel, slice_, 0, 0) if inside else place


def sized(shape: tuple[int, ...]) -> Size:
    """(N, S, h, w) of an array of weights.

    >>> sized((64, 32, 5, 5)), sized((10, 200))
    ((64, 32, 5, 5), (10, 200, 1, 1))
    """
    return (shape[0], shape[1], shape[2], shape[3]) if len(shape) == 4 else (shape[0], shape[1], 1, 1)


def fitted(size: Size, slice_: int | None, width_px: int, high_px: int | None, ratio: float) -> KernelLayout:
    """The largest picture for a place ``width_px`` wide and, where that is possible, ``high_px`` high.

    Lengths are logical pixels, of which each has ``ratio`` device pixels. One slice for ``slice_``, all for None.
    """
    width = max(int(width_px * ratio), 1)
    if slice_ is not None or size[1] == 1:
        high = int((high_px or GRID_HIGH) * ratio)
        return KernelLayout(size, grid((size[0], *size[2:]), width, high, ratio, GAP_PX), slice_ or 0)
    table_high = int((high_px or width_px * TABLE_SHAPE) * ratio)
    spaced = _spaced(size, width, table_high, ratio, strict=high_px is not None)
    return KernelLayout(size, spaced or _dense(size, width, table_high, ratio), None, dense=spaced is None)


def grid(shape: tuple[int, int, int], width: int, height: int, ratio: float, gap_px: int = 2) -> MosaicLayout:
    """Kernels beside each other in rows of the same length, whole pixels a value where there is room."""
    count, high, wide = shape
    longest, gap = max(high, wide), max(round(gap_px * ratio), 1)
    largest = round((KERNEL_PX if longest > 1 else VALUE_PX) * ratio)
    sides = [*range(longest * (largest // longest), 0, -longest), *range(min(longest, largest) - 1, 0, -1)]
    layout = None
    for side in sides or [1]:
        cell = max(round(side * high / longest), 1), max(round(side * wide / longest), 1)
        rows = ceil(count / max((width + gap) // (cell[1] + gap), 1))
        layout = MosaicLayout(count, high, wide, ceil(count / rows), cell, gap)
        if layout.size[0] <= height and layout.size[1] <= width:
            return layout
    assert layout is not None
    return layout


def _spaced(size: Size, width: int, height: int, ratio: float, *, strict: bool) -> MosaicLayout | None:
    """A table of kernels with gaps; None where they have one value each, or too few pixels.

    A table that is not ``strict`` may be higher than asked for.
    """
    count, slices, high, wide = size
    if high * wide == 1:
        return None
    for gap_px in TABLE_GAPS:
        gap = max(round(gap_px * ratio), 1)
        pixel = max(min((width + gap) // slices - gap, KERNEL_PX) // wide, 0)
        fits = max(((height + gap) // count - gap) // high, 0)
        pixel = min(pixel, fits if strict else max(fits, int(ratio)))
        if pixel:
            return MosaicLayout(count * slices, high, wide, slices, (high * pixel, wide * pixel), gap)
    return None


def _dense(size: Size, width: int, height: int, ratio: float) -> MosaicLayout:
    """All values as one map; a value may have less than a pixel."""
    rows, columns = size[0] * size[2], size[1] * size[3]
    across = min(width // columns, round(VALUE_PX * ratio)) if width >= columns else 0
    total_wide = across * columns or width
    least = ceil(LEAST_TABLE_HIGH * ratio / rows)  # a table of few rows is no line
    down = min(height // rows, max(across, least), round(VALUE_PX * ratio)) if height >= rows else 0
    return MosaicLayout(1, rows, columns, 1, (down * rows or height, total_wide), 0)


def strongest(weights: Floats) -> float:
    """The largest finite magnitude, 0.0 of none."""
    if not weights.size:
        return 0.0
    extreme = max(float(weights.max()), -float(weights.min()))
    if np.isfinite(extreme):
        return extreme
    finite: NDArray[np.float32] = weights[np.isfinite(weights)]
    return float(np.abs(finite).max(initial=0.0))


def usual(weights: Floats) -> float:
    """The magnitude that one in a hundred of many weights exceeds, where that is far less than the strongest.

    A table of thousands of kernels in colours up to the strongest weight would be almost blank.

    >>> usual(np.append(np.full(5000, 0.1, np.float32), np.float32(3))), usual(np.ones(9, np.float32))
    (0.10000000149011612, 1.0)
    """
    most = strongest(weights)
    if weights.size < MANY:
        return most
    sample = np.abs(weights.ravel()[:: weights.size // SAMPLE | 1])
    sample = sample[np.isfinite(sample) & (sample > 0)]
    bulk = float(np.percentile(sample, 99)) if len(sample) else 0.0
    return bulk if 0 < bulk < most / MUCH else most
