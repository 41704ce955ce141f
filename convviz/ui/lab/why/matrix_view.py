"""A large sparse matrix: near one of its few entries the mouse means that entry."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QPointF

from .map_view import MapView
from .maps import Index

NEAR_PX = 3  # as near as this to an entry, the mouse means it


class MatrixView(MapView):
    """What lights up, the ring and the tool tip agree; arrows still walk cell by cell."""

    nearest: Callable[[int, int, int], tuple[int, int]] | None = None
    """Of a row and a column the entry that is no more cells away than the third number, or the place itself."""

    def index_at(self, at: QPointF) -> Index | None:
        """The entry at a point, or the cell."""
        index = super().index_at(at)
        if index is None or self.nearest is None:
            return index
        return index[0], *self.nearest(index[1], index[2], self._reach())

    def _reach(self) -> int:
        """How many cells are as near as the mouse can be moved."""
        grid = self.grids[0]
        side = min(grid.wide, grid.high)
        return ceil(NEAR_PX / side) if side < 2 * NEAR_PX else 0
