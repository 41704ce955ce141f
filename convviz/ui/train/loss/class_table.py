"""The classes of a sample in a table: exp of the score as a bar, the probability, and both gradients."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.arithmetic import CrossEntropy, MeanSquare
from ....spec.arithmetic.written import written
from ...look.numbers import percent, signed
from ...look.theme import CAPTION_PX, Theme, font, theme_of

ROW_PX, BAR_PX = 19, 8
MOST = 10  # classes; of more the right one and those with the highest scores
HEADS = ("class", "score x", "exp(x − max)", "softmax", "∂ cross-entropy / ∂x", "∂ MSE / ∂x")
AT = (0.0, 0.1, 0.21, 0.43, 0.53, 0.77, 1.0)  # where the columns begin, of the width
GAP_PX, NUMBER_PX = 12, 46
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassTable(QWidget):
    """A row a class, the right one marked. Gradients are blue where the score should grow, orange where fall."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_classes")
        self.setAccessibleName("Classes: score, exp, probability and gradients")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "The gradient of cross-entropy is softmax − one-hot: it lies between −1 and 1, and adds up to 0 over the "
            "classes.\nThat of MSE is 2/C (x − one-hot): it grows with the score, also where the answer is right."
        )
        self.entropy: CrossEntropy | None = None
        self.square: MeanSquare | None = None
        self._names: tuple[str, ...] = ()
        self.rows: list[int] = []

    def show_losses(self, entropy: CrossEntropy, square: MeanSquare, names: tuple[str, ...]) -> None:
        """Both losses of the same scores."""
        self.entropy, self.square, self._names = entropy, square, names
        rows = list(range(len(entropy.terms)))
        if len(rows) > MOST:
            rows = sorted(rows, key=lambda c: (c != entropy.target, -entropy.terms[c].score))[:MOST]
        self.rows = rows
        self.setFixedHeight(ROW_PX * (len(rows) + 1))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, entropy, square = theme_of(self), self.entropy, self.square
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            if entropy is None or square is None:
                return
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            for column, head in enumerate(HEADS):
                painter.drawText(self._cell(column, 0), RIGHT if column == 1 else LEFT, head)
            steepest = max((abs(square.terms[c].gradient) for c in self.rows), default=0.0)
            for place, number in enumerate(self.rows, 1):
                if number == entropy.target:
                    painter.fillRect(QRectF(0, place * ROW_PX, self.width(), ROW_PX), QColor(theme.chosen))
                self._paint_row(painter, theme, place, number, steepest)

    def _paint_row(self, painter: QPainter, theme: Theme, place: int, number: int, steepest: float) -> None:
        assert self.entropy is not None
        assert self.square is not None
        term, other = self.entropy.terms[number], self.square.terms[number]
        name = self._names[number] if number < len(self._names) else str(number)
        cells = [self._cell(column, place) for column in range(len(HEADS))]
        painter.setPen(QColor(theme.text))
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(cells[0].width()))
        painter.drawText(cells[0].adjusted(4, 0, 4, 0), LEFT, elided)
        painter.drawText(cells[1], RIGHT, written(term.score))
        self._bar(painter, theme, cells[2], term.exponential, written(term.exponential))
        painter.drawText(cells[3], LEFT, percent(term.probability))
        self._both_ways(painter, theme, cells[4], term.gradient, 1.0)
        self._both_ways(painter, theme, cells[5], other.gradient, max(steepest, 1.0))

    def _bar(self, painter: QPainter, theme: Theme, cell: QRectF, share: float, text: str) -> None:
        room = cell.width() - NUMBER_PX - 6
        groove = QRectF(cell.left(), cell.center().y() - BAR_PX / 2, room, BAR_PX)
        painter.fillRect(groove, QColor(theme.line))
        if isfinite(share):
            groove.setWidth(max(room * min(share, 1.0), 1.0))
            painter.fillRect(groove, QColor(theme.accent))
        painter.drawText(cell.adjusted(room + 6, 0, 0, 0), LEFT, _short(share, text))

    def _both_ways(self, painter: QPainter, theme: Theme, cell: QRectF, value: float, most: float) -> None:
        """A bar from the middle: to the left, in blue, where it is negative."""
        room = cell.width() - 46
        middle, top = cell.left() + room / 2, cell.center().y() - BAR_PX / 2
        painter.fillRect(QRectF(cell.left(), top, room, BAR_PX), QColor(theme.line))
        if isfinite(value):
            wide = min(abs(value) / most, 1.0) * room / 2
            left = middle - wide if value < 0 else middle
            painter.fillRect(QRectF(left, top, wide, BAR_PX), QColor(theme.negative if value < 0 else theme.positive))
        painter.fillRect(QRectF(middle - 0.5, top - 2, 1, BAR_PX + 4), QColor(theme.dim))
        painter.drawText(cell.adjusted(room + 6, 0, 0, 0), LEFT, signed(value))

    def _cell(self, column: int, place: int) -> QRectF:
        left, right = AT[column] * self.width(), AT[column + 1] * self.width()
        return QRectF(left, place * ROW_PX, right - left - GAP_PX, ROW_PX)


def _short(value: float, text: str) -> str:
    if value >= 1e-3:
        return f"{value:.2g}"
    return text if len(text) <= 6 else f"{value:.1e}".replace("-", "−")
