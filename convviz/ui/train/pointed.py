"""What painted widgets whose parts are pointed at by mouse and keys have in common."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QWidget


class Pointed(QWidget):
    """Nothing is pointed at once the mouse or the keyboard has left; the frame that shows the focus follows it."""

    def _hover(self, part: Any) -> None:
        """Points at a part of the widget, or with None at nothing."""
        raise NotImplementedError

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hover(None)
        self.update()
