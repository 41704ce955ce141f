"""The classes of a sample in a table: exp of the score as a bar, the probability, and both gradients."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.arithmetic import CrossEntropy, MeanSquare
from ....spec.arithmetic.written import written
from ...look.numbers import percent, signed
from ...look.theme import CAPTION_PX, Theme, font, theme_of

ROW_PX, BAR_PX = 19, 8
MOST = 10  # classes; of more the right one and those with the highest scores
HEADS = ("class", "score x", "exp(x − max)", "softmax", "∂ cross-entropy / ∂x", "∂ MSE / ∂x")
NARROW = ("class", "x", "exp(x − max)", "softmax", "∂ CE / ∂x", "∂ MSE / ∂x")  # where those have no room
GAP_PX, NAME_PX, BEFORE_PX, LEAST_BAR_PX = 12, 90, 6, 16  # NAME_PX at most
LEAST_PX, STEP_PX = 40, 8  # of numbers: columns that follow each digit would tremble
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


BARS = (2, 4, 5)  # columns that have one in front of their number


class Column(NamedTuple):
    """Where it is, and how much of it its numbers need."""

    left: float
    width: float
    number: float

    def at(self, place: int) -> QRectF:
        """The cell in a row."""
        return QRectF(self.left, place * ROW_PX, self.width, ROW_PX)

    def number_at(self, place: int) -> QRectF:
        return self.at(place).adjusted(self.width - self.number, 0, 0, 0)

    def bar_at(self, place: int) -> QRectF:
        top = place * ROW_PX + (ROW_PX - BAR_PX) / 2
        return QRectF(self.left, top, self.width - self.number - BEFORE_PX, BAR_PX)


class ClassTable(QWidget):
    """A row a class, the right one marked. Gradients are blue where the score should grow, orange where fall."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_classes")
        self.setAccessibleName("Classes: score, exp, probability and gradients")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "The gradient of cross-entropy (CE) is softmax − one-hot: it lies between −1 and 1, and adds up to 0 over "
            "the classes.\nThat of MSE is 2/C (x − one-hot): it grows with the score, also where the answer is right."
        )
        self.entropy: CrossEntropy | None = None
        self.square: MeanSquare | None = None
        self._names: tuple[str, ...] = ()
        self._cells: list[tuple[str, ...]] = []  # of each row, what is written in its columns
        self.rows: list[int] = []

    def show_losses(self, entropy: CrossEntropy, square: MeanSquare, names: tuple[str, ...]) -> None:
        """Both losses of the same scores."""
        self.entropy, self.square, self._names = entropy, square, names
        rows = list(range(len(entropy.terms)))
        if len(rows) > MOST:
            rows = sorted(rows, key=lambda c: (c != entropy.target, -entropy.terms[c].score))[:MOST]
        self.rows = rows
        self._cells = [self._texts(number) for number in rows]
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
            heads, columns = self.columns()
            for column, head in enumerate(heads):
                painter.drawText(columns[column].at(0), RIGHT if column == 1 else LEFT, head)
            steepest = max((abs(square.terms[c].gradient) for c in self.rows), default=0.0)
            for place, number in enumerate(self.rows, 1):
                if number == entropy.target:
                    painter.fillRect(QRectF(0, place * ROW_PX, self.width(), ROW_PX), QColor(theme.chosen))
                self._paint_row(painter, theme, place, number, steepest, columns)

    # --- columns ----------------------------------------------------------------------------------------------

    def _texts(self, number: int) -> tuple[str, ...]:
        """What is written of a class, column by column."""
        assert self.entropy is not None
        assert self.square is not None
        term, other = self.entropy.terms[number], self.square.terms[number]
        name = self._names[number] if number < len(self._names) else str(number)
        exponential = _short(term.exponential, written(term.exponential))
        shares = percent(term.probability), signed(term.gradient), signed(other.gradient)
        return name, written(term.score), exponential, *shares

    def columns(self) -> tuple[tuple[str, ...], list[Column]]:
        """The heads and the columns: numbers have the room they need, bars share what is left."""
        metrics = QFontMetrics(font(CAPTION_PX))
        needed = [max(map(metrics.horizontalAdvance, texts)) + 1 for texts in zip(*self._cells, strict=True)]
        wide = [max(-(-px // STEP_PX) * STEP_PX, LEAST_PX) for px in needed]
        wide[0] = min(needed[0], NAME_PX) + 4
        for heads in (HEADS, NARROW):
            titles = [metrics.horizontalAdvance(head) + 1 for head in heads]
            least = [max(wide[c] + (LEAST_BAR_PX + BEFORE_PX) * (c in BARS), titles[c]) for c in range(6)]
            left = self.width() - sum(least) - 5 * GAP_PX
            if left >= 0:
                break
        columns, x = list[Column](), 0.0
        for c in range(6):
            width = least[c] + max(left, 0) / len(BARS) * (c in BARS)
            columns.append(Column(x, width, wide[c]))
            x += width + GAP_PX
        return heads, columns

    def _paint_row(
        self, painter: QPainter, theme: Theme, place: int, number: int, steepest: float, columns: list[Column]
    ) -> None:
        assert self.entropy is not None
        assert self.square is not None
        term, other, texts = self.entropy.terms[number], self.square.terms[number], self._cells[place - 1]
        cells = [column.at(place) for column in columns]
        painter.setPen(QColor(theme.text))
        elided = painter.fontMetrics().elidedText(texts[0], Qt.TextElideMode.ElideRight, int(cells[0].width()) - 4)
        painter.drawText(cells[0].adjusted(4, 0, 0, 0), LEFT, elided)
        painter.drawText(cells[1], RIGHT, texts[1])
        painter.drawText(cells[3], LEFT, texts[3])
        for column in BARS:
            painter.drawText(columns[column].number_at(place), LEFT, texts[column])
        self._bar(painter, theme, columns[2].bar_at(place), term.exponential)
        self._both_ways(painter, theme, columns[4].bar_at(place), term.gradient, 1.0)
        self._both_ways(painter, theme, columns[5].bar_at(place), other.gradient, max(steepest, 1.0))

    def _bar(self, painter: QPainter, theme: Theme, groove: QRectF, share: float) -> None:
        room = groove.width()
        painter.fillRect(groove, QColor(theme.line))
        if isfinite(share):
            groove.setWidth(max(room * min(share, 1.0), 1.0))
            painter.fillRect(groove, QColor(theme.accent))

    def _both_ways(self, painter: QPainter, theme: Theme, groove: QRectF, value: float, most: float) -> None:
        """A bar from the middle: to the left, in blue, where it is negative."""
        room = groove.width()
        middle, top = groove.left() + room / 2, groove.top()
        painter.fillRect(groove, QColor(theme.line))
        if isfinite(value):
            wide = min(abs(value) / most, 1.0) * room / 2
            left = middle - wide if value < 0 else middle
            painter.fillRect(QRectF(left, top, wide, BAR_PX), QColor(theme.negative if value < 0 else theme.positive))
        painter.fillRect(QRectF(middle - 0.5, top - 2, 1, BAR_PX + 4), QColor(theme.dim))


def _short(value: float, text: str) -> str:
    if value >= 1e-3:
        return f"{value:.2g}"
    return text if len(text) <= 6 else f"{value:.1e}".replace("-", "−")
