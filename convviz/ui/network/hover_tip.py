"""The exact value under the mouse, beside it; follows live frames, takes no clicks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

AWAY_PX = 14  # from the pointer, so that it hides nothing


class HoverTip(QLabel):
    """A small label over its parent; an ordinary tool tip would close and reopen with every value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hover_tip")
        self.setProperty("role", "tip")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, point: QPoint, text: str) -> None:
        """Shows ``text`` beside ``point`` (in the parent's coordinates), inside the parent."""
        self.setText(text)
        self.adjustSize()
        room = self.parentWidget()
        assert room is not None
        x = point.x() + AWAY_PX
        if x + self.width() > room.width():
            x = point.x() - AWAY_PX - self.width()
        y = point.y() + AWAY_PX
        if y + self.height() > room.height():
            y = point.y() - AWAY_PX - self.height()
        self.move(max(x, 0), max(y, 0))
        self.show()
        self.raise_()
