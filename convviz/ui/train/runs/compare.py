"""One run in numbers, or two side by side, with what differs between them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ....spec.training.run import Run
from ...look.numbers import typeset
from ...look.rows import AnyIndex, HeadedRows, RowTable
from ...look.theme import VALUE_PX, font, theme_of
from . import words

ROW_PX, HEAD_PX, NAME_PX = 18, 20, 170


class CompareModel(HeadedRows):
    """A row for each figure and setting, a column for each run."""

    def __init__(self) -> None:
        super().__init__(("",))
        self.rows: list[tuple[str, tuple[str, ...], bool]] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Of the runs."""
        return self.headers[1:]

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        names = tuple(run.name for run in runs)
        rows = words.side_by_side(runs) if runs else []
        if names == self.names and [row[0] for row in rows] == [row[0] for row in self.rows]:
            old, self.rows = self.rows, rows
            for i, (before, after) in enumerate(zip(old, rows, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(i, 0), self.index(i, len(names)))
            return
        self.beginResetModel()
        self.headers, self.rows = ("", *names), rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, values, different = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (
                    (f"{name}  ≠" if different else name)
                    if index.column() == 0
                    else typeset(values[index.column() - 1])
                )
            case Qt.ItemDataRole.ToolTipRole if index.column():
                return values[index.column() - 1]
            case Qt.ItemDataRole.FontRole:
                return font(VALUE_PX, bold=different)
        return None


class _Cells(QStyledItemDelegate):
    """Names are dim; what differs is bold."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        table: CompareTable = self.parent()  # type: ignore[assignment]
        theme, rect, state = theme_of(table), option.rect, option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.chosen))
        chosen: QFont = table.table.data(index, Qt.ItemDataRole.FontRole)
        painter.setFont(chosen)
        dim = index.column() == 0 and not chosen.bold()
        painter.setPen(QColor(theme.dim if dim else theme.text))
        inside = rect.adjusted(4, 0, -4, 0)
        text = painter.fontMetrics().elidedText(table.table.data(index), Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class CompareTable(RowTable):
    """Shows one or two runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, HEAD_PX, parent)
        self.setObjectName("runs_compare")
        self.setAccessibleName("The selected runs side by side")
        self.table = CompareModel()
        self.setModel(self.table)
        self.setItemDelegate(_Cells(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_runs(self, runs: tuple[Run, ...]) -> None:
        """These runs, a column each."""
        names = self.table.names
        self.table.set_runs(runs)
        if names != self.table.names and runs:
            self.set_widths((NAME_PX, *(0 for _ in runs)))
