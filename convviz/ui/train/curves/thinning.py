"""The least and the largest value in every column of pixels: all that can be seen of a long curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
BLOCK = 32  # values whose extremes are kept, so that a look at all of them need not go through all
DENSE = 2 * BLOCK  # values a column from which on the blocks are fine enough


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Corners of a line, ``x`` (n,) and ``y`` (n,); where y is NaN there is a gap. Compared by identity."""

    x: Doubles
    y: Doubles


class Growing:
    """Rows of two columns, x in ascending order and y, that grow at their end without being copied each time."""

    def __init__(self) -> None:
        self._store = np.zeros((2, 1024))
        self._lows, self._highs = np.zeros(0), np.zeros(0)  # of whole blocks
        self.count = 0

    def extend(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> None:
        end = self.count + len(x)
        if end > self._store.shape[1]:
            larger = np.zeros((2, 2 * end))
            larger[:, : self.count] = self._store[:, : self.count]
            self._store = larger
        self._store[0, self.count : end] = x
        self._store[1, self.count : end] = np.where(np.isfinite(y), y, np.nan)  # whatever is not finite is a gap
        self.count = end
        self._grow_blocks()

    @property
    def x(self) -> Doubles:
        return self._store[0, : self.count]

    @property
    def y(self) -> Doubles:
        return self._store[1, : self.count]

    def _grow_blocks(self) -> None:
        done, whole = len(self._lows), self.count // BLOCK
        if whole > done:
            fresh = self._store[1, done * BLOCK : whole * BLOCK].reshape(-1, BLOCK)
            self._lows = np.concatenate([self._lows, np.fmin.reduce(fresh, axis=1)])
            self._highs = np.concatenate([self._highs, np.fmax.reduce(fresh, axis=1)])

    def between(self, left: float, right: float, columns: int) -> Line:
        """What can be seen of it in so many columns of pixels, and one corner more on either side."""
        first = max(int(np.searchsorted(self.x, left)) - 1, 0)
        last = min(int(np.searchsorted(self.x, right, "right")) + 1, self.count)
        if last - first <= 2 * columns:
            return Line(self.x[first:last], self.y[first:last])
        if last - first > DENSE * columns:
            return self._of_blocks(first, last, left, right, columns)
        x, y = self.x[first:last], self.y[first:last]
        return _thinned(x, y, y, left, right, columns)

    def _of_blocks(self, first: int, last: int, left: float, right: float, columns: int) -> Line:
        """From the extremes of blocks, and the values after the last whole one."""
        begin, end = first // BLOCK, min(last // BLOCK, len(self._lows))
        x = np.concatenate([self.x[begin * BLOCK : end * BLOCK : BLOCK], self.x[end * BLOCK : last]])
        tail = self.y[end * BLOCK : last]
        low, high = (np.concatenate([each[begin:end], tail]) for each in (self._lows, self._highs))
        return _thinned(x, low, high, left, right, columns)

    def sample(self, left: float, right: float, most: int) -> Doubles:
        """So many values between two x, or somewhat more, evenly over them."""
        first, last = int(np.searchsorted(self.x, left)), int(np.searchsorted(self.x, right, "right"))
        return self.y[first : last : max((last - first) // most, 1)]

    def extremes(self, left: float, right: float, *, positive: bool = False) -> tuple[float, float]:
        """The least and the largest finite y between two x, NaN and NaN where there is none.

        ``positive``: of those above 0, where a block counts with its extremes.
        """
        first = int(np.searchsorted(self.x, left))
        last = int(np.searchsorted(self.x, right, "right"))
        begin, end = -(-first // BLOCK), min(last // BLOCK, len(self._lows))
        if end > begin:
            parts = [
                self.y[first : begin * BLOCK],
                self._lows[begin:end],
                self._highs[begin:end],
                self.y[end * BLOCK : last],
            ]
            y = np.concatenate(parts)
        else:
            y = self.y[first:last]
        y = y[np.isfinite(y) & (y > 0)] if positive else y[np.isfinite(y)]
        return (float(y.min()), float(y.max())) if len(y) else (float("nan"), float("nan"))


def _thinned(x: Doubles, low: Doubles, high: Doubles, left: float, right: float, columns: int) -> Line:
    """Two corners a column at most; a column without a finite value is a gap."""
    column = np.floor((x - left) * (columns / (right - left))).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    lows, highs = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    middles = lows + highs
    with np.errstate(invalid="ignore"):
        falling = np.diff(middles, prepend=middles[0]) < 0
    corners_x, corners_y = np.repeat(x[starts], 2), np.empty(2 * len(starts))
    corners_x[1::2] = x[np.append(starts[1:], len(x)) - 1]
    corners_y[0::2] = np.where(falling, highs, lows)  # in the order in which the curve runs through them, mostly
    corners_y[1::2] = np.where(falling, lows, highs)
    return Line(corners_x, corners_y)
