"""Where the lines of an explanation lie: pure arithmetic, in logical pixels, however many parts there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .cell_table import Cell, CellTable

PART_HIGH, TERM_HIGH, LINE_HIGH, RESULT_HIGH = 22, 19, 17, 24
AT_FIRST = 7  # parts that are shown before all are wanted
HEIGHTS = {"cell": 2 * LINE_HIGH, "more": LINE_HIGH + 3, "bias": LINE_HIGH, "result": RESULT_HIGH, "torch": LINE_HIGH}


class Spot(NamedTuple):
    """What lies at a point: "part" or "cell" with the rank of its part, or the name of a line."""

    what: str
    rank: int = -1
    cell: Cell | None = None


NOWHERE = Spot("")


@dataclass(frozen=True, slots=True)
class SumLayout:
    """``shown`` parts, one below the other, behind a head of ``head`` lines; the part ``opened`` has its cells below.

    ``row_high`` is 0 where the only part needs no line of its own. ``tail`` names the lines below the parts.
    """

    head: int
    shown: int
    row_high: int
    opened: int | None
    table: CellTable | None
    tail: tuple[str, ...]

    @property
    def top(self) -> int:
        """Where the first part begins."""
        return self.head * LINE_HIGH + (2 if self.head else 0)

    @property
    def _table_high(self) -> int:
        return self.table.height + HEIGHTS["cell"] if self.table is not None and self.opened is not None else 0

    @property
    def bottom(self) -> int:
        """Where the last part ends."""
        return self.top + self.shown * self.row_high + self._table_high

    @property
    def height(self) -> int:
        return self.bottom + sum(HEIGHTS.get(name, LINE_HIGH) for name in self.tail)

    def row_top(self, rank: int) -> int:
        """Where the line of a part begins."""
        below = self.opened is not None and rank > self.opened
        return self.top + rank * self.row_high + (self._table_high if below else 0)

    @property
    def table_top(self) -> int:
        """Where the cells of the opened part begin."""
        return self.top + ((self.opened or 0) + 1) * self.row_high

    def line_top(self, name: str) -> int:
        """Where a line of the tail begins."""
        before = self.tail[: self.tail.index(name)]
        return self.bottom + sum(HEIGHTS.get(other, LINE_HIGH) for other in before)

    def ranks(self, top: int, bottom: int) -> range:
        """The parts whose lines may touch these pixels; a few more do no harm."""
        if not self.row_high:
            return range(self.shown)
        first = (top - self.top - self._table_high) // self.row_high
        last = (bottom - self.top) // self.row_high
        return range(max(first, 0), min(max(last + 1, 0), self.shown))

    def at(self, x: float, y: float) -> Spot:
        """What lies at a point.

        >>> layout = SumLayout(1, 3, 22, None, None, ("result",))
        >>> layout.at(5, 50), layout.at(5, 95).what, layout.at(5, 2).what
        (Spot(what='part', rank=1, cell=None), 'result', '')
        """
        if self.table is not None and self.opened is not None:
            inside = y - self.table_top
            if 0 <= inside < self._table_high:
                cell = self.table.at(x, inside)
                return Spot("cell", self.opened, cell) if cell is not None else NOWHERE
        if self.row_high and self.top <= y < self.bottom:
            below = self.opened is not None and y >= self.table_top + self._table_high
            return Spot("part", int((y - self.top - (self._table_high if below else 0)) // self.row_high))
        for name in self.tail:
            top = self.line_top(name)
            if top <= y < top + HEIGHTS.get(name, LINE_HIGH):
                return Spot(name)
        return NOWHERE
