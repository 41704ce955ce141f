"""The colours of a layer and the values they stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..look.colours import Range, image, table
from ..look.numbers import brief
from ..look.theme import CAPTION_PX, font, theme_of

BAR_PX, LEAST_BAR_PX, SPACE_PX = 56, 12, 5


class ColourBar(QWidget):
    """Lowest value, colours, highest value, to the right; a note to the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._range = Range(0.0, 0.0)
        self._note, self._alarming = "", False
        self._per_map = False
        self._gradient: QImage | None = None

    def show_range(self, shown: Range) -> None:
        """What the colours span from now on."""
        if shown != self._range:
            if shown.signed != self._range.signed:
                self._gradient = None
            self._range = shown
            self.update()

    def set_per_map(self, per_map: bool) -> None:
        """Whether the ends stand for each map's own largest value rather than the layer's."""
        if per_map != self._per_map:
            self._per_map = per_map
            self.update()

    def show_note(self, note: str, *, alarming: bool = False) -> None:
        """A word beside the bar; an alarming one has the colour of values that are not numbers."""
        if (note, alarming) != (self._note, self._alarming):
            self._note, self._alarming = note, alarming
            self.update()

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at both ends."""
        if self._per_map:
            return ("−max" if self._range.signed else "0"), "max"
        return brief(self._range.low), brief(self._range.high)

    @property
    def note(self) -> str:
        return self._note

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._gradient = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, line = theme_of(self), self.rect()
        with QPainter(self) as painter:
            painter.fillRect(line, QColor(theme.card))
            painter.setFont(font(CAPTION_PX - 1))
            low, high = self.ends
            metrics = painter.fontMetrics()
            wide = [metrics.horizontalAdvance(text) + SPACE_PX for text in (low, high, self._note)]
            width = max(min(BAR_PX, line.width() - sum(wide)), LEAST_BAR_PX)
            bar = QRect(line.right() + 1 - wide[1] - width, line.center().y() - 2, width, 5)
            painter.drawImage(bar, self._colours())
            right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
            painter.setPen(QColor(theme.dim))
            painter.drawText(line, right | middle, high)
            painter.drawText(QRect(line.left(), line.top(), bar.left() - SPACE_PX, line.height()), right | middle, low)
            painter.setPen(QColor(theme.not_a_number if self._alarming else theme.dim))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, self._note)

    def _colours(self) -> QImage:
        if self._gradient is None:
            steps = np.linspace(1 if self._range.signed else 128, 255, BAR_PX).astype(np.uint8)
            self._gradient = image(table(theme_of(self))[steps][None, :])
        return self._gradient
