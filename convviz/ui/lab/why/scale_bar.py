"""The colours of some maps and the values that they stand for, in one small line."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.theme import CAPTION_PX, font
from ...network.colour_bar import ColourBar
from .scale import Scale

HEIGHT_PX, COLOURS_PX = 14, 84  # with a range of its own to each side
EACH = "each map its own"
EACH_WHY = "Every map has its own range, which stands above it: equal colours of two maps are different values"
ONE_WHY = "The values that the colours stand for"


class ScaleBar(ColourBar):
    """Says so where every map has a range of its own."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._own = False

    def show_scale(self, scale: Scale) -> None:
        """What the colours span from now on."""
        self._own = scale.per_map
        self.show_range(scale.range)
        self.set_per_map(self._own)
        self._fit()
        low, high = self.ends
        self.setAccessibleName(f"Colours from {low} to {high}" + (f", {EACH}" if self._own else ""))
        self.setToolTip(EACH_WHY if self._own else ONE_WHY)

    def _fit(self) -> None:
        """The words only where the colours keep some room beside them."""
        room = self.width() - QFontMetrics(font(CAPTION_PX - 1)).horizontalAdvance(EACH)
        self.show_note(EACH if self._own and room >= COLOURS_PX else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
