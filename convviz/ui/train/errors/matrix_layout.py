"""Where the cells of a confusion matrix lie: pure arithmetic, in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass

from .words import Cell

HEAD_PX, SHARE_PX = 18, 46  # the line of names above; the column of shares at the right
LARGEST = (64.0, 28.0)  # of a cell: wide, high
NAMED_PX, WRITTEN_PX = 11, 13  # rows this high have room for a name, and for counts
AXIS_PX = 16  # for the words "read as" and "is"


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """``classes`` × ``classes`` cells in a widget ``width`` × ``height``.

    ``gutter`` px wide are the names at the left, ``head`` px high those above.

    >>> layout = MatrixLayout(10, 446, 314, 40, 18)
    >>> layout.cell, layout.rect((0, 0)), layout.cell_at(60, 40)
    ((34.4, 25.4), (56, 34, 34, 25), (0, 0))
    """

    classes: int
    width: int
    height: int
    gutter: int
    head: int

    @property
    def upright(self) -> bool:
        """Whether the names above stand upright, as one is wider than its column."""
        return self.head > HEAD_PX

    @property
    def left(self) -> int:
        return AXIS_PX + self.gutter

    @property
    def top(self) -> int:
        return AXIS_PX + self.head

    @property
    def cell(self) -> tuple[float, float]:
        """(wide, high)."""
        wide = (self.width - self.left - SHARE_PX) / max(self.classes, 1)
        high = (self.height - self.top - self._foot) / max(self.classes, 1)
        return max(min(wide, LARGEST[0]), 1.0), max(min(high, LARGEST[1]), 1.0)

    @property
    def _foot(self) -> int:
        """The line of precisions."""
        return HEAD_PX + 8

    @property
    def named(self) -> bool:
        """Whether each row has room for its name."""
        return self.cell[1] >= NAMED_PX

    @property
    def written(self) -> bool:
        """Whether cells are high enough for counts."""
        return self.cell[1] >= WRITTEN_PX

    @property
    def square(self) -> tuple[int, int, int, int]:
        """(x, y, width, height) of all cells."""
        wide, high = self.cell
        return self.left, self.top, round(wide * self.classes), round(high * self.classes)

    def rect(self, cell: Cell) -> tuple[int, int, int, int]:
        """(x, y, width, height) of a cell, its gap to the next included; beyond the last class lie the shares."""
        (wide, high), (row, column) = self.cell, cell
        left, right = (round(c * wide) for c in (column, column + 1))
        top, bottom = (round(r * high) for r in (row, row + 1))
        return self.left + left, self.top + top, right - left, bottom - top

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell at a place. In the column of the shares its column is ``classes``, in their line its row."""
        wide, high = self.cell
        column, row = int((x - self.left) // wide), int((y - self.top) // high)
        _, _, inside_wide, inside_high = self.square
        if self.left + inside_wide <= x < self.left + inside_wide + SHARE_PX:
            column = self.classes
        if self.top + inside_high <= y < self.top + inside_high + self._foot:
            row = self.classes
        if not (0 <= row <= self.classes and 0 <= column <= self.classes):
            return None
        return row, column
