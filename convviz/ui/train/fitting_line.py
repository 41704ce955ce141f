"""A line that says less where there is less room, instead of being cut."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics, QResizeEvent

from ..look.numbers import typeset
from ..look.text_line import TextLine
from ..look.theme import font


class FittingLine(TextLine):
    """Shows the first of several texts that fits, the shortest where none does; all of it on hover."""

    def __init__(self, name: str, size_px: int, *, bold: bool = False, dim: bool = False) -> None:
        super().__init__(name, size_px, bold=bold, dim=dim)
        self._metrics = QFontMetrics(font(size_px, bold=bold))
        self._texts: tuple[str, ...] = ("",)

    def show_texts(self, *texts: str) -> None:
        """From the longest to the shortest."""
        if texts != self._texts:
            self._texts = texts
            self._choose()

    @property
    def whole(self) -> str:
        """The longest of them."""
        return self._texts[0]

    def _choose(self) -> None:
        room = self.width()
        fits = (text for text in self._texts if self._metrics.horizontalAdvance(typeset(text)) <= room)
        text = next(fits, self._texts[-1])
        self.setText(text)
        self.setToolTip(self.whole if text != self.whole else "")
        self.setAccessibleName(self.whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()
