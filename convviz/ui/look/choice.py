"""A combo box in the look of the application."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox

from .theme import theme_of

CONTROL = QStyle.ComplexControl.CC_ComboBox


class Choice(QComboBox):
    """A combo box that draws its own arrow in the colour of the theme, as a style sheet could only show a file.

    A text that does not fit ends with an ellipsis.
    """

    def paintEvent(self, event: QPaintEvent) -> None:
        option, style = QStyleOptionComboBox(), self.style()
        self.initStyleOption(option)
        if self.currentIndex() < 0:
            option.currentText = self.placeholderText()
        field = style.subControlRect(CONTROL, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width() - 2
        )
        with QPainter(self) as painter:
            style.drawComplexControl(CONTROL, option, painter, self)
            style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme_of(self).dim), 1.5))
            x, y = self.width() - 13, self.height() / 2 - 1.5
            painter.drawPolyline([QPointF(x - 3.5, y), QPointF(x, y + 3.5), QPointF(x + 3.5, y)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that passes by must not change the network
