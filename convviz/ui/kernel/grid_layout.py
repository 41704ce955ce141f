"""Where each cell of a slice lies in its grid: pure arithmetic, in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

SIDE_PX = 184  # of the grid on screen; a longer one scrolls
LARGEST_PX, LEAST_PX = 92, 8  # of a cell with the gap behind it
SCROLL_BAR_PX = 12
Cell = tuple[int, int]  # row, column


@dataclass(frozen=True, slots=True)
class GridLayout:
    """``rows`` × ``columns`` square cells, ``pitch`` pixels apart; the first ``cells``, row by row, are real."""

    rows: int
    columns: int
    cells: int
    pitch: int

    @classmethod
    def fitted(cls, rows: int, columns: int, cells: int, side_px: int = SIDE_PX) -> GridLayout:
        """As large as fits; cells of a long grid stay large enough to be hit, and it scrolls.

        >>> [GridLayout.fitted(n, n, n * n).pitch for n in (1, 3, 5, 7)], GridLayout.fitted(205, 20, 4096).pitch
        ([92, 61, 36, 26], 8)
        """
        whole = min(side_px // max(rows, columns), LARGEST_PX)
        wide = min((side_px - SCROLL_BAR_PX) // columns, LEAST_PX)
        return cls(rows, columns, cells, max(whole, wide, 1))

    @property
    def gap(self) -> int:
        """Pixels between cells."""
        return 2 if self.pitch >= 12 else int(self.pitch >= 5)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the grid."""
        return self.rows * self.pitch - self.gap, self.columns * self.pitch - self.gap

    def rect(self, cell: Cell) -> tuple[int, int, int, int]:
        """(x, y, width, height) of a cell."""
        side = self.pitch - self.gap
        return cell[1] * self.pitch, cell[0] * self.pitch, side, side

    def real(self, cell: Cell) -> bool:
        """Whether the cell exists: the last ones of a wrapped row may not."""
        row, column = cell
        return 0 <= row < self.rows and 0 <= column < self.columns and row * self.columns + column < self.cells

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell at a point; the gap behind a cell belongs to it, so that nothing between cells is dead."""
        cell = int(y // self.pitch), int(x // self.pitch)
        return cell if self.real(cell) else None

    def crossed(self, start: tuple[float, float], end: tuple[float, float]) -> list[Cell]:
        """The cells under a straight stroke between two points (x, y), in order."""
        (x0, y0), (x1, y1) = start, end
        steps = min(max(ceil(max(abs(x1 - x0), abs(y1 - y0))), 1), 10_000)
        points = ((x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1))
        found = dict.fromkeys(self.cell_at(x, y) for x, y in points)
        return [cell for cell in found if cell is not None]

    def near(self, cell: Cell) -> Cell:
        """The real cell next to one that may not exist."""
        row, column = min(max(cell[0], 0), self.rows - 1), min(max(cell[1], 0), self.columns - 1)
        last = (self.cells - 1) // self.columns, (self.cells - 1) % self.columns
        return (row, column) if self.real((row, column)) else last
