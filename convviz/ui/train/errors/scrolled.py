"""A painted widget that is higher than its place; what is under the mouse is said beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...look.scroll_column import ScrollColumn
from ...network.hover_tip import HoverTip


class Scrolled(ScrollColumn):
    """As wide as its place. Lines of text stay inside of what can be seen, whatever lies beyond it."""

    def __init__(self, content: QWidget, name: str, parent: QWidget | None = None) -> None:
        holder = QWidget()  # its background is transparent, from which no theme can be read
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content, 0, Qt.AlignmentFlag.AlignTop)
        super().__init__(holder, name, parent)
        self._content = content
        self._pitch = (0, 0)
        self.tip = HoverTip(self)

    def snap(self, pitch_px: int, gap_px: int) -> None:
        """Only whole rows are in sight while nobody scrolls; they begin ``pitch_px`` apart, with a gap between."""
        self._pitch = pitch_px, gap_px
        self._snap()
        self.verticalScrollBar().setSingleStep(pitch_px // 3)  # a notch of the wheel is three of them

    def _snap(self) -> None:
        pitch, gap = self._pitch
        rows = (self.height() + gap) // pitch if pitch else 0
        self.setViewportMargins(0, 0, 0, self.height() - rows * pitch + gap if rows else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._snap()

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
