"""Where each value of a layer lies in its mosaic: pure arithmetic, in device pixels.

A layer's maps (C, H, W) lie in a grid, ``columns`` maps wide, ``gap`` pixels apart; a flat layer (F,) is F maps of
one value. Painting is one table look-up: :meth:`MosaicLayout.gather` says for every pixel which value it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, isqrt

import numpy as np
from numpy.typing import NDArray

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MosaicLayout:
    """``count`` maps of ``height`` × ``width`` values, each drawn ``cell`` = (height, width) pixels large."""

    count: int
    height: int
    width: int
    columns: int
    cell: tuple[int, int]
    gap: int

    @property
    def rows(self) -> int:
        return ceil(self.count / self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the whole mosaic in pixels."""
        high = self.rows * (self.cell[0] + self.gap) - self.gap
        wide = self.columns * (self.cell[1] + self.gap) - self.gap
        return high, wide

    def gather(self) -> NDArray[np.intp]:
        """(H, W) pixels: the flat index of the value each shows; ``count·height·width`` where there is none."""
        return _gather(self)

    def unit_at(self, x: int, y: int) -> tuple[int, int, int] | None:
        """(map, row, column) of the value at a pixel, None outside; a gap belongs to the map before it."""
        grid_column, dx = divmod(x, self.cell[1] + self.gap)
        grid_row, dy = divmod(y, self.cell[0] + self.gap)
        channel = grid_row * self.columns + grid_column
        high, wide = self.size
        if not (0 <= x < wide and 0 <= y < high and channel < self.count):
            return None
        dx, dy = min(dx, self.cell[1] - 1), min(dy, self.cell[0] - 1)
        return channel, dy * self.height // self.cell[0], dx * self.width // self.cell[1]

    def map_rect(self, channel: int) -> tuple[int, int, int, int]:
        """(x, y, width, height) of one map in pixels."""
        grid_row, grid_column = divmod(channel, self.columns)
        x, y = grid_column * (self.cell[1] + self.gap), grid_row * (self.cell[0] + self.gap)
        return x, y, self.cell[1], self.cell[0]

    def box_rect(self, top: int, left: int, bottom: int, right: int) -> tuple[float, float, float, float]:
        """(x, y, width, height) of rows and columns of the first map, ends excluded; they may lie beside it."""
        high, wide = self.cell[0] / self.height, self.cell[1] / self.width
        return left * wide, top * high, (right - left) * wide, (bottom - top) * high

    def beyond(self, top: int, left: int, bottom: int, right: int) -> tuple[float, float, float, float] | None:
        """:meth:`box_rect` of what reaches beyond the only map, else None.

        >>> layout = MosaicLayout(1, 4, 4, 1, (8, 8), 0)
        >>> layout.beyond(-1, 0, 2, 2), layout.beyond(0, 0, 2, 2)
        ((0.0, -2.0, 4.0, 6.0), None)
        """
        inside = top >= 0 and left >= 0 and bottom <= self.height and right <= self.width
        return None if inside or self.count != 1 else self.box_rect(top, left, bottom, right)

    def unit_rect(self, channel: int, row: int, column: int) -> tuple[int, int, int, int]:
        """(x, y, width, height) of one value, at least one pixel."""
        x, y, _, _ = self.map_rect(channel)
        left, right = (ceil(c * self.cell[1] / self.width) for c in (column, column + 1))
        top, bottom = (ceil(r * self.cell[0] / self.height) for r in (row, row + 1))
        return x + left, y + top, max(right - left, 1), max(bottom - top, 1)


@lru_cache(maxsize=64)
def _gather(layout: MosaicLayout) -> NDArray[np.intp]:
    high, wide = layout.size
    pitch = (layout.cell[0] + layout.gap, layout.cell[1] + layout.gap)
    grid_row, dy = np.divmod(np.arange(high), pitch[0])
    grid_column, dx = np.divmod(np.arange(wide), pitch[1])
    row, column = dy * layout.height // layout.cell[0], dx * layout.width // layout.cell[1]
    channel = grid_row[:, None] * layout.columns + grid_column[None, :]
    flat = (channel * layout.height + row[:, None]) * layout.width + column[None, :]
    empty = (dy >= layout.cell[0])[:, None] | (dx >= layout.cell[1])[None, :] | (channel >= layout.count)
    result: NDArray[np.intp] = np.where(empty, layout.count * layout.height * layout.width, flat)
    result.setflags(write=False)
    return result


def as_maps(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """(C, H, W) of a layer's output; a flat layer is maps of one value."""
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    return shape[0], 1, 1


@lru_cache(maxsize=256)
def grid_columns(count: int, *, flat: bool) -> int:
    """How many maps stand side by side: a divisor of ``count`` where there is a good one.

    >>> [grid_columns(n, flat=False) for n in (1, 6, 16, 32, 64, 96)], grid_columns(200, flat=True)
    ([1, 3, 4, 8, 8, 12], 20)
    """
    if flat:
        if count <= 16:
            return count
        wide = 32 if count > 240 else 20
        return next((c for c in range(wide, 11, -1) if count % c == 0), wide)
    least = isqrt(count - 1) + 1 if count > 1 else 1
    return next((c for c in range(least, 2 * least + 1) if count % c == 0), least)
