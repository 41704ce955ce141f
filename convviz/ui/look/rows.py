"""Tables of whole rows: what their columns are called and mean, and how they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

AnyIndex = QModelIndex | QPersistentModelIndex


class HeadedRows(QAbstractTableModel):
    """Columns with ``headers``, their ``meanings`` as tool tips; those of ``numbers`` stand on the right."""

    def __init__(self, headers: Sequence[str], meanings: Sequence[str] = (), numbers: Collection[int] = ()) -> None:
        super().__init__()
        self.headers = tuple(headers)
        self._meanings, self._numbers = meanings, numbers

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            match role:
                case Qt.ItemDataRole.DisplayRole:
                    return self.headers[section]
                case Qt.ItemDataRole.ToolTipRole if self._meanings:
                    return self._meanings[section]
                case Qt.ItemDataRole.TextAlignmentRole:
                    return self.side(section)
        return None

    def side(self, column: int) -> Qt.AlignmentFlag:
        """Where the texts of a column stand."""
        side = Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class RowTable(QTableView):
    """A line of ``row_px`` each row, below a head of ``head_px``, without a grid. Tab leads out of it."""

    def __init__(self, row_px: int, head_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows, head = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(row_px)
        rows.setDefaultSectionSize(row_px)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionsClickable(False)
        head.setFixedHeight(head_px)

    def set_widths(self, widths_px: Sequence[int], mode: QHeaderView.ResizeMode = QHeaderView.ResizeMode.Fixed) -> None:
        """Of the columns; those of width 0 share what is left. ``mode``: what hands can do to the others."""
        head = self.horizontalHeader()
        for column, width in enumerate(widths_px):
            head.setSectionResizeMode(column, mode if width else QHeaderView.ResizeMode.Stretch)
            if width:
                head.resizeSection(column, width)
