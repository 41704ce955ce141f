"""Small marks at the edges of a plot: where settings were changed, and where a curve leaves the field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ...look.numbers import exact, typeset
from ...look.shades import faint
from ...look.theme import Theme
from .strokes import Beyond

APART_PX = 10  # two marks; of closer ones the first is drawn
REACH_PX = 7  # of the mouse
SIZE_PX = 5


class Mark(NamedTuple):
    """At ``x`` the ``words`` came true: other settings, for example."""

    x: float
    words: str


class Frame(NamedTuple):
    """Where a plot is on its viewport, and from which x to which it reaches."""

    rect: QRectF
    left: float
    right: float

    def place(self, x: float) -> float:
        return self.rect.left() + self.rect.width() * (x - self.left) / (self.right - self.left)

    def holds(self, x: float) -> bool:
        return self.left <= x <= self.right


def beyond_words(name: str, across: str, beyond: Beyond) -> str:
    """
    >>> beyond_words("loss", "step", Beyond(366, 508710.25, True, "#ffffff"))
    'loss 508,710 at step 366: beyond the upper edge. The wheel over the numbers on the left shows more.'
    """
    value = f"{beyond.y:,.0f}" if 1000 <= abs(beyond.y) < 1e9 else typeset(exact(beyond.y))
    where = f"{beyond.x:,.0f}" if across == "step" else f"{beyond.x:.2f}"
    edge = "upper" if beyond.above else "lower"
    more = "The wheel over the numbers on the left shows more."
    return f"{name} {value} at {across} {where}: beyond the {edge} edge. {more}"


def apart(frame: Frame, marks: list[Beyond]) -> list[Beyond]:
    """Those in sight that do not lie on one another; of near ones the farthest out."""
    chosen: list[Beyond] = []
    for mark in sorted(marks, key=lambda each: -abs(each.y)):
        at = frame.place(mark.x)
        near = (each for each in chosen if each.above == mark.above and abs(frame.place(each.x) - at) < APART_PX)
        if frame.holds(mark.x) and next(near, None) is None:
            chosen.append(mark)
    return chosen


def paint_changes(painter: QPainter, frame: Frame, marks: tuple[Mark, ...], theme: Theme) -> None:
    """A line from top to bottom, and a diamond at its foot."""
    for mark in marks:
        if frame.holds(mark.x):
            x = round(frame.place(mark.x)) + 0.5
            painter.setPen(QPen(faint(theme.text, 110), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, frame.rect.top()), QPointF(x, frame.rect.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.text))
            foot, half = frame.rect.bottom() - SIZE_PX, SIZE_PX
            corners = (x, foot - half), (x + half, foot), (x, foot + half), (x - half, foot)
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def paint_beyond(painter: QPainter, frame: Frame, marks: list[Beyond]) -> None:
    """Triangles that point out of the field."""
    painter.setPen(Qt.PenStyle.NoPen)
    for mark in apart(frame, marks):
        x, tip, foot = frame.place(mark.x), *_triangle(frame, mark)
        painter.setBrush(QColor(mark.colour))
        painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x + SIZE_PX, foot), QPointF(x - SIZE_PX, foot)]))


def _triangle(frame: Frame, mark: Beyond) -> tuple[float, float]:
    """Tip and foot."""
    if mark.above:
        return frame.rect.top() + 1, frame.rect.top() + 8
    return frame.rect.bottom() - 1, frame.rect.bottom() - 8


def words_at(at: QPoint, frame: Frame, changes: tuple[Mark, ...], marks: list[Beyond], name: str, across: str) -> str:
    """What the marks under the mouse say, "" where there is none."""
    return "\n".join(_said(at, frame, changes, marks, name, across))


def _said(
    at: QPoint, frame: Frame, changes: tuple[Mark, ...], marks: list[Beyond], name: str, across: str
) -> Iterator[str]:
    for mark in changes:
        if frame.holds(mark.x) and abs(frame.place(mark.x) - at.x()) <= REACH_PX:
            yield mark.words
    for each in apart(frame, marks):
        if abs(frame.place(each.x) - at.x()) <= REACH_PX and abs(_triangle(frame, each)[0] - at.y()) <= 2 * REACH_PX:
            yield beyond_words(name, across, each)
