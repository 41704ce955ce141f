"""The exact value under the mouse, beside it; follows live frames, takes no clicks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..look.theme import UNIT, VALUE_PX, font, theme_of

AWAY_PX = 14  # from the pointer, so that it hides nothing
INSIDE = 2 * UNIT  # beside the text


class HoverTip(QWidget):
    """A few lines over its parent; an ordinary tool tip would close and reopen with every value.

    It paints itself, corners included: a label with a style sheet takes several times as long, and what lies under
    a widget that is not opaque is painted again with every move.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hover_tip")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._text = ""
        self.hide()

    def text(self) -> str:
        return self._text

    def show_at(self, point: QPoint, text: str) -> None:
        """Shows ``text`` beside ``point`` (in the parent's coordinates), inside the parent."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()
        lines = text.split("\n")
        metrics = QFontMetrics(font(VALUE_PX))
        wide = max(metrics.horizontalAdvance(line) for line in lines) + 2 * INSIDE
        high = len(lines) * metrics.height() + 2 * UNIT
        room = self.parentWidget()
        assert room is not None
        x = point.x() + AWAY_PX
        if x + wide > room.width():
            x = point.x() - AWAY_PX - wide
        y = point.y() + AWAY_PX
        if y + high > room.height():
            y = point.y() - AWAY_PX - high
        self.setGeometry(max(x, 0), max(y, 0), wide, high)
        if not self.isVisible():
            self.show()
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.line))
            painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(theme.raised))
            painter.setPen(QColor(theme.text))
            painter.setFont(font(VALUE_PX))
            painter.drawText(self.rect().adjusted(INSIDE, UNIT, 0, 0), Qt.AlignmentFlag.AlignLeft, self._text)
