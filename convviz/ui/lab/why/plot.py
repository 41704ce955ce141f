"""A small plot of curves over a whole number, with a mark where one is now."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, Theme, font, theme_of

LEFT_PX, BOTTOM_PX, TOP_PX, RIGHT_PX = 46, 34, 24, 10
DOT_PX = 2.0
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """``colour`` is the name of a colour of the theme. Values that are not finite leave a gap."""

    name: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Curves over ``xs``, which are whole numbers in order; ``mark`` is where one is now.

    ``marked`` are the values of the curves there, also between two ``xs``. ``note`` says why there is no curve.
    """

    title: str = ""
    across: str = ""
    xs: tuple[int, ...] = (0, 1)
    curves: tuple[Curve, ...] = ()
    mark: float | None = None
    marked: tuple[float, ...] = ()
    note: str = ""


class Plot(QWidget):
    """Shows a figure."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 110)
        self._figure = Figure()

    def show_figure(self, figure: Figure) -> None:
        """What to draw from now on."""
        if figure != self._figure:
            self._figure = figure
            self.setAccessibleDescription(f"{figure.title}; {figure.across}. {figure.note}".strip("; ."))
            self.update()

    @property
    def figure(self) -> Figure:
        return self._figure

    def sizeHint(self) -> QSize:
        return QSize(300, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            paint_figure(painter, QRectF(self.rect()), self._figure, theme)


def paint_figure(painter: QPainter, rect: QRectF, figure: Figure, theme: Theme) -> None:
    """Axes with their numbers, a line and dots for each curve, names of the curves beside the title."""
    inner = rect.adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)
    top = _ceiling(figure)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(CAPTION_PX))
    _paint_axes(painter, inner, figure, top, theme)
    _paint_names(painter, rect, figure, theme)

    def point(x: float, value: float) -> QPointF:
        share = (x - figure.xs[0]) / (figure.xs[-1] - figure.xs[0])
        return QPointF(inner.left() + share * inner.width(), inner.bottom() - value / top * inner.height())

    _paint_mark(painter, inner, figure, theme)
    for curve in figure.curves:
        places = [point(x, y) if isfinite(y) else None for x, y in _pairs(figure, curve)]
        _paint_curve(painter, curve, places, theme)
    if figure.mark is not None and figure.xs[0] <= figure.mark <= figure.xs[-1]:
        for curve, value in zip(figure.curves, figure.marked, strict=False):
            if isfinite(value):
                painter.setPen(QPen(QColor(theme.field), 1.5))
                painter.setBrush(QColor(getattr(theme, curve.colour)))
                painter.drawEllipse(point(figure.mark, value), 4.0, 4.0)
    _paint_note(painter, inner, figure, theme)


def _paint_mark(painter: QPainter, inner: QRectF, figure: Figure, theme: Theme) -> None:
    """A line, or beside an end of the axis how far beyond it one is."""
    mark, first, last = figure.mark, figure.xs[0], figure.xs[-1]
    if mark is None:
        return
    if first <= mark <= last:
        x = round(inner.left() + (mark - first) / (last - first) * inner.width())  # on whole pixels it is sharp
        painter.setPen(QPen(QColor(theme.field), 2, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(x, inner.top() - 2, x, inner.bottom()))
        return
    painter.setPen(QColor(theme.field))
    side = Qt.AlignmentFlag.AlignRight if mark > last else Qt.AlignmentFlag.AlignLeft
    text = typeset(f"now at {mark:g} ▸" if mark > last else f"◂ now at {mark:g}")
    painter.drawText(inner.adjusted(4, 2, -4, 0), side | Qt.AlignmentFlag.AlignTop, text)


def _paint_note(painter: QPainter, inner: QRectF, figure: Figure, theme: Theme) -> None:
    if not figure.note:
        return
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    room = inner.adjusted(8, 4, -8, -4)
    painter.setPen(QColor(theme.dim))
    place = painter.boundingRect(room, flags, figure.note)
    painter.fillRect(place.adjusted(-4, -2, 4, 2), QColor(theme.card))
    painter.drawText(room, flags, figure.note)


def _pairs(figure: Figure, curve: Curve) -> list[tuple[int, float]]:
    return list(zip(figure.xs, curve.values, strict=True))


def _ceiling(figure: Figure) -> float:
    """The end of the vertical axis: a round number that no value exceeds.

    >>> _ceiling(Figure("", "", (0, 1), (Curve("", "text", (0.2, 1.3)),)))
    2.0
    """
    shown = (*figure.marked, *(y for curve in figure.curves for y in curve.values))
    most = max((y for y in shown if isfinite(y)), default=0.0)
    scale = 1.0
    while most > STEPS[-1] * scale:
        scale *= 10
    return next(step * scale for step in STEPS if most <= step * scale)


def _paint_axes(painter: QPainter, inner: QRectF, figure: Figure, top: float, theme: Theme) -> None:
    middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for share in (0.0, 0.5, 1.0):
        y = round(inner.bottom() - share * inner.height()) + 0.5
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QLineF(inner.left(), y, inner.right(), y))
        painter.setPen(QColor(theme.dim))
        painter.drawText(QRectF(inner.left() - LEFT_PX, y - 8, LEFT_PX - 6, 16), middle, f"{top * share:.3g}")
    first, last = figure.xs[0], figure.xs[-1]
    for x in figure.xs:
        if x % 4 and x not in (first, last):
            continue
        at = inner.left() + (x - first) / (last - first) * inner.width()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QLineF(at, inner.bottom(), at, inner.bottom() + 3))
        painter.setPen(QColor(theme.dim))
        text = typeset(str(x))
        painter.drawText(QRectF(at - 20, inner.bottom() + 3, 40, 14), Qt.AlignmentFlag.AlignCenter, text)
    below = QRectF(inner.left() - LEFT_PX, inner.bottom() + 17, inner.width() + LEFT_PX + RIGHT_PX, 15)
    across = painter.fontMetrics().elidedText(figure.across, Qt.TextElideMode.ElideRight, int(below.width()))
    wide = painter.fontMetrics().horizontalAdvance(across)
    left = min(max(inner.center().x() - wide / 2, below.left()), below.right() - wide)
    painter.drawText(QRectF(left, below.top(), wide + 1, below.height()), Qt.AlignmentFlag.AlignCenter, across)


def _paint_names(painter: QPainter, rect: QRectF, figure: Figure, theme: Theme) -> None:
    line = QRectF(rect.left() + 2, rect.top(), rect.width() - 2 - RIGHT_PX, 16)
    painter.setPen(QColor(theme.text))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, figure.title)
    for curve in reversed(figure.curves):
        painter.setPen(QColor(getattr(theme, curve.colour)))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, curve.name)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(curve.name) - 10)


def _paint_curve(painter: QPainter, curve: Curve, points: list[QPointF | None], theme: Theme) -> None:
    """Line by line: a polyline as thick as this takes Qt twenty times as long."""
    colour = QColor(getattr(theme, curve.colour))
    painter.setPen(QPen(colour, 1.5, c=Qt.PenCapStyle.FlatCap))  # the dots cover the corners
    painter.drawLines([QLineF(a, b) for a, b in pairwise(points) if a is not None and b is not None])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for point in points:
        if point is not None:
            painter.drawEllipse(point, DOT_PX, DOT_PX)
