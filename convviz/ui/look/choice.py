"""A combo box in the look of the application."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox

from .theme import theme_of


class Choice(QComboBox):
    """A combo box that draws its own arrow in the colour of the theme; a style sheet could only show a file."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme_of(self).dim), 1.5))
            x, y = self.width() - 13, self.height() / 2 - 1.5
            painter.drawPolyline([QPointF(x - 3.5, y), QPointF(x, y + 3.5), QPointF(x + 3.5, y)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that passes by must not change the network
