"""The layer table: output, parameters, products, receptive field, jump, milliseconds; totals; formulas on hover."""

from __future__ import annotations

from collections import defaultdict, deque
from statistics import median
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ...session.outbox import Frame
from ...spec.geometry import LayerGeometry, describe
from ...spec.network import NetworkSpec
from ..look.rows import AnyIndex, HeadedRows, RowTable
from ..look.theme import VALUE_PX, font, theme_of
from ..throttle import Throttle
from .layer_texts import HEADERS, NAMES, added, texts

MEANINGS = (
    "the layer and its setting",
    "the shape of what it puts out: channels × height × width",
    "numbers that training changes",
    "multiplications of a weight with a value, as the lecture counts them",
    "receptive field: the input pixels a unit can see, across",
    "input pixels between the fields of two neighbouring units",
    "measured milliseconds",
)
TIMES_KEPT = 15  # passes whose median is shown
REFRESH_MS = 250  # numbers that change faster cannot be read
ROW_PX, HEAD_PX = 17, 20
WIDTHS_PX = (170, 0, 0, 0, 62, 52, 60)  # 0: shares what is left


class LayerTableModel(HeadedRows):
    """One row a layer, and the totals below."""

    def __init__(self) -> None:
        super().__init__(HEADERS, MEANINGS, numbers=range(2, len(HEADERS)))
        self.rows: tuple[LayerGeometry, ...] = ()
        self._texts: dict[tuple[int, int], tuple[str, str]] = {}  # of each cell, and before the edits if it differed
        self._times: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=TIMES_KEPT))
        self._device = ""
        self.changed_colour = ""

    def set_network(self, network: NetworkSpec, origin: NetworkSpec | None = None) -> None:
        """Shows ``network``; numbers that differ from ``origin`` stand out, and say what they were."""
        rows = describe(network)
        before = describe(origin) if origin is not None and origin is not network else rows
        if self.rows and [row.layer.id for row in rows] == [row.layer.id for row in self.rows]:
            known = self._texts
            self.rows, self._texts = rows, texts(rows, before)
            for at, text in self._texts.items():
                if text != known[at]:
                    self.dataChanged.emit(self.index(*at), self.index(*at))
            return
        self.beginResetModel()
        self.rows, self._texts = rows, texts(rows, before)
        self._times.clear()
        self.endResetModel()

    def add_times(self, frame: Frame) -> None:
        """Remembers the milliseconds of one more pass."""
        if frame.device != self._device:
            self._times.clear()
            self._device = frame.device
        for layer, ms in frame.layer_ms.items():
            self._times[layer].append(ms)

    def refresh_times(self) -> None:
        if self.rows:
            last = len(HEADERS) - 1
            self.dataChanged.emit(self.index(0, last), self.index(len(self.rows), last))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() or not self.rows else len(self.rows) + 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        total = index.row() == len(self.rows)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text((index.row(), index.column()))
            case Qt.ItemDataRole.ToolTipRole:
                why = self._why_total(index.column()) if total else self._why(self.rows[index.row()], index.column())
                was = self._was(index)
                return f"{why}\nbefore the edits: {was}" if was else why
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self.changed_colour) if self._was(index) else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(index.column())
            case Qt.ItemDataRole.FontRole:
                return font(VALUE_PX, bold=total)
        return None

    def _was(self, index: AnyIndex) -> str:
        """What stood in this cell before the network was edited, "" where it is the same."""
        return self._texts.get((index.row(), index.column()), ("", ""))[1]

    def _text(self, at: tuple[int, int]) -> str:
        if HEADERS[at[1]] != "ms":
            return self._texts[at][0]
        return self._total_ms() if at[0] == len(self.rows) else self._ms(self.rows[at[0]].layer.id)

    def _ms(self, layer: str) -> str:
        kept = self._times.get(layer)
        return f"{median(kept):.2f}" if kept else "…"

    def _total_ms(self) -> str:
        present = [kept for layer, kept in self._times.items() if any(row.layer.id == layer for row in self.rows)]
        return f"{sum(median(kept) for kept in present):.2f}" if present else "…"

    def _why(self, row: LayerGeometry, column: int) -> str:
        name = NAMES[column]
        if name:
            return f"{HEADERS[column]} of {row.layer.id}\n{row.formulas[name]}"
        if HEADERS[column] == "ms":
            return f"{row.layer.id}: median of the last {TIMES_KEPT} passes on {self._device or 'the device'}, measured"
        return f"{row.layer.id}: {row.layer.kind} {row.layer.setting}".rstrip()

    def _why_total(self, column: int) -> str:
        match HEADERS[column]:
            case "parameters":
                return "parameters\n" + added([row.params for row in self.rows])
            case "products":
                return "products\n" + added([row.products for row in self.rows])
            case "ms":
                return "the sum of the layers' medians"
        return ""


class _Cells(QStyledItemDelegate):
    """Paints texts itself, ten times as fast as a style does; and the line above the totals."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        table: LayerTable = self.parent()  # type: ignore[assignment]
        model, rect, theme = table.table, option.rect, theme_of(table)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.chosen))
        total = index.row() == len(model.rows)
        painter.setFont(font(VALUE_PX, bold=total))
        painter.setPen(model.data(index, Qt.ItemDataRole.ForegroundRole) or QColor(theme.text))
        inside = rect.adjusted(3, 0, -3, 0)
        text = painter.fontMetrics().elidedText(model.data(index), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, model.data(index, Qt.ItemDataRole.TextAlignmentRole), text)
        if total:
            painter.setPen(QColor(theme.line))
            painter.drawLine(rect.topLeft(), rect.topRight())


class LayerTable(RowTable):
    """The table as a view; a click on a row chooses that layer."""

    layer_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, HEAD_PX, parent)
        self.setObjectName("layer_table")
        self.setAccessibleName("Layer table")
        self.table = LayerTableModel()
        self.setModel(self.table)
        self.setItemDelegate(_Cells(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(36)  # all columns fit into the smallest window
        # with bars on both sides, each may be there only because of the other: Qt then shows and hides them for ever
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._chosen)
        self._refresh = Throttle(self.table.refresh_times, REFRESH_MS, self)

    def set_network(self, network: NetworkSpec, origin: NetworkSpec | None = None) -> None:
        """Shows ``network``; numbers that differ from ``origin`` stand out."""
        rows = self.table.rowCount()
        self.table.changed_colour = theme_of(self).accent
        self.table.set_network(network, origin)
        if self.table.rowCount() == rows:
            return
        self.set_widths(WIDTHS_PX)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.table.changed_colour = theme_of(self).accent
        super().changeEvent(event)

    def show_frame(self, frame: Frame) -> None:
        """The times of one more pass, shown at most four times a second."""
        self.table.add_times(frame)
        self._refresh.request()

    def set_layer(self, layer: str | None) -> None:
        """Marks the row of the selected layer."""
        rows = [row.layer.id for row in self.table.rows]
        if layer in rows:
            self.selectRow(rows.index(layer))
        else:
            self.clearSelection()

    def sizeHint(self) -> QSize:
        return QSize(520, HEAD_PX + ROW_PX * self.table.rowCount() + 4)

    def _chosen(self, index: QModelIndex) -> None:
        if index.row() < len(self.table.rows):
            self.layer_chosen.emit(self.table.rows[index.row()].layer.id)
