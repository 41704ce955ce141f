"""One layer as a card: name, setting and shape above, its maps, a colour bar below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from ..look.colours import Floats, Range, image, table, value_range
from ..look.numbers import brief
from ..look.theme import CAPTION_PX, RADIUS, TITLE_PX, font, theme_of
from .arrange import HEADER, INSIDE, Place
from .mosaic import Mosaic
from .mosaic_layout import Index

BAR_WIDTH = 56  # px of the colour bar

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LayerCard(QFrame):
    """Takes keyboard focus; arrows walk the values, Page Up and Page Down the maps."""

    unit_hovered = Signal(str, object)  # layer id, Index or None
    unit_clicked = Signal(str, object)
    walked = Signal(str, int, int, int)  # layer id, step in (map, row, column)

    def __init__(self, layer: str, title: str, setting: str, shape: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer = layer
        self._title, self._setting, self._shape = title, setting, shape
        self._range = Range(0.0, 0.0)
        self._per_map = False
        self._odd = ""
        self._bar: QImage | None = None
        self.setObjectName(f"card_{layer}")
        self.setProperty("role", "card")
        self.setAccessibleName(f"Layer {title}, {setting}, output {shape}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.mosaic = Mosaic(self)
        self.mosaic.setObjectName(f"maps_{layer}")
        self.mosaic.setAccessibleName(f"Maps of {title}")
        self.mosaic.unit_hovered.connect(lambda index: self.unit_hovered.emit(layer, index))
        self.mosaic.unit_clicked.connect(self._clicked)

    def set_place(self, place: Place, ratio: float) -> None:
        """Moves the card where it belongs and centres its maps."""
        self.setGeometry(place.x, place.y, place.width, place.height)
        self.mosaic.set_layout(place.mosaic, ratio)
        self.mosaic.move((place.width - self.mosaic.width()) // 2, HEADER)

    def set_values(self, values: Floats) -> None:
        """New values of the layer."""
        self.mosaic.set_values(values)
        odd = values.size - int(np.isfinite(values).sum())
        text = f"{odd:,} NaN or ∞" if odd else ""
        shown = value_range(values)
        if text != self._odd or shown != self._range:
            self._odd, self._range = text, shown
            self.update(QRect(0, self.height() - 22, self.width(), 22))

    def set_per_map(self, per_map: bool) -> None:
        self._per_map = per_map
        self.mosaic.set_per_map(per_map)
        self.update()

    def _clicked(self, index: Index) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.unit_clicked.emit(self.layer, index)

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in ARROWS:
            self.walked.emit(self.layer, 0, *ARROWS[key])
        elif plain and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.walked.emit(self.layer, 1 if key == Qt.Key.Key_PageDown else -1, 0, 0)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # --- painting ---------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._bar = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        self._paint_title(painter)
        self._paint_bar(painter)

    def _paint_title(self, painter: QPainter) -> None:
        theme = theme_of(self)
        line = QRect(INSIDE, 0, self.width() - 2 * INSIDE, HEADER)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.text))
        painter.setFont(font(TITLE_PX, bold=True))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, self._title)
        used = painter.fontMetrics().horizontalAdvance(self._title) + 8
        painter.setPen(QColor(theme.dim))
        painter.setFont(font(CAPTION_PX))
        metrics = painter.fontMetrics()
        room = line.width() - used
        full = "   ".join(part for part in (self._shape, self._setting) if part)
        text = full if metrics.horizontalAdvance(full) <= room else self._shape
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, text)

    def _paint_bar(self, painter: QPainter) -> None:
        theme = theme_of(self)
        line = QRect(INSIDE, self.height() - 19, self.width() - 2 * INSIDE, 14)
        painter.setFont(font(CAPTION_PX - 1))
        low, high = brief(self._range.low), brief(self._range.high)
        note = self._odd or ("per map" if self._per_map else "")
        wide = [painter.fontMetrics().horizontalAdvance(text) + 5 for text in (low, high, note)]
        width = max(min(BAR_WIDTH, line.width() - sum(wide)), 12)
        bar = QRect(line.right() + 1 - wide[1] - width, line.center().y() - 2, width, 5)
        painter.drawImage(bar, self._gradient())
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.dim))
        painter.drawText(line, right | middle, high)
        painter.drawText(QRect(line.left(), line.top(), bar.left() - line.left() - 5, line.height()), right | middle, low)
        painter.setPen(QColor(theme.not_a_number if self._odd else theme.dim))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, note)

    def _gradient(self) -> QImage:
        signed = self._range.signed
        if self._bar is None or self._bar_signed != signed:
            self._bar_signed = signed
            steps = np.linspace(1 if signed else 128, 255, BAR_WIDTH).astype(np.uint8)
            self._bar = image(table(theme_of(self))[steps][None, :])
        return self._bar

    _bar_signed = False
