"""The arrays of the network in a table: what is printed of each, and what training makes of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QHeaderView, QWidget

from ...spec.code import ParameterRow
from ..look.rows import AnyIndex, HeadedRows, RowTable
from ..look.theme import VALUE_PX, theme_of

HEADERS = ("printed", "name", "numbers", "training")
MEANINGS = (
    "what print(k.size()) says of it",
    "its name in model.state_dict()",
    "how many numbers it holds",
    "what training does with it",
)
WIDTHS_PX = (216, 204, 84, 0)  # 0: what is left
ROW_PX, HEAD_PX = 20, 22


class ParameterModel(HeadedRows):
    """One row an array; buffers are dim."""

    def __init__(self) -> None:
        super().__init__(HEADERS, MEANINGS, numbers=(2,))
        self.rows: tuple[ParameterRow, ...] = ()
        self.dim = ""

    def show_rows(self, rows: tuple[ParameterRow, ...]) -> None:
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _why(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(column)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self.dim) if row.buffer else None
            case Qt.ItemDataRole.FontRole:
                return _fixed() if column < 2 else None
        return None


def _fixed() -> QFont:
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPixelSize(VALUE_PX)
    return fixed


def _text(row: ParameterRow, column: int) -> str:
    match HEADERS[column]:
        case "printed":
            return "(not printed)" if row.buffer else row.printed
        case "name":
            return row.name
        case "numbers":
            return f"{row.count:,}"
    if row.buffer:
        return "buffer: no optimizer sees it"
    if not row.frozen:
        return "trained"
    return "frozen" if row.frozen == row.channels else f"{row.frozen} of {row.channels} channels frozen"


def _why(row: ParameterRow, column: int) -> str:
    match HEADERS[column]:
        case "printed":
            return f"{row.name} is {row.printed}"
        case "name":
            return f"{row.name} of the layer {row.layer}"
        case "numbers":
            return f"{' × '.join(map(str, row.shape)) or '1'} = {row.count:,}"
    if row.buffer:
        return "kept by the module and saved with its weights, but model.parameters() does not give it"
    if row.frozen:
        return "an optimizer sees all of it; convviz puts its frozen channels back after every step"
    return "model.parameters() gives it, so an optimizer changes it"


class ParameterTable(RowTable):
    """The table as a view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, HEAD_PX, parent)
        self.setObjectName("parameter_table")
        self.setAccessibleName("Parameters and buffers")
        self.table = ParameterModel()
        self.table.dim = theme_of(self).dim
        self.setModel(self.table)
        self.setStyleSheet("QTableView::item, QHeaderView::section { padding: 0 8px; }")
        self.set_widths(WIDTHS_PX, QHeaderView.ResizeMode.Interactive)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "table"):
            self.table.dim = theme_of(self).dim
        super().changeEvent(event)
