"""Where the cells of an opened part lie: values, weights and products, pure arithmetic in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass

CAPTION_HIGH, CAPTION_MORE = 15, 12  # of a caption above a grid, and of each line more
GRID_GAP = 4  # below a grid; between grids side by side it is GAP_WIDE
GAP_WIDE = 14
NUMBER_WIDE, NUMBER_HIGH = 29, 17  # a cell with room for its number
WIDEST, LARGEST = 58, 14  # of a cell with and without a number
SMALLEST = 2.5  # px of a cell in a grid beside others
TALLEST = 150  # of a grid that stands alone
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CellTable:
    """``grids`` grids of ``rows`` × ``columns`` cells, in a room ``width`` pixels wide.

    ``lines`` is how many a caption takes where grids stand side by side; one below the other, it has the whole width.
    """

    width: int
    grids: int
    rows: int
    columns: int
    lines: int = 1

    @property
    def _share(self) -> float:
        """The room of each grid, side by side."""
        return (self.width - 1 - (self.grids - 1) * GAP_WIDE) / self.grids

    @property
    def numbers(self) -> bool:
        """Whether a cell has room for its number."""
        return self.columns * NUMBER_WIDE <= self.width and self.rows * NUMBER_HIGH <= 2 * TALLEST

    @property
    def beside(self) -> bool:
        """Whether the grids stand side by side."""
        return self._share >= self.columns * (NUMBER_WIDE if self.numbers else SMALLEST)

    @property
    def cell(self) -> tuple[float, float]:
        """(height, width) of a cell.

        >>> [CellTable(246, 3, n, n).cell for n in (2, 5, 60)]
        [(17, 36), (17, 49), (2.5, 2.5)]
        """
        room = self._share if self.beside else self.width
        if self.numbers:
            return NUMBER_HIGH, min(int(room / self.columns), WIDEST)
        side = min(room / self.columns, LARGEST, TALLEST / self.rows)
        return side, side

    @property
    def caption_high(self) -> int:
        """Of a caption."""
        return CAPTION_HIGH + (self.lines - 1) * CAPTION_MORE * self.beside

    @property
    def pitch(self) -> tuple[float, float]:
        """(down, across) from one grid to the next."""
        high = self.cell[0]
        if self.beside:
            return 0.0, int(self._share) + GAP_WIDE
        return self.rows * high + self.caption_high + GRID_GAP, 0.0

    @property
    def height(self) -> int:
        """Of all of it."""
        count = 1 if self.beside else self.grids
        return round(count * (self.rows * self.cell[0] + self.caption_high + GRID_GAP))

    def grid(self, number: int) -> tuple[float, float, float, float]:
        """(x, y, width, height) of a grid without its caption."""
        (high, wide), (down, across) = self.cell, self.pitch
        return number * across, number * down + self.caption_high, self.columns * wide, self.rows * high

    def rect(self, number: int, cell: Cell) -> tuple[float, float, float, float]:
        """(x, y, width, height) of a cell of a grid."""
        x, y, _, _ = self.grid(number)
        high, wide = self.cell
        return x + cell[1] * wide, y + cell[0] * high, wide, high

    def at(self, x: float, y: float) -> Cell | None:
        """The cell at a point, in whichever grid.

        >>> CellTable(246, 3, 5, 5).at(50, 20), CellTable(246, 3, 5, 5).at(50, 5)
        ((0, 1), None)
        """
        high, wide = self.cell
        for number in range(self.grids):
            left, top, across, down = self.grid(number)
            if left <= x < left + across and top <= y < top + down:
                return min(int((y - top) / high), self.rows - 1), min(int((x - left) / wide), self.columns - 1)
        return None
