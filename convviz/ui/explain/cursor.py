"""Where the keys are in an explanation, and where they go from there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from .cell_table import Cell
from .compose import Composed
from .sum_layout import NOWHERE, Spot


@dataclass(frozen=True, slots=True)
class Cursor:
    """At a part, at one of its cells, or at the line that shows the other parts."""

    part: int | None = None
    cell: Cell | None = None
    more: bool = False

    def spot(self, composed: Composed) -> Spot:
        """The same as a place on screen."""
        if self.more:
            return Spot("more")
        rank = composed.rank_of(self.part)
        if rank is None:
            return NOWHERE
        return Spot("cell" if self.cell is not None else "part", rank, self.cell)


def moved(cursor: Cursor, key: Qt.Key, composed: Composed) -> Cursor | None:
    """Where a key leads; None if it leads nowhere."""
    if not composed.layout.row_high:
        return _in_cells(cursor, key, composed)
    if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        return _along_parts(cursor, 1 if key == Qt.Key.Key_Down else -1, composed)
    if key == Qt.Key.Key_Escape and cursor.cell is not None:
        return Cursor(cursor.part)
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and composed.opened is not None and cursor.part == composed.opened:
        return _along_cells(cursor, 1 if key == Qt.Key.Key_Right else -1, composed)
    return None


def _along_parts(cursor: Cursor, step: int, composed: Composed) -> Cursor | None:
    last = len(composed.ranks) - 1
    if last < 0:
        return None
    rank = composed.rank_of(cursor.part)
    if cursor.more:
        return Cursor(int(composed.ranks[last])) if step < 0 else cursor
    if rank is None:
        return Cursor(int(composed.ranks[0]))
    if rank + step > last and "more" in composed.layout.tail:
        return Cursor(more=True)
    return Cursor(int(composed.ranks[min(max(rank + step, 0), last)]))


def _along_cells(cursor: Cursor, step: int, composed: Composed) -> Cursor:
    rows, columns = composed.cells
    at = -1 if cursor.cell is None else cursor.cell[0] * columns + cursor.cell[1]
    row, column = divmod(min(max(at + step, 0), rows * columns - 1), columns)
    return Cursor(cursor.part, (row, column))


def _in_cells(cursor: Cursor, key: Qt.Key, composed: Composed) -> Cursor | None:
    """The only part needs no line: all four arrows walk its cells."""
    steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
    if key not in steps:
        return None
    if cursor.cell is None:
        return Cursor(0, composed.explanation.chosen or (0, 0))
    (down, across), (rows, columns) = steps[key], composed.cells
    row, column = min(max(cursor.cell[0] + down, 0), rows - 1), min(max(cursor.cell[1] + across, 0), columns - 1)
    return Cursor(0, (row, column))
