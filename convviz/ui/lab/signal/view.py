"""A signal under mouse and keys: what is pointed at, zoom and pan."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.theme import theme_of
from ..scene import Pointer, Scene
from .layout import SignalLayout, signal_layout
from .overview import OVERVIEW_PX, paint_overview, place_at, strip_of
from .paint import paint_signal
from .placement import Placement, placement
from .zoom import Span, holding, within, zoomed

DRAG_PX = 4  # the mouse moved this far is no click any more
ZOOM_STEP = 1.25  # of a notch of the wheel


class SignalView(QWidget):
    """Shows a Scene of one dimension. The wheel zooms, a drag moves along; arrow keys walk the outputs."""

    pointed = Signal(object)  # Pointer, or None
    chosen = Signal(object)  # Pointer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signal_view")
        self.setAccessibleName("The signal, the kernel and the output")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._scene: Scene | None = None
        self._span: Span | None = None  # None: all of it
        self._hovered: Pointer | None = None
        self._pressed: QPointF | None = None
        self._held: Span | None = None  # what was seen when the drag began
        self._steering = False  # the overview is held

    # --- what to show -----------------------------------------------------------------------------------------

    def show_scene(self, scene: Scene) -> None:
        """A signal of another length is shown as a whole; else what is seen stays."""
        old, self._scene = self._scene, scene
        if old is None or old.trial.row is not scene.trial.row:
            self._follow_size(None if old is None else placement(old.trial.row))
        if self._span is not None and scene.pointer is None and 0 < scene.filled < scene.trial.positions:
            self._show_output(scene.filled - 1)
        self.update()

    def _follow_size(self, old: Placement | None) -> None:
        place = self._place
        if old is None or (old.inputs, old.transposed) != (place.inputs, place.transposed):
            self._span = None
        elif self._span is not None:
            self._span = within(self._span, place.whole)

    @property
    def scene(self) -> Scene | None:
        return self._scene

    @property
    def span(self) -> Span:
        """The part of the scale that is seen."""
        return self._span or self._place.whole

    @property
    def _place(self) -> Placement:
        assert self._scene is not None
        return placement(self._scene.trial.row)

    @property
    def _room(self) -> QRectF:
        """Where the rows are; above them the overview, while only a part is seen."""
        return QRectF(self.rect()).adjusted(0, OVERVIEW_PX if self._span else 0, 0, 0)

    @property
    def _layout(self) -> SignalLayout:
        assert self._scene is not None
        return signal_layout(self._room, self._scene, self._span)

    def centre(self, pointer: Pointer) -> QPointF | None:
        """The middle of a cell, in the widget's pixels; None where it is not shown."""
        return None if self._scene is None else self._layout.centre(pointer, self._scene)

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            if self._scene is None:
                painter.fillRect(self.rect(), QColor(theme.card))
                return
            paint_signal(painter, self._room, self._scene, theme, self._span)
            if self._span is not None:
                paint_overview(painter, QRectF(self.rect()), self._scene, self._span, theme)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    # --- zoom and pan -----------------------------------------------------------------------------------------

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Shows ``factor`` times as much, around a place of the scale."""
        if self._scene is not None:
            first, last = self.span
            self._span = zoomed((first, last), self._place.whole, (first + last) / 2 if at is None else at, factor)
            self.update()

    def show_all(self) -> None:
        self._span = None
        self.update()

    def _show_output(self, index: int) -> None:
        """Moves what is seen so that an output and its window are in it."""
        if self._span is None:
            return
        place = self._place
        at = place.output_at(index)
        self._span = holding(self._span, place.whole, at - place.reach - 0.5, at + place.reach + 0.5)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if self._scene is None or not (turned.x() or turned.y()):
            event.ignore()
            return
        if abs(turned.x()) > abs(turned.y()):
            self._pan(-turned.x() / 120 * 0.1 * (self.span[1] - self.span[0]))
        else:
            self.zoom(ZOOM_STEP ** (-turned.y() / 120), self._layout.place_at(event.position().x()))
        event.accept()

    def _pan(self, by: float, start: Span | None = None) -> None:
        first, last = start or self.span
        if self._span is not None:
            self._span = within((first + by, last + by), self._place.whole)
            self.update()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        self._pressed, self._held = event.position(), self._span
        self._steering = self._span is not None and strip_of(QRectF(self.rect())).contains(event.position())
        if self._steering:
            self._steer(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed = None
            self._hover(self._layout.pointer_at(event.position(), self._scene))
        elif self._steering:
            self._steer(event.position().x())
        elif self._held is not None and self._dragged(event.position()):
            self._pan((self._pressed.x() - event.position().x()) / self._layout.scale, self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._scene is None or self._steering:
            return
        moved = self._held is not None and (event.position() - pressed).manhattanLength() > DRAG_PX
        pointer = None if moved else self._layout.pointer_at(pressed, self._scene)
        if pointer is not None:
            self.chosen.emit(pointer)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _dragged(self, at: QPointF) -> bool:
        assert self._pressed is not None
        return (at - self._pressed).manhattanLength() > DRAG_PX

    def _steer(self, x: float) -> None:
        assert self._scene is not None
        first, last = self.span
        middle = place_at(QRectF(self.rect()), self._scene, x)
        self._pan(middle - (first + last) / 2)

    def _hover(self, pointer: Pointer | None) -> None:
        if pointer != self._hovered:
            self._hovered = pointer
            self.pointed.emit(pointer)

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._scene is None or not self._do(event):
            super().keyPressEvent(event)

    def _do(self, event: QKeyEvent) -> bool:
        key, last = event.key(), self._place.outputs - 1
        channel, index = self._walked
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = 1 if key == Qt.Key.Key_Right else -1
                self._walk(channel, index + step if index >= 0 else 0)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self._walk(channel, 0 if key == Qt.Key.Key_Home else last)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._walk(channel + (1 if key == Qt.Key.Key_Down else -1), max(index, 0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.chosen.emit(Pointer("output", (channel, 0, max(index, 0))))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1 / ZOOM_STEP, self._place.output_at(index) if index >= 0 else None)
            case Qt.Key.Key_Minus:
                self.zoom(ZOOM_STEP, self._place.output_at(index) if index >= 0 else None)
            case Qt.Key.Key_0:
                self.show_all()
            case _:
                return False
        return True

    @property
    def _walked(self) -> tuple[int, int]:
        """(channel, index) of the output where the keys are; −1 before the first step."""
        assert self._scene is not None
        for pointer in (self._hovered, self._scene.pointer):
            if pointer is not None and pointer.part == "output":
                return min(pointer.index[0], self._channels - 1), min(pointer.index[2], self._place.outputs - 1)
        return min(self._scene.channel, self._channels - 1), -1

    @property
    def _channels(self) -> int:
        assert self._scene is not None
        return int(self._scene.trial.output.shape[0])

    def _walk(self, channel: int, index: int) -> None:
        channel = min(max(channel, 0), self._channels - 1)
        index = min(max(index, 0), self._place.outputs - 1)
        self._show_output(index)
        self.update()
        self._hover(Pointer("output", (channel, 0, index)))
