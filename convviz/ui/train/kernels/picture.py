"""The weights of one layer, or their gradients, as one picture with its scale of colours."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.colours import Floats, Range, image, indices, table
from ...look.numbers import brief, typeset
from ...look.theme import CAPTION_PX, UNIT, Theme, font, theme_of
from ...network.colour_bar import paint_bar
from .kernel_layout import RIM_PX, KernelLayout, Place, Size, fitted, sized, strongest

FOOT_PX, BAR_PX = 18, 2


class KernelPicture(QWidget):
    """Shows an array (N, S, h, w) or (N, S) on a scale that is symmetric around zero; what is not seen costs nothing.

    The picture is made when it is painted, at the screen's own pixels. Between and around the kernels is the colour of
    the window, which is on no scale; there is the mark of a kernel that is frozen.
    """

    place_hovered = Signal(object)  # Place, or None when the mouse left
    place_clicked = Signal(object)  # Place

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._array: Floats = np.zeros((0, 0), np.float32)
        self._layout: KernelLayout | None = None
        self._room = (0, None, None, 1.0)  # type: tuple[int, int | None, int | None, float]
        self._ratio = 1.0
        self._image: QImage | None = None
        self._extreme: float | None = None
        self._chosen: Place | None = None
        self._hovered: Place | None = None
        self._frozen: frozenset[int] = frozenset()

    # --- what to show -----------------------------------------------------------------------------------------

    def show_array(self, array: Floats) -> None:
        """Other values; the same array again costs nothing."""
        if array is self._array:
            return
        other = array.shape != self._array.shape
        self._array, self._image, self._extreme = array, None, None
        if other:
            self._hovered = self._chosen = None
            self._fit()
        self.update()

    def set_room(self, width_px: int, high_px: int | None, slice_: int | None, ratio: float) -> None:
        """How wide it may be, how high (None for as its layer needs), and which slice is shown, None for all."""
        if (width_px, high_px, slice_, ratio) != self._room:
            self._room = width_px, high_px, slice_, ratio
            self._fit()

    def _fit(self) -> None:
        width_px, high_px, slice_, ratio = self._room
        if self._array.size and width_px > 0:
            inner = None if high_px is None else max(high_px - FOOT_PX - 2 * RIM_PX, 8)
            room = max(width_px - 2 * RIM_PX, 1)
            self._layout, self._ratio = fitted(self.size_of_array, slice_, room, inner, ratio), ratio
            rim = self._rim
            self.setFixedSize(QSize(max(ceil(rim.width()), min(width_px, 150)), ceil(rim.height()) + FOOT_PX))
        self._image = None
        self.update()

    def set_frozen(self, frozen: frozenset[int]) -> None:
        """Which kernels training leaves alone; they have a frame in a grid, and a bar beside their row of a table."""
        if frozen != self._frozen:
            self._frozen = frozen
            self.update()

    def set_chosen(self, place: Place | None) -> None:
        """Which kernel has a frame."""
        if place != self._chosen:
            self._chosen = place
            self.update()

    def set_hovered(self, place: Place | None) -> None:
        """Which value has a frame, as the mouse is over it here or in the picture beside."""
        if place != self._hovered:
            self._hovered = place
            self.update()

    @property
    def size_of_array(self) -> Size:
        return sized(self._array.shape)

    @property
    def array(self) -> Floats:
        return self._array

    @property
    def layout_(self) -> KernelLayout | None:
        return self._layout

    @property
    def extreme(self) -> float:
        """The value of the strongest colour."""
        if self._extreme is None:
            self._extreme = strongest(self._array)
        return self._extreme

    def value_at(self, place: Place) -> float | None:
        """The value there, None where there is none."""
        count, slices, high, wide = self.size_of_array if self._array.ndim >= 2 else (0, 0, 0, 0)
        if not (place.channel < count and place.slice < slices and place.row < high and place.column < wide):
            return None
        return float(self._array[place[: self._array.ndim]])

    def frozen_mark(self, channel: int) -> QRectF:
        """Where the mark of a frozen kernel is, in the widget's logical pixels: around or beside its values."""
        assert self._layout is not None
        rect = self._logical(self._layout.channel_rect(channel))
        if self._layout.slice is not None:
            return rect.adjusted(-1, -1, 1, 1)
        return QRectF(rect.right() + 1, rect.top(), BAR_PX, max(rect.height(), 1))

    def center_of(self, place: Place) -> QPointF:
        """The middle of a value, in the widget's logical pixels."""
        return self._logical(self._value_rect(place)).center()

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, layout = theme_of(self), self._layout
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            if layout is None or not self._array.size:
                return
            if self._image is None:
                self._image = self._made(layout, theme)
            self._image.setDevicePixelRatio(self._ratio)
            painter.fillRect(self._rim, QColor(theme.window))
            painter.drawImage(RIM_PX, RIM_PX, self._image)
            self._clear_rest(painter, layout, theme)
            self._mark(painter, layout, theme)
            self._paint_foot(painter, theme)

    def _made(self, layout: KernelLayout, theme: Theme) -> QImage:
        values, where = layout.arranged(self._array), layout.mosaic.gather()
        colours, blank = table(theme), np.uint32(QColor(theme.window).rgb())  # zero looks like the card
        if values.size <= where.size:
            return image(np.append(colours[indices(values, self.extreme)], blank)[where])
        found = indices(values[np.minimum(where, values.size - 1)], self.extreme)  # fewer pixels than values
        return image(np.where(where < values.size, colours[found], blank))

    def _clear_rest(self, painter: QPainter, layout: KernelLayout, theme: Theme) -> None:
        """The end of the last row of the grid, where no kernel is."""
        mosaic = layout.mosaic
        if mosaic.count % mosaic.columns:
            last = self._logical(mosaic.map_rect(mosaic.count - 1))
            left, bottom = last.right() + RIM_PX, self._rim.bottom()
            painter.fillRect(QRectF(left, last.top(), self.width(), bottom - last.top() + 1), QColor(theme.card))

    def _mark(self, painter: QPainter, layout: KernelLayout, theme: Theme) -> None:
        if self._hovered is not None and self._inside(self._hovered):
            painter.setPen(QPen(QColor(theme.text), 1))
            self._frame(painter, self._logical(self._value_rect(self._hovered)))
        if self._chosen is not None and self._inside(self._chosen):
            painter.setPen(QPen(QColor(theme.accent), 2, j=Qt.PenJoinStyle.MiterJoin))
            place = self._chosen
            self._frame(painter, self._logical(layout.kernel_rect(place.channel, place.slice)))
        painter.setPen(QPen(QColor(theme.text), 1, j=Qt.PenJoinStyle.MiterJoin))
        for channel in self._frozen:
            if channel >= layout.size[0]:
                continue
            if layout.slice is not None:
                painter.drawRect(self.frozen_mark(channel).adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                painter.fillRect(self.frozen_mark(channel), QColor(theme.text))

    def _frame(self, painter: QPainter, rect: QRectF) -> None:
        half = painter.pen().widthF() / 2
        painter.drawRect(rect.adjusted(-half, -half, half, half))

    def _paint_foot(self, painter: QPainter, theme: Theme) -> None:
        line = QRectF(0, self.height() - FOOT_PX + UNIT, min(self.width(), 150), FOOT_PX - UNIT)
        odd = 0 if np.isfinite(self._array.sum()) else self._array.size - int(np.isfinite(self._array).sum())
        if odd:
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.not_a_number))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{odd:,} NaN or ∞")
            return
        spread = Range(-self.extreme, self.extreme)
        ends = typeset(brief(spread.low)), brief(spread.high)
        paint_bar(painter, line, ends, theme, signed=True)

    def _inside(self, place: Place) -> bool:
        layout = self._layout
        if layout is None or (layout.slice is not None and layout.slice != place.slice):
            return False
        return place.channel < layout.size[0] and place.slice < layout.size[1]

    def _value_rect(self, place: Place) -> tuple[int, int, int, int]:
        assert self._layout is not None
        layout, (_, slices, high, wide) = self._layout, self._layout.size
        if layout.dense:
            return layout.mosaic.unit_rect(0, place.channel * high + place.row, place.slice * wide + place.column)
        shown = place.channel if layout.slice is not None else place.channel * slices + place.slice
        return layout.mosaic.unit_rect(shown, place.row, place.column)

    def _logical(self, rect: tuple[int, int, int, int]) -> QRectF:
        return QRectF(*(part / self._ratio for part in rect)).translated(RIM_PX, RIM_PX)

    @property
    def _rim(self) -> QRectF:
        """The kernels, and what is around them."""
        high, wide = self._layout.mosaic.size if self._layout is not None else (0, 0)
        return QRectF(0, 0, wide / self._ratio + 2 * RIM_PX, high / self._ratio + 2 * RIM_PX)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._image = None
            self.update()
        super().changeEvent(event)

    # --- mouse ------------------------------------------------------------------------------------------------

    def _place_at(self, point: QPointF) -> Place | None:
        if self._layout is None or not self._array.size:
            return None
        x, y = ((part - RIM_PX) * self._ratio for part in (point.x(), point.y()))
        return self._layout.place_at(floor(x), floor(y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.place_clicked.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, place: Place | None) -> None:
        if place != self._hovered:
            self.set_hovered(place)
            self.place_hovered.emit(place)
