"""From the scores to the loss: softmax and cross-entropy against a class, with the numbers put in."""

from __future__ import annotations

from math import inf, log, log1p

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.arithmetic import CrossEntropy, cross_entropy
from ...spec.arithmetic.written import equated, factor, written
from ...spec.probe import Probe
from ..class_choice import ClassChoice, predicted
from ..look.numbers import percent
from ..look.theme import CAPTION_PX, UNIT, font, theme_of
from ..throttle import Throttle
from .sum_display import LIVE_MS
from .sum_layout import INSET, LINE_HIGH
from .sum_paint import LEFT, RIGHT, paint_line, wrapped

MOST = 10  # classes in the table; of more only the likeliest
HEADS = ("class", "score x", "exp(x − max)", "probability")
AT = (0.0, 0.14, 0.4, 0.73, 1.0)  # where the columns begin, of the width


class LossLines(QWidget):
    """Paints a CrossEntropy: a table of the classes, and the two formulas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_lines")
        self.setAccessibleName("Softmax and cross-entropy")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.loss: CrossEntropy | None = None
        self._live = Throttle(self._compose, LIVE_MS, self)
        self._rows: list[int] = []
        self._lines: list[tuple[str, str]] = []
        self.setToolTip("The largest score is taken off first: no probability changes, and no exp overflows")

    def show_loss(self, loss: CrossEntropy) -> None:
        """Another loss; that of the same class in a new frame is written when it can be read."""
        old, self.loss = self.loss, loss
        if old is None or (old.target, len(old.terms)) != (loss.target, len(loss.terms)):
            self._compose()
        else:
            self._live.request()

    def _compose(self) -> None:
        loss = self.loss
        if loss is None:
            return
        rows = list(range(len(loss.terms)))
        if len(rows) > MOST:
            rows = sorted(rows, key=lambda c: (c != loss.target, -loss.terms[c].score))[:MOST]
        self._rows = rows
        self._lines = []
        told = (*loss.softmax(loss.target), *short(loss))
        for text, style in zip(told, ("dim", "text", "dim", "text"), strict=True):
            plain = text.replace("Σ_c", "Σ")  # there is no such letter, and x[c] says over what
            self._lines += [(line, style) for line in wrapped(plain, self.width() - 2 * INSET)]
        self.setAccessibleDescription(f"{told[1]}. {told[3]}")
        high = (len(rows) + 1 + len(self._lines)) * LINE_HIGH + LINE_HIGH // 2 + 24
        if high != self.height():
            self.setFixedHeight(high)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._compose()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, loss = theme_of(self), self.loss
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            if loss is None:
                return
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            self._row(painter, 0, HEADS)
            for line, number in enumerate(self._rows):
                term, top = loss.terms[number], (line + 1) * LINE_HIGH
                if number == loss.target:
                    painter.fillRect(QRectF(0, top, self.width(), LINE_HIGH), QColor(theme.chosen))
                painter.setPen(QColor(theme.text))
                texts = (str(number), written(term.score), written(term.exponential), percent(term.probability))
                self._row(painter, top, texts)
            top = (len(self._rows) + 1) * LINE_HIGH + LINE_HIGH // 2
            for line, (text, style) in enumerate(self._lines):
                rect = QRectF(INSET, top + line * LINE_HIGH, self.width(), LINE_HIGH)
                paint_line(painter, rect, text, theme, style)
            rect = QRectF(INSET, top + len(self._lines) * LINE_HIGH, self.width(), 24)
            paint_line(painter, rect, f"loss = {written(loss.loss)}", theme, "result")

    def _row(self, painter: QPainter, top: float, texts: tuple[str, ...]) -> None:
        for column, text in enumerate(texts):
            left, right = AT[column] * self.width(), AT[column + 1] * self.width()
            rect = QRectF(left, top, right - left - (INSET if column else 0), LINE_HIGH)
            painter.drawText(rect.adjusted(INSET, 0, 0, 0) if not column else rect, RIGHT if column else LEFT, text)


def short(loss: CrossEntropy) -> tuple[str, str]:
    """(formula, with the numbers put in) of the loss, from the probability that is written out above it.

    >>> short(cross_entropy([0.0, 0.0], 0))
    ('−log(exp x[y] / Σ_c exp x[c])', '−log(0.5) = 0.6931')
    """
    target, chance, told = loss.terms[loss.target], written(loss.probability), written(loss.loss)
    if chance == "0":  # it is too small for a number, but its logarithm is not
        both = [loss.exponentials, target.shifted]

        def difference(digits: int) -> str:
            return f"log({written(loss.exponentials, digits)}) − {factor(target.shifted, digits)}"

        return loss.stable, equated(both, lambda found: log(found[0]) - found[1], difference, told)
    others = sum(term.exponential for number, term in enumerate(loss.terms) if number != loss.target)
    if chance == "1" and others:  # what it lacks is the loss
        lacks = others / loss.exponentials
        text = "−log(1 − {})".format
        return loss.formula, equated([lacks], lambda found: -log1p(-found[0]), lambda n: text(written(lacks, n)), told)
    return loss.formula, minus_log(loss.probability, told)


def minus_log(probability: float, told: str) -> str:
    """−log of a probability with the number put in: as many digits of it as it takes.

    >>> minus_log(0.99985611, "0.0001439")
    '−log(0.9998561) = 0.0001439'
    """
    return equated(
        [probability],
        lambda found: inf if found[0] == 0 else -log(found[0]) + 0.0,
        lambda digits: f"−log({written(probability, digits)})",
        told,
    )


class LossView(QWidget):
    """The loss of the scores against a class that can be chosen."""

    target_chosen = Signal(object)  # int, or None for the class that the network answers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_view")
        self.title = QLabel("Softmax and cross-entropy")
        self.title.setProperty("role", "title")
        self.chooser = ClassChoice("loss_class")
        self.lines = LossLines()
        against = QLabel("against class")
        against.setProperty("role", "caption")
        row = QHBoxLayout()
        row.addWidget(against)
        row.addWidget(self.chooser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.lines)
        self.chooser.target_chosen.connect(self.target_chosen)

    def show_frame(self, frame: Frame, probe: Probe) -> None:
        """The scores that a network put out, against the class that the probe is about."""
        scores = frame.scores
        self.chooser.set_classes(frame.state.network, scores.size)
        self.chooser.show_predicted(predicted(frame))
        self.chooser.show_target(probe.target)
        self.lines.show_loss(cross_entropy(scores, probe.class_of(scores)))
