"""All maps of one layer as one picture: what is under the mouse, and what is selected."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ...spec.footprint import Footprint
from ..look.colours import Floats, Range, image, table
from ..look.theme import theme_of
from . import overlay
from .coloured import Coloured
from .field_overlay import FieldOverlay
from .mosaic_layout import Index, MosaicLayout

NUMBER_PX = 26  # a cell this large has room for its number


class Mosaic(QWidget):
    """Shows values (C, H, W) or (F,); emits where the mouse is and which unit was clicked, as indices.

    The picture is made when it is painted, at the screen's own pixels, by one table look-up.
    """

    unit_hovered = Signal(object)  # Index, or None when the mouse left
    unit_clicked = Signal(object)  # Index

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # spares repainting the card behind it
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._layout: MosaicLayout | None = None
        self._coloured = Coloured(np.zeros(0, np.float32))
        self._numbers = False
        self._selected: Index | None = None
        self._hovered: Index | None = None
        self._silent: frozenset[int] = frozenset()
        self._frozen: frozenset[int] = frozenset()
        self._unused: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
        self._field: tuple[Footprint, bool] | None = None
        self._field_overlay: FieldOverlay | None = None
        self._image: QImage | None = None
        self._ratio = 1.0

    # --- what to show -----------------------------------------------------------------------------------------

    def set_layout(self, layout: MosaicLayout, ratio: float) -> None:
        """How the maps lie; resizes the widget to fit at ``ratio`` device pixels per logical pixel."""
        if self._layout is None or (layout.count, layout.height, layout.width) != self._shape:
            self._hovered = self._field = None
        self._layout = layout
        self._ratio = ratio
        self._image = self._field_overlay = None
        self.setFixedSize(QSize(round(layout.size[1] / ratio), round(layout.size[0] / ratio)))
        self.update()

    def set_values(self, values: Floats, extreme: float | None = None) -> None:
        """New values, (C, H, W) or (F,); ``extreme`` is the strongest colour's value if not their own largest."""
        self._colour(Coloured(values, extreme, self._coloured.per_map))

    def set_per_map(self, per_map: bool) -> None:
        """Whether each map has a colour range of its own."""
        self._colour(replace(self._coloured, per_map=per_map))

    def set_numbers(self, numbers: bool) -> None:
        """Whether values are written into cells that have room for them."""
        self._numbers = numbers
        self.update()

    def set_selected(self, index: Index | None) -> None:
        if index != self._selected:
            self._selected = index
            self.update()

    def set_marks(self, silent: frozenset[int], frozen: frozenset[int]) -> None:
        """Which maps are crossed out because they are muted, and which have a dot because they are frozen."""
        if (silent, frozen) != (self._silent, self._frozen):
            self._silent, self._frozen = silent, frozen
            self.update()

    def set_unused(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
        """Rows and columns of every map that the next layer does not read; they are hatched."""
        if (rows, columns) != self._unused:
            self._unused = rows, columns
            self.update()

    def set_field(self, seen: Footprint | None, *, forwards: bool = False) -> None:
        """The units that one elsewhere sees; or, ``forwards``, those that see it. None shows nothing."""
        field = None if seen is None else (seen, forwards)
        if field != self._field:
            self._field, self._field_overlay = field, None
            self.update()

    @property
    def field(self) -> tuple[Footprint, bool] | None:
        """The footprint that is shown, and whether it is forwards."""
        return self._field

    @property
    def values(self) -> Floats:
        return self._coloured.values

    @property
    def range(self) -> Range:
        """The range of the whole layer."""
        return self._coloured.range

    @property
    def not_finite(self) -> int:
        """How many values are NaN or infinite."""
        return self._coloured.not_finite

    @property
    def _shape(self) -> tuple[int, int, int]:
        assert self._layout is not None
        return self._layout.count, self._layout.height, self._layout.width

    @property
    def columns(self) -> int:
        """Maps side by side."""
        return self._layout.columns if self._layout else 1

    @property
    def hovered(self) -> Index | None:
        return self._hovered

    @property
    def waits_for_paint(self) -> bool:
        """Whether there is something new that is not on screen yet."""
        return self._image is None

    def unit_center(self, index: Index) -> QPoint:
        """The middle of a unit, in the widget's logical pixels."""
        assert self._layout is not None
        x, y, width, height = self._layout.unit_rect(*_three(index))
        return QPoint(int((x + width / 2) / self._ratio), int((y + height / 2) / self._ratio))

    def beyond(self, seen: Footprint) -> QRectF:
        """The box of a footprint that reaches beyond the only map, in logical pixels; none where it does not."""
        found = self._layout.beyond(*seen.box) if self._layout is not None else None
        return QRectF(*(part / self._ratio for part in found)) if found is not None else QRectF()

    def _colour(self, coloured: Coloured) -> None:
        self._coloured = coloured
        self._image = None
        self.update()

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        layout, theme, shown = self._layout, theme_of(self), self._coloured
        if layout is None or shown.values.size != layout.count * layout.height * layout.width:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(theme.card))
            return
        if self._image is None:
            colours = np.append(table(theme)[shown.indices], np.uint32(QColor(theme.card).rgb()))
            self._image = image(colours[layout.gather()])
        with QPainter(self) as painter:
            ratio = self._ratio
            self._image.setDevicePixelRatio(ratio)
            painter.drawImage(0, 0, self._image)
            painter.scale(1 / ratio, 1 / ratio)
            if self._numbers and layout.cell[0] // layout.height >= NUMBER_PX * ratio:
                overlay.write(painter, layout, shown.values, shown.indices, theme, ratio)
            overlay.hatch(painter, layout, self._unused, QColor(theme.field))
            overlay.mark(painter, layout, self._silent, self._frozen, theme, ratio)
            if self._field is not None:
                if self._field_overlay is None:
                    seen, forwards = self._field
                    self._field_overlay = FieldOverlay(layout, seen, QColor(theme.field), ratio, forwards=forwards)
                self._field_overlay.paint(painter)
            if self._hovered is not None:
                overlay.frame(painter, layout, self._hovered, QColor(theme.text), ratio)
            if self._selected is not None:
                overlay.frame(painter, layout, self._selected, QColor(theme.accent), 2 * ratio)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return True  # the value under the mouse is said already; the card's tool tip would cover it
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._image = self._field_overlay = None
            self.update()
        super().changeEvent(event)

    # --- mouse ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._index_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.unit_clicked.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, index: Index | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()
            self.unit_hovered.emit(index)

    def _index_at(self, point: QPointF) -> Index | None:
        if self._layout is None or not self.values.size:
            return None
        unit = self._layout.unit_at(floor(point.x() * self._ratio), floor(point.y() * self._ratio))
        return unit if unit is None or self.values.ndim == 3 else unit[:1]


def _three(index: Any) -> tuple[int, int, int]:
    return (index[0], index[1], index[2]) if len(index) == 3 else (index[0], 0, 0)
