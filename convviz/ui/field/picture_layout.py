"""Where the pixels of the network's input, and the padding around them, lie in a widget."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from PySide6.QtCore import QRectF

LEAST_CELL = 2  # device pixels; a larger pixel is a whole number of them, so that all are alike
Pixel = tuple[int, int]  # (row, column)


class Margins(NamedTuple):
    """Rows and columns of padding around the input, in its pixels."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Fits ``height`` × ``width`` pixels and their ``margins`` into ``room`` (height, width); all in device pixels.

    >>> layout = PictureLayout(28, 28, Margins(2, 2, 2, 2), (256, 256))
    >>> layout.cell, layout.pixel_at(16.0, 24.0), layout.pixel_at(0.0, 100.0)
    (8.0, (0, 1), None)
    """

    height: int
    width: int
    margins: Margins
    room: tuple[int, int]

    @property
    def cell(self) -> float:
        """The side of one pixel."""
        m = self.margins
        side = min(self.room[0] / (self.height + m.top + m.bottom), self.room[1] / (self.width + m.left + m.right))
        return float(floor(side)) if side >= LEAST_CELL else side

    @property
    def origin(self) -> tuple[float, float]:
        """(y, x) of the input's upper left corner; picture and padding stand in the middle of the room."""
        m, cell = self.margins, self.cell
        y = (self.room[0] - cell * (self.height + m.top + m.bottom)) // 2
        x = (self.room[1] - cell * (self.width + m.left + m.right)) // 2
        return y + cell * m.top, x + cell * m.left

    def rect(self, top: float, left: float, bottom: float, right: float) -> QRectF:
        """Rows ``top`` up to ``bottom`` and columns ``left`` up to ``right``, ends excluded."""
        (y, x), cell = self.origin, self.cell
        return QRectF(x + left * cell, y + top * cell, (right - left) * cell, (bottom - top) * cell)

    @property
    def picture(self) -> QRectF:
        return self.rect(0, 0, self.height, self.width)

    @property
    def whole(self) -> QRectF:
        """The picture with its padding."""
        m = self.margins
        return self.rect(-m.top, -m.left, self.height + m.bottom, self.width + m.right)

    def pixel_at(self, y: float, x: float) -> Pixel | None:
        """The pixel there; None beside the picture."""
        row, column = (floor((at - start) / self.cell) for at, start in zip((y, x), self.origin, strict=True))
        return (row, column) if 0 <= row < self.height and 0 <= column < self.width else None

    def nearest(self, y: float, x: float) -> Pixel:
        """The pixel there, or the one closest to it."""
        row, column = (floor((at - start) / self.cell) for at, start in zip((y, x), self.origin, strict=True))
        return min(max(row, 0), self.height - 1), min(max(column, 0), self.width - 1)
