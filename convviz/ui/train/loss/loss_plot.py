"""Both losses against the score of the right class, all other scores as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.arithmetic import cross_entropy, mean_square
from ....spec.arithmetic.written import written
from ...look.colours import Floats
from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, Theme, font, theme_of

Doubles = NDArray[np.float64]
POINTS, ROUND = 121, 6.0  # of a curve; how far the plot goes beyond what must be on it
SIDE_PX, FOOT_PX, HEAD_PX = 40, 18, 18  # SIDE_PX at least
AXIS = ("score of the right class, x[{}]", "score x[{}]", "x[{}]", "")  # as much of it as there is room for
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


def entropy_curve(scores: Doubles, target: int, at: Doubles) -> Doubles:
    """The cross-entropy where the right class's score is each of ``at``.

    >>> entropy_curve(np.array([0.0, 0.0]), 0, np.array([0.0])).round(4).tolist()
    [0.6931]
    """
    others = np.delete(scores, target)
    if not others.size:
        return np.zeros_like(at)
    most = others.max()
    rest = most + np.log(np.exp(others - most).sum())
    return np.asarray(np.logaddexp(0.0, rest - at))


def square_curve(scores: Doubles, target: int, at: Doubles) -> Doubles:
    """The mean squared error where the right class's score is each of ``at``.

    >>> square_curve(np.array([5.0, 2.0]), 0, np.array([1.0])).tolist()
    [2.0]
    """
    others = np.delete(scores, target)
    return np.asarray(((others**2).sum() + (at - 1) ** 2) / scores.size)


class LossPlot(QWidget):
    """Two curves, each on a scale of its own: only their shapes can be compared. The present score is marked."""

    pointed_at = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self.setAccessibleName("Both losses against the score of the right class")
        self.setToolTip(
            "Cross-entropy falls as long as the right class's score grows. MSE is smallest where that score is 1, and "
            "punishes a higher one."
        )
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)
        self._scores: Doubles = np.zeros(0)
        self._target = 0
        self._at: Doubles = np.zeros(0)
        self._side = SIDE_PX
        self._curves: tuple[Doubles, Doubles] = (np.zeros(0), np.zeros(0))

    def show_scores(self, scores: Floats, target: int) -> None:
        """Other scores; what is not finite has no curve."""
        self._scores, self._target = np.asarray(scores, np.float64).ravel(), target
        if np.isfinite(self._scores).all() and np.abs(self._scores).max(initial=0) < 1e9:
            others = np.delete(self._scores, target)
            marks = [float(self._scores[target]), 1.0, *([float(others.max())] if others.size else [])]
            self._at = np.linspace(min(marks) - ROUND, max(marks) + ROUND, POINTS)
            curves = (entropy_curve, square_curve)
            self._curves = tuple(curve(self._scores, target, self._at) for curve in curves)  # type: ignore[assignment]
        else:
            self._at, self._curves = np.zeros(0), (np.zeros(0), np.zeros(0))
        self._side = self._needed()
        self.update()

    def _needed(self) -> int:
        """How wide the numbers at the sides are."""
        texts = [_brief(value) for curve in (0, 1) if self._at.size for value in self._limits(curve)]
        return max([SIDE_PX, *(QFontMetrics(font(CAPTION_PX)).horizontalAdvance(text) + 6 for text in texts)])

    @property
    def marked(self) -> tuple[float, float, float] | None:
        """(score, cross-entropy, MSE) of the present; None where there is no curve."""
        if not self._at.size:
            return None
        score = np.array([self._scores[self._target]])
        return (
            float(score[0]),
            float(entropy_curve(self._scores, self._target, score)[0]),
            float(square_curve(self._scores, self._target, score)[0]),
        )

    def mark_points(self) -> tuple[QPointF, QPointF] | None:
        """Where both marks are, in pixels."""
        marked = self.marked
        if marked is None:
            return None
        x = self._x(marked[0])
        return QPointF(x, self._y(0, marked[1])), QPointF(x, self._y(1, marked[2]))

    def sizeHint(self) -> QSize:
        return QSize(400, 150)

    # --- painting ---------------------------------------------------------------------------------------------

    @property
    def _chart(self) -> QRectF:
        side, high = self._side, self.height() - HEAD_PX - FOOT_PX - 8
        return QRectF(side, HEAD_PX + 4, max(self.width() - 2 * side, 20), high)

    @property
    def axis_text(self) -> str:
        """What stands below the plot between the ends of its axis."""
        metrics = QFontMetrics(font(CAPTION_PX))
        room = self._chart.width() - 2 * max(map(metrics.horizontalAdvance, self._ends)) - 16
        texts = (text.format(self._target) for text in AXIS)
        return next(text for text in texts if not text or metrics.horizontalAdvance(text) <= room)

    @property
    def _ends(self) -> tuple[str, str]:
        first, last = float(self._at[0]), float(self._at[-1])
        plain = max(-first, last) < 1000
        return typeset(f"{first:.1f}" if plain else f"{first:.2g}"), typeset(f"{last:.1f}" if plain else f"{last:.2g}")

    def _x(self, score: float) -> float:
        first, last = float(self._at[0]), float(self._at[-1])
        return self._chart.left() + (score - first) / (last - first) * self._chart.width()

    def _limits(self, curve: int) -> tuple[float, float]:
        values = self._curves[curve]
        low, high = float(values.min()), float(values.max())
        return (0.0 if curve == 0 else low), max(high, low + 1e-9)

    def _y(self, curve: int, loss: float) -> float:
        low, high = self._limits(curve)
        return self._chart.bottom() - (loss - low) / max(high - low, 1e-9) * self._chart.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, chart = theme_of(self), self._chart
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            painter.setFont(font(CAPTION_PX))
            if not self._at.size:
                painter.setPen(QColor(theme.dim))
                painter.drawText(self.rect(), MIDDLE, "The scores are not finite: there is no curve.")
                return
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(chart)
            self._paint_axes(painter, theme, chart)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for curve, colour in enumerate((theme.accent, theme.field)):
                ys = [self._y(curve, loss) for loss in self._curves[curve].tolist()]
                xs = [self._x(score) for score in self._at.tolist()]
                painter.setPen(QPen(QColor(colour), 1.5))
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))
            self._paint_marks(painter, theme, chart)

    def _paint_axes(self, painter: QPainter, theme: Theme, chart: QRectF) -> None:
        sides = ((0, theme.accent, "cross-entropy", LEFT), (1, theme.field, "MSE", RIGHT))
        for curve, colour, name, align in sides:
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(0, 0, self.width(), HEAD_PX), align, name)
            low, high = self._limits(curve)
            x = 0 if curve == 0 else chart.right() + 4
            for y, value in ((chart.top(), high), (chart.bottom(), low)):
                place = QRectF(x, y - 7, self._side - 4, 14)
                painter.drawText(place, RIGHT if curve == 0 else LEFT, _brief(value))
        painter.setPen(QColor(theme.dim))
        foot = QRectF(chart.left(), chart.bottom() + 2, chart.width(), FOOT_PX)
        texts = (*self._ends, self.axis_text)
        for text, align in zip(texts, (LEFT, RIGHT, MIDDLE), strict=True):
            painter.drawText(foot, align, text)

    def _paint_marks(self, painter: QPainter, theme: Theme, chart: QRectF) -> None:
        points = self.mark_points()
        if points is None:
            return
        painter.setPen(QPen(QColor(theme.dim), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(points[0].x(), chart.top()), QPointF(points[0].x(), chart.bottom()))
        for point, colour in zip(points, (theme.accent, theme.field), strict=True):
            painter.setPen(QPen(QColor(theme.card), 1.5))
            painter.setBrush(QColor(colour))
            painter.drawEllipse(point, 4.5, 4.5)

    # --- mouse ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._at.size:
            return
        share = min(max((event.position().x() - self._chart.left()) / max(self._chart.width(), 1.0), 0.0), 1.0)
        scores = self._scores.copy()
        scores[self._target] = self._at[0] + share * (self._at[-1] - self._at[0])
        entropy, square = cross_entropy(scores, self._target).loss, mean_square(scores, self._target).loss
        said = f"cross-entropy {written(entropy)}, MSE {written(square)}"
        self.pointed_at.emit(f"with x[{self._target}] = {written(float(scores[self._target]))}: {said}")

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed_at.emit("")


def _brief(value: float) -> str:
    return typeset(f"{value:.3g}")
