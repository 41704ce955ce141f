"""How a field grows along the layers: one line a layer, its settings, and the field that follows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ..look.shades import faint
from ..look.theme import CAPTION_PX, font, theme_of
from .facts import COLUMNS, NONE, ChainRow

ROW_PX = 16
NAME_PX, SPACE_PX = 44, 12  # the least width of names; the most space between columns
HEADS = {
    "k": "kernel",
    "s": "stride",
    "p": "padding",
    "d": "dilation",
    "size": "size of the field: size + (k − 1) · d · jump, with size and jump of the layer before",
    "jump": "input pixels between neighbouring fields: jump · s",
    "start": "where the first field begins: start − p · jump",
}


class ChainTable(QWidget):
    """Paints itself, the last line in the colour of fields. Tool tips hold the formulas with the numbers put in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field_chain")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[ChainRow, ...] = ()
        self._edges: list[int] = []  # the right end of every column
        self.setFixedHeight(ROW_PX)

    @property
    def rows(self) -> tuple[ChainRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: tuple[ChainRow, ...]) -> None:
        if rows != self._rows:
            self._rows = rows
            self._edges = []
            lines = ("; ".join(f"{n} {c}" for n, c in zip(COLUMNS, row.cells, strict=True)) for row in rows)
            self.setAccessibleName("The field along the layers: " + ". ".join(lines))
            if self.height() < (len(rows) + 1) * ROW_PX:  # it only grows: a new layout costs more than all the rest
                self.setFixedHeight((len(rows) + 1) * ROW_PX)
            self.update()

    def place(self, row: int, column: int) -> QRect:
        """Where a cell stands; row 0 is the head."""
        if not self._edges:
            self._edges = self._spread()
        left = self._edges[column - 1] if column else 0
        return QRect(left, row * ROW_PX, self._edges[column] - left, ROW_PX)

    def _spread(self) -> list[int]:
        """As wide as its widest cell each, at the right; the names take what is left."""
        metrics = QFontMetrics(font(CAPTION_PX))
        columns = zip(COLUMNS, *(row.cells for row in self._rows), strict=True)
        wide = [max(map(metrics.horizontalAdvance, cells)) for cells in columns][1:]
        space = min(max((self.width() - NAME_PX - sum(wide)) // len(wide), 4), SPACE_PX)
        edges, right = [], self.width()
        for width in reversed(wide):
            edges.append(right)
            right -= width + space
        return [*reversed([*edges, right])]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._edges = []

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            self._line(painter, 0, COLUMNS)
            for at, row in enumerate(self._rows, start=1):
                if at == len(self._rows):
                    painter.fillRect(0, at * ROW_PX, self.width(), ROW_PX, faint(theme.field, 40))
                keeps = row.cells[1] == NONE  # it looks at one value: nothing grows
                painter.setPen(QColor(theme.dim if keeps and at != len(self._rows) else theme.text))
                self._line(painter, at, row.cells)

    def _line(self, painter: QPainter, row: int, cells: tuple[str, ...]) -> None:
        metrics = painter.fontMetrics()
        for column, text in enumerate(cells):
            place = self.place(row, column)
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            if not column:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width() - 4)
                place.setLeft(2)
            painter.drawText(place.adjusted(0, 0, -2, 0), side | Qt.AlignmentFlag.AlignVCenter, text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // ROW_PX
            column = next((c for c in range(len(COLUMNS)) if self.place(row, c).contains(event.pos())), 0)
            why = HEADS.get(COLUMNS[column], "") if row == 0 else ""
            if 0 < row <= len(self._rows):
                why = self._rows[row - 1].why
            QToolTip.showText(event.globalPos(), why, self)
            return True
        return super().event(event)
