"""A signal under mouse and keys: what is pointed at, zoom and pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from ...look.theme import theme_of
from ..scene import Pointer, Scene
from ..scene_view import SceneView
from .keys import walked
from .layout import SignalLayout, checked, signal_layout, standing
from .overview import OVERVIEW_PX, paint_overview, place_at, strip_of
from .paint import paint_signal
from .placement import placement
from .zoom import Span, Zoom

DRAG_PX = 4  # the mouse moved this far is no click any more
ZOOM_STEP = 1.25  # of a notch of the wheel
PAN_SHARE = 0.1  # of what is seen, of a notch of a wheel that turns sideways


class SignalView(SceneView):
    """Shows a :class:`Scene` of one dimension. The wheel zooms, a drag moves along, + − and 0 do too.

    Arrow keys walk the outputs, Return chooses one. While the output is not complete, the arrows are left to the
    parent: there they move the window.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("signal_view", "The operation: signal, kernel and output", parent)
        self._zoom = Zoom()
        self._pressed: QPointF | None = None
        self._held: Span | None = None  # what was seen when the button went down
        self._steering = False  # the overview is held

    # --- what to show -----------------------------------------------------------------------------------------

    def show_scene(self, scene: Scene) -> None:
        """What to show from now on; never emits. Another input is shown as a whole."""
        self._scene = scene = checked(scene)
        self._zoom.show(placement(scene.trial.row))
        if scene.pointer is None and 0 < scene.filled < scene.trial.positions:
            self._zoom.hold(scene.filled - 1)
        self.update()

    @property
    def span(self) -> Span:
        """The part of the scale that is seen."""
        return self._zoom.span

    @property
    def part(self) -> Span | None:
        """The same, None while it is all of it."""
        return self._zoom.part

    def layout_of(self, scene: Scene) -> SignalLayout:
        """Where the rows lie: below the overview while only a part is seen."""
        return signal_layout(self._room, scene, self._zoom.part)

    def center_of(self, pointer: Pointer) -> QPointF | None:
        """The middle of a cell, in the widget's pixels; None where it is not shown."""
        return None if self._scene is None else self.layout_of(self._scene).centre(pointer, self._scene)

    @property
    def _room(self) -> QRectF:
        return self.rect().toRectF().adjusted(0, OVERVIEW_PX if self._zoom.part else 0, 0, 0)

    def sizeHint(self) -> QSize:
        return QSize(690, 420)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            if self._scene is None:
                painter.fillRect(self.rect(), QColor(theme.card))
                return
            paint_signal(painter, self._room, self._scene, theme, self._zoom.part)
            if self._zoom.part is not None:
                paint_overview(painter, self.rect().toRectF(), self._scene, self._zoom.part, theme)
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5))

    # --- zoom and pan -----------------------------------------------------------------------------------------

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Shows ``factor`` times as much, around a place of the scale."""
        self._zoom.change(factor, at)
        self.update()

    def show_all(self) -> None:
        """Shows the signal from end to end."""
        self._zoom.part = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if self._scene is None or not (turned.x() or turned.y()):
            event.ignore()
            return
        if abs(turned.x()) > abs(turned.y()):
            first, last = self.span
            self._zoom.move(-turned.x() / 120 * PAN_SHARE * (last - first))
        else:
            at = self.layout_of(self._scene).place_at(event.position().x())
            self._zoom.change(ZOOM_STEP ** (-turned.y() / 120), at)
        self.update()
        event.accept()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        self._pressed, self._held = event.position(), self._zoom.part
        self._steering = self._held is not None and strip_of(self.rect().toRectF()).contains(event.position())
        if self._steering:
            self._steer(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            return
        at, pressed = event.position(), self._pressed
        if pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed = None
            layout = self.layout_of(self._scene)
            pointer = layout.pointer_at(at, self._scene)
            if pointer is not None or not layout.between(at):  # on the way from row to row nothing jumps
                self._point(pointer)
        elif self._steering:
            self._steer(at.x())
        elif self._held is not None and (at - pressed).manhattanLength() > DRAG_PX:
            self._zoom.move((pressed.x() - at.x()) / self.layout_of(self._scene).scale, self._held)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None or self._scene is None or self._steering:
            return
        if self._held is not None and (event.position() - pressed).manhattanLength() > DRAG_PX:
            return  # it moved along
        pointer = self.layout_of(self._scene).pointer_at(pressed, self._scene)
        if pointer is not None:
            self._point(pointer)
            self.chosen.emit(pointer)

    def _steer(self, x: float) -> None:
        assert self._scene is not None
        first, last = self.span
        self._zoom.move(place_at(self.rect().toRectF(), self._scene, x) - (first + last) / 2)
        self.update()

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._scene is None or not self._did(event.key(), self._scene):
            super().keyPressEvent(event)

    def _did(self, key: int, scene: Scene) -> bool:
        window = standing(scene)
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                at = self._under or (None if window is None else Pointer("output", (scene.channel, 0, window)))
                if at is not None:
                    self.chosen.emit(at)
            case Qt.Key.Key_Escape if self._under is not None:
                self._point(None)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Minus:
                factor = ZOOM_STEP if key == Qt.Key.Key_Minus else 1 / ZOOM_STEP
                self.zoom(factor, None if window is None else placement(scene.trial.row).output_at(window))
            case Qt.Key.Key_0:
                self.show_all()
            case _:
                to = walked(scene, self._under, key) if scene.filled >= scene.trial.positions else None
                if to is None:
                    return False
                self._zoom.hold(to.index[2])
                self.update()
                self._point(to)
        return True
