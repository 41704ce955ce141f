"""The three channels of an input together, in colour, in the free place beside them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..look.colours import Floats, picture_image
from .mosaic_layout import MosaicLayout


class ColourPicture(QWidget):
    """Seen only where there are three channels with a free place after them, and something to show."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("input_in_colour")
        self.setAccessibleName("The input in colour")
        self.setToolTip("Red, green and blue together")
        self._picture: Floats | None = None
        self._image: QImage | None = None
        self._free = False
        self.hide()

    def set_place(self, layout: MosaicLayout, corner: QPoint, ratio: float) -> None:
        """Beside the maps of a mosaic, whose ``corner`` is in logical pixels."""
        self._free = layout.count == 3 and layout.columns == 2
        if self._free:
            left, top, width, height = (round(px / ratio) for px in layout.map_rect(3))
            self.setGeometry(corner.x() + left, corner.y() + top, width, height)
        self._show()

    def show_picture(self, picture: Floats | None) -> None:
        """Another input (C, H, W), which must not change later; None where what is shown is no picture."""
        if picture is not self._picture:
            self._picture, self._image = picture, None
            self._show()
            self.update()

    def _show(self) -> None:
        self.setVisible(self._free and self._picture is not None and len(self._picture) == 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        if self._image is None:
            self._image = picture_image(self._picture)
        with QPainter(self) as painter:
            smaller = self._image.width() > self.width() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.drawImage(QRectF(self.rect()), self._image, QRectF(self._image.rect()))
