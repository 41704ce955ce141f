"""The drawing pad: mouse or pen to strokes. Answers while the pen is down; what is seen is what is computed."""

from __future__ import annotations

from math import isfinite

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...session.outbox import PixelGrid
from ...spec.footprint import Footprint
from ...spec.strokes import MAX_POINTS, PAD, PEN_WIDTH, Canvas, Drawing, Stroke
from ..look.colours import picture_image
from ..look.theme import TITLE_PX, UNIT, font, theme_of
from .pad_field import PadField

FARTHEST = 2 * PAD  # a pen dragged far outside the pad stops counting there
HINT = "Draw a digit here,\nor press R for a sample"


class DrawingPad(QWidget):
    """A square that shows a Drawing and lets one draw on.

    ``drawing_changed`` follows every move of the pen, ``stroke_finished`` its lifting. The right button, or the
    eraser, takes ink away. ``pixel_hovered`` tells which pixel of the network's input is under a mouse that does not
    draw.
    """

    drawing_changed = Signal(object)  # Drawing
    stroke_finished = Signal(object)  # Stroke
    pixel_hovered = Signal(object)  # (row, column), or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawing_pad")
        self.setAccessibleName("Drawing pad")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.pen_width = PEN_WIDTH  # pad units
        self.erasing = False
        self._highest_px = 2**14  # its side is its width, but no more than this
        self._drawing = Drawing()
        self._under = Drawing()  # what lies below the stroke under way
        self._stroke: Stroke | None = None
        self._canvas = Canvas(1)
        self._image: QImage | None = None
        self._pointer: QPointF | None = None
        self._field = PadField()
        self._pixel: tuple[int, int] | None = None  # under the mouse

    def set_drawing(self, drawing: Drawing) -> None:
        """Shows another drawing; a stroke under way that is not part of it is given up."""
        if drawing is not self._drawing:
            self._drawing = drawing
            self._stroke = None
            self._image = None
            self.update()

    def set_grid(self, grid: PixelGrid | None, size: tuple[int, int]) -> None:
        """Where the network's input of ``size`` (rows, columns) lies; None where nobody knows."""
        if (grid, size) != (self._field.grid, self._field.size):
            self._field.grid, self._field.size = grid, size
            self._update_field()

    def set_field(self, seen: Footprint | None) -> None:
        """What is seen of the network's input; not shown while a stroke is drawn."""
        if seen != self._field.seen:
            self._field.seen = seen
            self._update_field()

    @property
    def pixel(self) -> tuple[int, int] | None:
        """(row, column) of the network's input under the mouse."""
        return self._pixel

    def _update_field(self) -> None:
        if self._stroke is None:
            self.update()

    @property
    def drawing(self) -> Drawing:
        return self._drawing

    def sizeHint(self) -> QSize:
        return QSize(232, min(232, self._highest_px))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, self._highest_px)

    def set_highest(self, pixels: int) -> None:
        """Where there is little room, it stands in the middle of its width."""
        if pixels != self._highest_px:
            self._highest_px = pixels
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(140, min(140, self._highest_px))

    # --- drawing ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or self._stroke is not None:
            return
        erase = self.erasing or event.button() == Qt.MouseButton.RightButton
        self._under = self._drawing
        self._hover(None)
        point = np.array([self._units(event.position())], np.float32)  # (1, 2)
        self._extend(Stroke(point, self.pen_width, erase))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # the second of two quick dots is a dot as well

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update()
        if self._stroke is not None and not event.buttons():
            self.mouseReleaseEvent(event)  # it was lifted where we could not see it
        if self._stroke is not None and len(self._stroke.points) < MAX_POINTS:
            self._extend(self._stroke.extended([self._units(event.position())]))
        if self._stroke is None and not event.buttons():
            self._hover(self._field.pixel_at(*self._units(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None and not event.buttons():
            finished, self._stroke = self._stroke, None
            self.update()
            self.stroke_finished.emit(finished)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover(None)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = event.position()
        self.update()

    def _hover(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.pixel_hovered.emit(pixel)

    def _extend(self, stroke: Stroke) -> None:
        self._stroke = stroke
        self._drawing = self._under.with_stroke(stroke)
        self._image = None
        self.update()
        self.drawing_changed.emit(self._drawing)

    def _units(self, position: QPointF) -> tuple[float, float]:
        scale = PAD / max(self._side(), 1)
        origin = self._square().topLeft()
        x, y = (position.x() - origin.x()) * scale, (position.y() - origin.y()) * scale
        x, y = (v if isfinite(v) else 0.0 for v in (x, y))
        return min(max(x, -FARTHEST), FARTHEST), min(max(y, -FARTHEST), FARTHEST)

    # --- painting ---------------------------------------------------------------------------------------------

    def _side(self) -> int:
        return min(self.width(), self.height())

    def _square(self) -> QRectF:
        side = self._side()
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            card, square = QColor(theme_of(self).card), self._square()
            if square != QRectF(self.rect()):
                painter.fillRect(self.rect(), card)
            painter.drawImage(square.topLeft(), self._picture())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            corners = (
                QPainterPath()
            )  # what a rounded square leaves of it; clipping to it would cost more than all the rest
            corners.addRect(square)
            corners.addRoundedRect(square, UNIT, UNIT)
            painter.fillPath(corners, card)
            if not self._drawing:
                painter.setPen(QColor("#8b93a3"))
                painter.setFont(font(TITLE_PX))
                within = square.adjusted(UNIT, UNIT, -UNIT, -UNIT)
                painter.drawText(within, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, HINT)
            if self._stroke is None:
                self._field.paint(painter, square, QColor(theme_of(self).field))
            if self._pointer is not None:
                self._paint_pen(painter, self._pointer)

    def _paint_pen(self, painter: QPainter, at: QPointF) -> None:
        """A ring as wide as the pen, so that one sees what a touch will ink."""
        radius = self.pen_width / PAD * self._side() / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(theme_of(self).warning if self.erasing else theme_of(self).accent)
        painter.setPen(QPen(colour, 1))
        painter.drawEllipse(at, radius, radius)

    def _picture(self) -> QImage:
        ratio = self.devicePixelRatioF()
        pixels = max(round(self._side() * ratio), 1)
        if self._canvas.resolution != pixels:
            self._canvas, self._image = Canvas(pixels), None
        if self._image is None:
            self._image = picture_image(self._canvas.show(self._drawing))
            self._image.setDevicePixelRatio(ratio)
        return self._image
