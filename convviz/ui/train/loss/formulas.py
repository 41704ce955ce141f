"""The two losses as formulas, and the same with the numbers put in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.arithmetic import CrossEntropy, MeanSquare, mean_cross_entropy
from ....spec.arithmetic.written import equated, written
from ...explain.loss_view import short
from ...explain.sum_layout import LINE_HIGH
from ...explain.sum_paint import paint_line, wrapped
from ...look.theme import CAPTION_PX, theme_of
from .case import LECTURE, LossCase

Line = tuple[str, str]  # text, style
RESULT_HIGH = CAPTION_PX + 13


class Formulas(QWidget):
    """Paints lines of text, which may be longer than they fit; grows with them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_formulas")
        self.setAccessibleName("The loss, with the numbers put in")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._given: list[Line] = []
        self._lines: list[Line] = []

    def show_lines(self, lines: list[Line]) -> None:
        """Texts with their styles: "dim", "text" or "result"."""
        if lines != self._given:
            self._given = lines
            self.setAccessibleDescription(". ".join(text for text, _ in lines))
            self._compose()

    def text(self) -> str:
        """All that is written, a line each."""
        return "\n".join(text for text, _ in self._given)

    def _compose(self) -> None:
        width = max(self.width(), 80)
        self._lines = []
        for text, style in self._given:
            self._lines += [(text, style)] if style == "result" else [(line, style) for line in wrapped(text, width)]
        high = sum(map(_high, self._lines))
        if high != self.height():
            self.setFixedHeight(high)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._compose()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, top = theme_of(self), 0
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            for line in self._lines:
                paint_line(painter, QRectF(0, top, self.width(), _high(line)), line[0], theme, line[1])
                top += _high(line)


def _high(line: Line) -> int:
    return RESULT_HIGH if line[1] == "result" else LINE_HIGH


def lines_of(entropy: CrossEntropy, square: MeanSquare) -> list[Line]:
    """Both losses: formula, numbers, result.

    >>> from convviz.spec.arithmetic import cross_entropy, mean_square
    >>> [text for text, style in lines_of(cross_entropy([0, 0], 0), mean_square([0, 0], 0)) if style == "result"]
    ['cross-entropy = −log(0.5) = 0.6931', 'MSE = 0.5']
    """
    formula, numbers = short(entropy)
    lines = [
        (f"cross-entropy: {formula}", "dim"),
        (f"softmax of the right class: {entropy.softmax(entropy.target)[1]}", "text"),
        (f"cross-entropy = {numbers}", "result"),
        (f"mean squared error: {square.formula}", "dim"),
        (square.numbers.replace(" − ", "\u00a0−\u00a0"), "text"),  # no line ends within a term
        (f"MSE = {written(square.loss)}", "result"),
    ]
    return [(_plain(text), style) for text, style in lines]


def lecture_line() -> Line:
    """The mean over both rows of the lecture's example.

    >>> lecture_line()[0]
    'mean of both: (5.0076 + 0.020581) / 2 = 2.5141'
    """
    found = mean_cross_entropy([scores for scores, _ in LECTURE], [target for _, target in LECTURE])
    losses = [row.loss for row in found.rows]

    def text(digits: int) -> str:
        return f"({' + '.join(written(loss, digits) for loss in losses)}) / {len(LECTURE)}"

    told = equated(losses, lambda each: sum(each) / len(each), text, f"{found.loss:.4f}")
    return f"mean of both: {told}", "result"


def lines_of_probability(case: LossCase) -> list[Line]:
    """Where only the probability of the right class is known."""
    if case.probability is None:
        text = "Not judged yet: that is done at the end of every epoch while this page is in front."
        return [(text, "dim")]
    text = "Its scores are not kept, only their softmax: open the image in the Network workspace to see all of them."
    return [(case.facts, "text"), ("−log p[y]", "dim"), (case.loss_of_probability, "result"), (text, "dim")]


def _plain(text: str) -> str:
    return text.replace("Σ_c", "Σ")  # there is no such letter, and x[c] says over what
