"""Which line is which: a dash of its colour, and a name."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.theme import CAPTION_PX, font, theme_of

HEIGHT_PX, DASH_PX, GAP_PX, APART_PX = 18, 18, 5, 14


class Entry(NamedTuple):
    """A line in the legend: ``colour`` as ``#rrggbb``; ``dotted`` as of test images, ``thin`` as of earlier runs."""

    text: str
    colour: str
    dash: Qt.PenStyle = Qt.PenStyle.SolidLine
    dotted: bool = False
    thin: bool = False


class Legend(QWidget):
    """A row of entries; those that do not fit are counted, and named on hover."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves_legend")
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._entries: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        if entries != self._entries:
            self._entries = entries
            names = ", ".join(entry.text for entry in entries)
            self.setAccessibleName(f"Curves: {names}")
            self.setToolTip(names)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(CAPTION_PX))
            metrics = painter.fontMetrics()
            x = 0.0
            for i, entry in enumerate(self._entries):
                left = len(self._entries) - i
                more = metrics.horizontalAdvance(f"+ {left - 1} more") + APART_PX if left > 1 else 0
                if x + _wide(entry, metrics) + more > self.width():
                    painter.setPen(QColor(theme.dim))
                    painter.drawText(QPointF(x, 13), f"+ {left} more")
                    return
                _paint(painter, x, entry)
                painter.setPen(QColor(theme.text if entry.dotted or i == 0 else theme.dim))
                painter.drawText(QPointF(x + DASH_PX + GAP_PX, 13), entry.text)
                x += _wide(entry, metrics) + APART_PX


def _wide(entry: Entry, metrics: QFontMetrics) -> float:
    return DASH_PX + GAP_PX + metrics.horizontalAdvance(entry.text)


def _paint(painter: QPainter, x: float, entry: Entry) -> None:
    painter.setPen(
        QPen(QColor(entry.colour), 1.5 if entry.thin or entry.dotted else 3, entry.dash, Qt.PenCapStyle.FlatCap)
    )
    painter.drawLine(QPointF(x, 9), QPointF(x + DASH_PX, 9))
    if entry.dotted:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(entry.colour))
        painter.drawEllipse(QRectF(x + DASH_PX / 2 - 3, 6, 6, 6))
