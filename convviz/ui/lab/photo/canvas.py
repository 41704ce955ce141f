"""What the mouse and the keys do to a photo and its result: zoom, pan, point, choose."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ....spec.lab.viewport import Viewport, input_lattices, output_lattices
from .face import PhotoFace
from .marks import Place
from .panes import CAPTION_HIGH

DRAG_PX = 3  # what moves less is a click
WHEEL_NOTCH = 120  # an eighth of a degree
STEP = 1.25  # of one notch of the wheel; keys take two
PAN = 1 / 8  # of the room
ARROWS = {
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
    Qt.Key.Key_Left: (0, 1),
    Qt.Key.Key_Right: (0, -1),
}
TIP = (
    "Every pixel shown is the exact value of the operation there, not an average of its neighbours.\n"
    "Wheel: zoom · drag or arrows: move · double click or 0: all of it · 1: one to one · click or Enter: explain"
)


class PhotoCanvas(PhotoFace):
    """Emits places of the result as (row, column), and places of the photo beside which no result lies as None."""

    hovered_at = Signal(object, object)  # the photo's pixel or None, the result's place or None
    clicked_at = Signal(object)  # Place of the result

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photo_canvas")
        self.setAccessibleName("The photo, and what the operation makes of it")
        self.setAccessibleDescription(TIP)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._pointer: QPointF | None = None
        self._press: QPointF | None = None
        self._from: Viewport | None = None  # the view when a drag began
        self._dragging = False

    def event(self, event: QEvent) -> bool:
        """Over the words above the pictures a tool tip says what can be done; on the pictures it would hide them."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if event.pos().y() < CAPTION_HIGH:
                QToolTip.showText(event.globalPos(), TIP, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # --- zoom -------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """All of the photo."""
        self.fitted = True
        self.look(self.view)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """``scale`` device pixels for one of the photo; what is at a point (logical pixels) stays there."""
        if self.lab is None:
            return
        self.fitted = False
        self.look(self.view.zoomed(scale, self._inside(at) if at is not None else None))

    def _inside(self, point: QPointF) -> tuple[float, float]:
        """(y, x) in the room of the picture under a point."""
        ratio = self.devicePixelRatioF()
        right = self.pane(1)
        corner = right if point.x() * ratio >= right.left() else self.pane(0)
        return point.y() * ratio - corner.top(), point.x() * ratio - corner.left()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches:
            self.zoom_to(self.view.scale * STEP**notches, event.position())
            self._hover(event.position())
        event.accept()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press, self._from, self._dragging = event.position(), self.view, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and not event.buttons() & Qt.MouseButton.LeftButton:
            self._end_drag()  # the release went elsewhere
        if self._press is None or self._from is None:
            self._hover(event.position())
            return
        way = event.position() - self._press
        if not self._dragging and way.manhattanLength() >= DRAG_PX:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            ratio = self.devicePixelRatioF()
            self.fitted = False
            self.look(self._from.moved(round(way.y() * ratio), round(way.x() * ratio)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        clicked = self._press is not None and not self._dragging
        self._end_drag()
        self._hover(event.position())
        if clicked and self._hovered is not None:
            self.clicked_at.emit(self._hovered)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        if not self._dragging:
            self._hover(None)

    def _end_drag(self) -> None:
        self._press, self._from, self._dragging = None, None, False
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _hover(self, point: QPointF | None) -> None:
        self._pointer = point
        pixel, place = self._under(point) if point is not None else (None, None)
        if place != self._hovered:
            self._hovered = place
            self.update()
        self.hovered_at.emit(pixel, place)

    def _under(self, point: QPointF) -> tuple[Place | None, Place | None]:
        """The photo's pixel and the result's value at one point of either picture."""
        ratio, at = self.devicePixelRatioF(), None
        for side in (0, 1):
            if self.pane(side).contains(point * ratio):
                at = self._inside(point)
        if at is None or self.row is None:
            return None, None
        found = []
        for lattices in (input_lattices(self.row), output_lattices(self.row)):
            y, x = (self.view.under(axis, *of) for axis, of in enumerate(zip(lattices, at, strict=True)))
            found.append(None if y is None or x is None else (y, x))
        return found[0], found[1]

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            down, right = ARROWS[key]
            self.fitted = False
            self.look(self.view.moved(down * round(self.room[0] * PAN), right * round(self.room[1] * PAN)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_to(self.view.scale * STEP ** (-2 if key == Qt.Key.Key_Minus else 2))
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.zoom_to(1.0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)
            return
        if self._pointer is not None:
            self._hover(self._pointer)  # another pixel came under it

    def _choose(self) -> None:
        """What is under the mouse, or in the middle of the picture."""
        place = self._hovered or self._under(self.pane(1).center() / self.devicePixelRatioF())[1]
        if place is not None:
            self.clicked_at.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
