"""The weights of one layer, or their gradients, as one picture with its scale of colours."""

from __future__ import annotations

from math import floor

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen

from ...look.colours import Range, image, indices, table
from ...look.numbers import brief, typeset
from ...look.theme import CAPTION_PX, UNIT, Theme, font, theme_of
from ...network.colour_bar import paint_bar
from .kernel_layout import RIM_PX, KernelLayout, Place
from .sheet import FOOT_PX, KernelSheet


class KernelPicture(KernelSheet):
    """Shows an array (N, S, h, w) or (N, S) on a scale that is symmetric around zero; what is not seen costs nothing.

    The picture is made when it is painted, at the screen's own pixels. Between and around the kernels is the colour of
    the window, which is on no scale, and in a grid a thin line; there is the mark of a kernel that is frozen.
    """

    place_hovered = Signal(object)  # Place, or None when the mouse left
    place_clicked = Signal(object)  # Place

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
            pixels = np.append(colours[indices(values, self.extreme)], blank)[where]
        else:
            found = indices(values[np.minimum(where, values.size - 1)], self.extreme)  # fewer pixels than values
            pixels = np.where(where < values.size, colours[found], blank)
        if layout.slice is not None:
            self._rule(pixels, layout, theme)
        return image(pixels)

    def _rule(self, pixels: NDArray[np.uint32], layout: KernelLayout, theme: Theme) -> None:
        """A thin line in the middle of each gap of a grid: pale kernels would run into each other without it."""
        mosaic, line = layout.mosaic, np.uint32(QColor(theme.dim).rgb())
        (high, wide), gap = mosaic.cell, mosaic.gap
        if gap < 3:
            return
        pixels[high + gap // 2 :: high + gap] = line
        pixels[:, wide + gap // 2 :: wide + gap] = line
        if last := mosaic.count % mosaic.columns:  # nothing is to be kept apart from the end of the last row
            top, left = (mosaic.rows - 1) * (high + gap) - gap, last * (wide + gap) - gap
            pixels[top:, left:] = np.uint32(QColor(theme.window).rgb())

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
        below, above = ("≤ ", "≥ ") if self.cut else ("", "")
        ends = typeset(f"{below}{brief(spread.low)}"), f"{above}{brief(spread.high)}"
        paint_bar(painter, line, ends, theme, signed=True)

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
