"""A painted widget that is higher than its place; what is under the mouse is said beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ...network.hover_tip import HoverTip


class Scrolled(QScrollArea):
    """As wide as its place. Lines of text stay inside of what can be seen, whatever lies beyond it."""

    def __init__(self, content: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._content = content
        holder = QWidget()  # its background is transparent, from which no theme can be read
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content, 0, Qt.AlignmentFlag.AlignTop)
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the content takes the keys
        self.tip = HoverTip(self)

    def say(self, words: str, at: QPoint) -> None:
        """Writes beside a place of the content; nothing where there are no words."""
        if words:
            self.tip.show_at(self._content.mapTo(self, at), words)
        else:
            self.tip.hide()

    def reveal(self, rect: QRect) -> None:
        """Scrolls until a part of the content can be seen."""
        centre = rect.center()
        self.ensureVisible(centre.x(), centre.y(), 0, rect.height() // 2 + 4)
