"""Where the lines of an explanation lie: pure arithmetic, in logical pixels, however many parts there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .cell_table import Cell, CellTable

PART_HIGH, TERM_HIGH, LINE_HIGH, RESULT_HIGH = 22, 19, 17, 24
AT_FIRST = 6  # parts that are shown before all are wanted
INSET = 3  # around all of it: what is drawn at the rim is whole, and the frame of the keys cuts through no text
HEIGHTS = {"cell": 2 * LINE_HIGH, "more": LINE_HIGH + 3, "bias": LINE_HIGH, "result": RESULT_HIGH, "torch": LINE_HIGH}


class Spot(NamedTuple):
    """What lies at a point: "part" or "cell" with the rank of its part, or the name of a line."""

    what: str
    rank: int = -1
    cell: Cell | None = None


NOWHERE = Spot("")


@dataclass(frozen=True, slots=True)
class SumLayout:
    """``shown`` parts, one below the other; the part ``opened`` has its cells below.

    ``row_high`` is 0 where the only part needs no line of its own. ``head`` and ``tail`` name the lines above and
    below the parts; a text that takes several lines has its name as many times.
    """

    head: tuple[str, ...]
    shown: int
    row_high: int
    opened: int | None
    table: CellTable | None
    tail: tuple[str, ...]

    @property
    def top(self) -> int:
        """Where the first part begins."""
        return _high(self.head) + (2 if self.head else 0)

    @property
    def _table_high(self) -> int:
        return self.table.height + HEIGHTS["cell"] if self.table is not None and self.opened is not None else 0

    @property
    def bottom(self) -> int:
        """Where the last part ends."""
        return self.top + self.shown * self.row_high + self._table_high

    @property
    def height(self) -> int:
        return self.bottom + _high(self.tail)

    def row_top(self, rank: int) -> int:
        """Where the line of a part begins."""
        below = self.opened is not None and rank > self.opened
        return self.top + rank * self.row_high + (self._table_high if below else 0)

    @property
    def table_top(self) -> int:
        """Where the cells of the opened part begin."""
        return self.top + ((self.opened or 0) + 1) * self.row_high

    def line_top(self, name: str) -> int:
        """Where a line of the head or the tail begins, the first of that name."""
        if name in self.head:
            return _high(self.head[: self.head.index(name)])
        return self.bottom + _high(self.tail[: self.tail.index(name)])

    def ranks(self, top: int, bottom: int) -> range:
        """The parts whose lines may touch these pixels; a few more do no harm."""
        if not self.row_high:
            return range(self.shown)
        first = (top - self.top - self._table_high) // self.row_high
        last = (bottom - self.top) // self.row_high
        return range(max(first, 0), min(max(last + 1, 0), self.shown))

    def at(self, x: float, y: float) -> Spot:
        """What lies at a point.

        >>> layout = SumLayout(("formula",), 3, 22, None, None, ("more",))
        >>> layout.at(5, 50), layout.at(5, 95).what, layout.at(5, 2).what
        (Spot(what='part', rank=1, cell=None), 'more', 'formula')
        """
        if self.table is not None and self.opened is not None:
            inside = y - self.table_top
            if 0 <= inside < self._table_high:
                cell = self.table.at(x, inside)
                return Spot("cell", self.opened, cell) if cell is not None else NOWHERE
        if self.row_high and self.top <= y < self.bottom:
            below = self.opened is not None and y >= self.table_top + self._table_high
            return Spot("part", int((y - self.top - (self._table_high if below else 0)) // self.row_high))
        for top, names in ((0, self.head), (self.bottom, self.tail)):
            for number, name in enumerate(names):
                if 0 <= y - top - _high(names[:number]) < HEIGHTS.get(name, LINE_HIGH):
                    return Spot(name)
        return NOWHERE


def _high(names: tuple[str, ...]) -> int:
    """How high lines are together."""
    return sum(HEIGHTS.get(name, LINE_HIGH) for name in names)
