"""The network's input, enlarged, and what the mouse and the keys do to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ..arrows import ARROWS
from .picture_face import PictureFace
from .picture_layout import Pixel

DRAG_PX = 3  # what moves less is a click


class InputPicture(PictureFace):
    """Emits pixels as (row, column). Arrow keys walk them, Return is a click.

    Where it is ``draggable``, the mouse with its button down, or the keys after Space, drag something over the picture.
    """

    pixel_hovered = Signal(object)  # Pixel, or None when the mouse left
    pixel_clicked = Signal(object)  # Pixel
    pixel_dragged = Signal(object)  # Pixel, or None when it ended

    def __init__(
        self, name: str, accessible: str, side_px: int, parent: QWidget | None = None, *, draggable: bool = False
    ) -> None:
        super().__init__(name, accessible, side_px, parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard with the selected map
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._draggable, self._dragging = draggable, False
        self._press: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pixel = self._pixel_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or pixel is None:
            return
        if self._draggable:
            self._press = event.position()
        else:
            self.pixel_clicked.emit(pixel)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and not event.buttons() & Qt.MouseButton.LeftButton:
            self._press = None  # the release went elsewhere
            self._end_drag()
        if self._press is not None and (event.position() - self._press).manhattanLength() >= DRAG_PX:
            self._dragging = True
        if self._dragging:
            ratio = self.devicePixelRatioF()
            self._hover(self.placement.nearest(event.position().y() * ratio, event.position().x() * ratio))
        else:
            self._hover(self._pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._press = self._press, None
        pixel = self._pixel_at(event.position())
        if self._dragging:
            self._end_drag()
        elif pressed is not None and pixel is not None:
            self.pixel_clicked.emit(pixel)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._dragging:
            self._hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, height, width = event.key(), *self._picture.shape[1:]
        at = self._hovered or self._selected or (height // 2, width // 2)
        if key in ARROWS:
            row, column = at[0] + ARROWS[key][0], at[1] + ARROWS[key][1]
            self._hover((min(max(row, 0), height - 1), min(max(column, 0), width - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pixel_clicked.emit(at)
        elif key == Qt.Key.Key_Space and self._draggable and not self._dragging:
            self._dragging, self._hovered = True, None
            self._hover(at)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Escape) and self._dragging:
            self._end_drag()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._press = None
        self._end_drag()
        self._hover(None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._press = None
        self._end_drag()

    def _end_drag(self) -> None:
        if self._dragging:
            self._dragging = False
            self.pixel_dragged.emit(None)

    def _hover(self, pixel: Pixel | None) -> None:
        if pixel == self._hovered:
            return
        self._hovered = pixel
        self.update()
        self.pixel_hovered.emit(pixel)
        if self._dragging and pixel is not None:
            self.pixel_dragged.emit(pixel)

    def _pixel_at(self, point: QPointF) -> Pixel | None:
        ratio = self.devicePixelRatioF()
        return self.placement.pixel_at(point.y() * ratio, point.x() * ratio)
