"""What a mouse that is down does to numbers: pure arithmetic, without Qt."""

from __future__ import annotations

from math import floor, isfinite, log10

import numpy as np

from ...spec.cells import LIMIT
from ..look.colours import Floats
from .grid_layout import Cell

FULL_PX = 120  # from one end of the range to the other
FINER = 0.1  # with Shift
START_PX = 3  # a click that trembles is no drag


class NumberDrag:
    """A number that follows the mouse up and down; ``extreme`` is the end of its range, -extreme the other."""

    def __init__(self, start: float, y: float, extreme: float) -> None:
        self.start = start
        self._y = y
        self._extreme = extreme if extreme > 0 else 1.0
        self._exact = start if isfinite(start) else 0.0
        self.started = False

    def moved(self, y: float, *, fine: bool) -> float:
        """The number with the mouse at ``y``; what Shift did so far stays when it is let go."""
        if not self.started and abs(y - self._y) < START_PX:
            return self.start
        self.started = True
        up, self._y = self._y - y, y
        change = up * 2 * self._extreme / FULL_PX * (FINER if fine else 1.0)
        self._exact = min(max(self._exact + change, -LIMIT), LIMIT)
        return rounded(self._exact, self._extreme)


def rounded(number: float, extreme: float) -> float:
    """A number with the digits that matter in a range: a drag leaves 0.248, not 0.24789312.

    >>> rounded(0.24789312, 0.4), rounded(24789.312, 4e4), rounded(0.1, 0.0)
    (0.2479, 24790.0, 0.1)
    """
    return round(number, 3 - floor(log10(extreme))) if extreme > 0 else number


class Touch:
    """Cells set on top of a slice, which may move on beneath them: training goes on while somebody drags."""

    def __init__(self, start: Floats, text: str) -> None:
        self.start = start
        self.base = start
        self.text = text
        self._set: dict[Cell, float] = {}

    def set(self, cell: Cell, number: float) -> None:
        self._set[cell] = number

    def restore(self) -> None:
        """Every touched cell as it was."""
        for cell in self._set:
            self._set[cell] = float(self.start[cell])

    @property
    def values(self) -> Floats:
        """The slice as it is now, an array of its own."""
        result = self.base.copy()
        for cell, number in self._set.items():
            result[cell] = np.float32(number)
        return result

    def rebase(self, base: Floats) -> None:
        """The slice is now this one beneath."""
        self.base = base
        if not self._set:
            self.start = base

    @property
    def touched(self) -> bool:
        return bool(self._set)

    @property
    def undone(self) -> bool:
        """Whether somebody took back beneath what was set on top: every touched cell is as it was at the start."""
        at = tuple(np.array(list(self._set), np.intp).reshape(-1, 2).T)
        ours, now, then = np.array(list(self._set.values()), np.float32), self.base[at], self.start[at]
        return not np.array_equal(ours, then, equal_nan=True) and np.array_equal(now, then, equal_nan=True)
