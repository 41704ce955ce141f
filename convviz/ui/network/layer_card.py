"""One layer as a card: name, setting and shape above, its maps, a colour bar below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from ...spec.footprint import Footprint
from ..arrows import ARROWS
from ..look.colours import Floats
from ..look.shades import hatch
from ..look.theme import CAPTION_PX, RADIUS, TITLE_PX, font, theme_of
from .arrange import FOOTER, HEADER, INSIDE, Place
from .colour_bar import ColourBar
from .colour_picture import ColourPicture
from .mosaic import Mosaic
from .mosaic_layout import Index


class LayerCard(QFrame):
    """Takes keyboard focus; arrows walk the values, Page Up and Page Down the maps."""

    unit_hovered = Signal(str, object)  # layer id, Index or None
    unit_clicked = Signal(str, object)
    chosen = Signal(str)
    walked = Signal(str, int, int, int)  # layer id, step in (map, row, column)

    def __init__(self, layer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer = layer
        self._setting = self._shape = ""
        self._gradients = False
        self.setObjectName(f"card_{layer}")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # spares repainting all that it stands on
        self.mosaic = Mosaic(self)
        self.mosaic.setObjectName(f"maps_{layer}")
        self.mosaic.setAccessibleName(f"Maps of {layer}")
        self.in_colour = ColourPicture(self) if layer == "input" else None
        self.bar = ColourBar(self)
        self._per_map = False
        self._beyond = QRectF()  # a field that reaches into the padding, in the mosaic's coordinates
        self.mosaic.unit_hovered.connect(lambda index: self.unit_hovered.emit(layer, index))
        self.mosaic.unit_clicked.connect(self._clicked)

    def set_texts(self, setting: str, shape: str) -> None:
        """What stands beside its name."""
        if (setting, shape) != (self._setting, self._shape):
            self._setting, self._shape = setting, shape
            self.setAccessibleName(f"Layer {self.layer}, {setting}, output {shape}")
            self.setToolTip("   ".join(part for part in (self.layer, setting, shape) if part))
            self.update()

    def set_place(self, place: Place, ratio: float) -> None:
        """Moves the card where it belongs and centres its maps."""
        self.setGeometry(place.x, place.y, place.width, place.height)
        self.mosaic.set_layout(place.mosaic, ratio)
        self.mosaic.move((place.width - self.mosaic.width()) // 2, HEADER)
        if self.in_colour is not None:
            self.in_colour.set_place(place.mosaic, self.mosaic.pos(), ratio)
        self.bar.setGeometry(INSIDE, place.height - FOOTER + 3, place.width - 2 * INSIDE, FOOTER - 8)

    def set_values(self, values: Floats, *, gradients: bool = False) -> None:
        """New values of the layer, or their gradients; the same ones again, before an edited layer, cost nothing."""
        if gradients != self._gradients:
            self._gradients = gradients
            self.update()
        if self.in_colour is not None:
            self.in_colour.show_picture(None if gradients else values)
        if np.array_equal(values, self.mosaic.values):
            return
        self.mosaic.set_values(values)
        self.bar.show_range(self.mosaic.range)
        self._note()

    def set_field(self, seen: Footprint | None, *, forwards: bool = False) -> None:
        """As :meth:`.Mosaic.set_field`; what reaches into the padding is drawn beside a single map."""
        self.mosaic.set_field(seen, forwards=forwards)
        beyond = QRectF() if seen is None or forwards else self.mosaic.beyond(seen)
        if beyond != self._beyond:
            self._beyond = beyond
            self.update()

    def set_per_map(self, per_map: bool) -> None:
        self._per_map = per_map
        self.mosaic.set_per_map(per_map)
        self._note()

    def _note(self) -> None:
        self.bar.set_per_map(self._per_map and self.mosaic.values.ndim == 3)  # single values have no map of their own
        odd = self.mosaic.not_finite
        if odd:
            self.bar.show_note(f"{odd:,} NaN or ∞", alarming=True)
        else:
            self.bar.show_note("")

    def _clicked(self, index: Index) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.unit_clicked.emit(self.layer, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the maps chooses the layer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.chosen.emit(self.layer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

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

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.window))  # beside the round corners
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1))
            painter.setBrush(QColor(theme.card))  # by itself: a style sheet takes several times as long
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            if not self._beyond.isEmpty():
                self._paint_padding(painter)
            self._paint_title(painter)

    def _paint_padding(self, painter: QPainter) -> None:
        """A dashed, hatched box behind the map: of it, one sees what lies beside the map."""
        colour = QColor(theme_of(self).field)
        around = QRectF(self.mosaic.geometry()).adjusted(-INSIDE + 2, -INSIDE + 2, INSIDE - 2, INSIDE - 2)
        box = self._beyond.translated(self.mosaic.pos()) & around
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        hatch(painter, box, colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_title(self, painter: QPainter) -> None:
        theme = theme_of(self)
        line = QRect(INSIDE, 0, self.width() - 2 * INSIDE, HEADER)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.text))
        painter.setFont(font(TITLE_PX, bold=True))
        name = f"∂ {self.layer}" if self._gradients else self.layer
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 8
        painter.setPen(QColor(theme.dim))
        painter.setFont(font(CAPTION_PX))
        metrics = painter.fontMetrics()
        room = line.width() - used
        full = "   ".join(part for part in (self._shape, self._setting) if part)
        # what does not fit is left to the tool tip: half a shape would be another one
        text = next((t for t in (full, self._shape) if metrics.horizontalAdvance(t) <= room), "")
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, text)
