"""Where a photo and its result lie: side by side, each with a line of words above it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF

from ...look.theme import GAP

CAPTION_HIGH = 18


class Panes(NamedTuple):
    """Two pictures of one size in a widget of ``width`` × ``height`` logical pixels, ``ratio`` device pixels each.

    >>> panes = Panes(208, 118, 2.0)
    >>> panes.room, panes.rect(1).getRect(), panes.caption(1).getRect()
    ((200, 200), (216.0, 36.0, 200.0, 200.0), (108.0, 0.0, 100.0, 14.0))
    """

    width: int
    height: int
    ratio: float

    @property
    def room(self) -> tuple[int, int]:
        """(rows, columns) of each of both pictures, in device pixels."""
        rows, columns = self.height - CAPTION_HIGH, (self.width - GAP) / 2
        return max(round(rows * self.ratio), 1), max(int(columns * self.ratio), 1)

    def rect(self, side: int) -> QRectF:
        """The left (0) or the right (1) picture, in device pixels."""
        rows, columns = self.room
        left = 0 if side == 0 else round(self.width * self.ratio) - columns
        return QRectF(left, round(CAPTION_HIGH * self.ratio), columns, rows)

    def caption(self, side: int) -> QRectF:
        """The words above a picture, in logical pixels."""
        return QRectF(self.rect(side).left() / self.ratio, 0, (self.width - GAP) / 2, CAPTION_HIGH - 4)
