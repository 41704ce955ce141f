"""How the network's input looks, enlarged: as it is, under heat, under the field of a unit. Takes no input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.colours import Floats, image
from ..look.shades import hatch
from ..look.theme import CAPTION_PX, RADIUS, font, theme_of
from . import outline
from .heat import coloured
from .outline import Outline
from .picture_layout import Margins, PictureLayout, Pixel

DIMMED = 0.35  # opacity of what is no longer true
UNDER_MOUSE = "#e7e9ee"  # on black paper, in both themes


class PictureFace(QWidget):
    """Paints itself: the image is made when it is painted, one pixel for one of the input; Qt enlarges it."""

    def __init__(self, name: str, accessible: str, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(side_px)
        self._side_px = side_px
        self._picture: Floats = np.zeros((1, 28, 28), np.float32)
        self._heat: Floats | None = None
        self._outline: Outline | None = None
        self._taps: NDArray[np.bool_] | None = None
        self._note, self._dimmed = "", False
        self._selected: Pixel | None = None
        self._hovered: Pixel | None = None
        self._image: QImage | None = None

    # --- what to show -----------------------------------------------------------------------------------------

    def show_picture(self, picture: Floats, heat: Floats | None = None) -> None:
        """The input (C, H, W), and over it ``heat`` (H, W)."""
        if picture is self._picture and heat is self._heat:
            return
        if picture.shape[1:] != self._picture.shape[1:]:
            self._hovered, self._outline, self._taps = None, None, None
        self._picture, self._heat, self._image = picture, heat, None
        self.update()

    def show_outline(self, shown: Outline | None) -> None:
        """The field of a unit; it must be one of this input's."""
        if shown != self._outline:
            had, self._outline = self._taps, shown
            self._taps = shown.taps(*self._picture.shape[1:]) if shown is not None and shown.seen.sparse else None
            if had is not None or self._taps is not None:
                self._image = None
            self.update()

    def set_dimmed(self, dimmed: bool, note: str = "") -> None:
        """Whether what is shown is no longer true; ``note`` says over it why."""
        if (dimmed, note) != (self._dimmed, self._note):
            self._dimmed, self._note = dimmed, note
            self.update()

    def set_selected(self, pixel: Pixel | None) -> None:
        if pixel != self._selected:
            self._selected = pixel
            self.update()

    @property
    def picture(self) -> Floats:
        return self._picture

    @property
    def heat(self) -> Floats | None:
        return self._heat

    @property
    def shown_outline(self) -> Outline | None:
        return self._outline

    @property
    def note(self) -> str:
        return self._note

    @property
    def dimmed(self) -> bool:
        return self._dimmed

    @property
    def hovered(self) -> Pixel | None:
        return self._hovered

    @property
    def placement(self) -> PictureLayout:
        """Where the pixels lie, in device pixels."""
        ratio = self.devicePixelRatioF()
        margins = self._outline.margins if self._outline is not None else Margins()
        room = round(self.height() * ratio), round(self.width() * ratio)
        _, height, width = self._picture.shape
        return PictureLayout(height, width, margins, room)

    def center_of(self, pixel: Pixel) -> QPointF:
        """The middle of a pixel, in the widget's logical pixels."""
        row, column = pixel
        return self.placement.rect(row, column, row + 1, column + 1).center() / self.devicePixelRatioF()

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, layout, ratio = theme_of(self), self.placement, self.devicePixelRatioF()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.scale(1 / ratio, 1 / ratio)
            if self._image is None:
                self._image = image(coloured(self._picture, self._heat, self._taps, theme.field))
            if any(layout.margins):
                hatch(painter, layout.whole, theme.line)
                painter.setPen(QPen(QColor(theme.line), ratio))
                painter.drawRect(layout.whole.adjusted(ratio / 2, ratio / 2, -ratio / 2, -ratio / 2))
            painter.fillRect(layout.picture, Qt.GlobalColor.black)  # what is dimmed sinks into the paper
            painter.setOpacity(DIMMED if self._dimmed else 1.0)
            painter.drawImage(layout.picture, self._image, QRectF(self._image.rect()))
            if self._outline is not None:
                painter.setClipRect(layout.whole)
                outline.draw(painter, layout, self._outline, QColor(theme.field), 2 * ratio)
                painter.setClipping(False)
            painter.setOpacity(1.0)
            self._mark(painter, layout, self._selected, theme.accent, 2 * ratio)
            self._mark(painter, layout, self._hovered, theme.accent if self.hasFocus() else UNDER_MOUSE, ratio)
            if self._note:
                self._write(painter, layout.whole, ratio)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), ratio))
                painter.drawRect(layout.whole.adjusted(ratio / 2, ratio / 2, -ratio / 2, -ratio / 2))

    @staticmethod
    def _mark(painter: QPainter, layout: PictureLayout, pixel: Pixel | None, colour: str, pen_px: float) -> None:
        if pixel is not None:
            half = pen_px / 2
            room = layout.picture.adjusted(half, half, -half, -half)
            rect = layout.rect(pixel[0], pixel[1], pixel[0] + 1, pixel[1] + 1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour), pen_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            painter.drawRect(rect.adjusted(-half, -half, half, half) & room)

    def _write(self, painter: QPainter, room: QRectF, ratio: float) -> None:
        theme = theme_of(self)
        painter.setFont(font(round(CAPTION_PX * ratio)))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        inner = room.adjusted(8 * ratio, 0, -8 * ratio, 0)
        text = painter.boundingRect(inner, flags, self._note)
        pad = 4 * ratio
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), ratio))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(text.adjusted(-2 * pad, -pad, 2 * pad, pad), RADIUS / 2 * ratio, RADIUS / 2 * ratio)
        painter.setPen(QColor(theme.text))
        painter.drawText(text, flags, self._note)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._image = None
            self.update()
        super().changeEvent(event)
