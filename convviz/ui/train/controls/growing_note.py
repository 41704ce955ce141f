"""A sentence that is never cut: where it needs more lines than there is room for, it takes them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent

from ...layer.note import LINE_PX, Note, lines_of
from ...look.theme import CAPTION_PX, font

MOST_LINES, MOST_OFFERED = 12, 2
LATER_MS = 150


class GrowingNote(Note):
    """Has room for ``lines``, and for more as long as a text needs them.

    What is below it would move, so nothing grows or shrinks while a mouse button is down.
    """

    def __init__(self, name: str, lines: int) -> None:
        super().__init__(name, lines)
        self._fewest, self._offered, self._needed = lines, 0, 0
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._fit)

    def keep_lines(self, lines: int) -> None:
        """For so many there is always room."""
        self._fewest = lines
        self._fit()

    def offer(self, high_px: int) -> None:
        """So much room beside those lines nobody else needs: a text that is somewhat longer then moves nothing."""
        offered = min(max(high_px, 0) // LINE_PX, MOST_OFFERED)
        if offered != self._offered:
            self._offered = offered
            self._fit()

    @property
    def spare_px(self) -> int:
        """Of its height, what no text needs at present."""
        return (self._lines - max(self._fewest, self._needed)) * LINE_PX

    @property
    def longer_px(self) -> int:
        """Of its height, what is beyond the lines that there is always room for."""
        return (self._lines - self._fewest) * LINE_PX

    def show_text(self, text: str, why: str = "") -> None:
        if text != self.text():
            super().show_text(text, why)
            self._fit()

    def _fit(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._later.start()
            return
        self._needed = len(lines_of(self.text(), font(CAPTION_PX), max(self.width(), 1), MOST_LINES))
        lines = max(self._fewest + self._offered, self._needed)
        if lines != self._lines:
            self.set_lines(lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._fit()
