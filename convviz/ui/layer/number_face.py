"""How a number in its range looks: the number, and below it a track that shows where it stands."""

from __future__ import annotations

from collections.abc import Callable
from math import log

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...spec.limits import REACH, Range
from ..look.theme import VALUE_PX, font, theme_of

HEIGHT_PX, TRACK_PX, PAD_PX = 26, 2, 6


class NumberFace(QWidget):
    """Paints itself, as it changes with every move of the mouse; takes no input."""

    def __init__(self, name: str, accessible: str, text: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self._text = text
        self._value = 0
        self._range: Range | None = None

    @property
    def value(self) -> int:
        return self._value

    @property
    def range(self) -> Range | None:
        return self._range

    def set_value(self, value: int) -> None:
        """Shows a value; emits nothing."""
        if value != self._value:
            self._value = value
            self.setAccessibleDescription(self._text(value))
            self.update()

    def set_range(self, allowed: Range | None) -> None:
        """What the value may be; None where nobody knows at present."""
        self._range = allowed
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(56, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setPen(QPen(QColor(self._edge()), 1))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setFont(font(VALUE_PX))
            painter.setPen(QColor(theme.text))
            middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect().adjusted(2, 0, -2, -TRACK_PX - 2), middle, self._shown())
            self._paint_track(painter)

    def _edge(self) -> str:
        theme = theme_of(self)
        return theme.accent if self.hasFocus() or self.underMouse() else theme.line

    def _shown(self) -> str:
        return self._text(self._value)

    def _paint_track(self, painter: QPainter) -> None:
        theme = theme_of(self)
        track = QRectF(PAD_PX, self.height() - TRACK_PX - 4, self.width() - 2 * PAD_PX, TRACK_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(track, 1, 1)
        if self._range is None or self._range.low == self._range.high:
            return
        share = min(max(place(self._range, self._value), 0.0), 1.0)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(track.x(), track.y(), track.width() * share, TRACK_PX), 1, 1)
        painter.drawEllipse(QPointF(track.x() + track.width() * share, track.center().y()), 2.5, 2.5)


def place(allowed: Range, value: int) -> float:
    """Where a value stands in its range, 0 to 1; ratios count where it reaches far.

    >>> place(Range(1, 5, str), 2), place(Range(1, 4096, str), 64)
    (0.25, 0.5)
    """
    if allowed.low == allowed.high:
        return 0.0
    if wide(allowed):
        return log(max(value, allowed.low) / allowed.low) / log(allowed.high / allowed.low)
    return (value - allowed.low) / (allowed.high - allowed.low)


def wide(allowed: Range) -> bool:
    """Whether a range reaches so far that ratios count in it."""
    return allowed.low > 0 and allowed.high / allowed.low > REACH
