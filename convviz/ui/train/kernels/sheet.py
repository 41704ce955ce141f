"""What a picture of kernels shows, and where its values lie in it; it does not paint itself."""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.colours import Floats
from .kernel_layout import RIM_PX, KernelLayout, Place, Size, fitted, sized, strongest, usual

FOOT_PX, BAR_PX = 18, 2


class KernelSheet(QWidget):
    """An array (N, S, h, w) or (N, S), and where each of its values lies; who paints it makes the picture anew."""

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
        self._strongest = 0.0
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
            self._extreme = None
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
        """The value of the strongest colour: in a table of many that of the few strongest."""
        if self._extreme is None:
            tabled = self._layout is not None and self._layout.slice is None
            self._strongest = strongest(self._array)
            self._extreme = usual(self._array) if tabled else self._strongest
        return self._extreme

    @property
    def cut(self) -> bool:
        """Whether some values are beyond the strongest colour."""
        return self.extreme < self._strongest

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

    # --- where it is ---------------------------------------------------------------------------------------------

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
