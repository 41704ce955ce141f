"""The input under the mouse: dragging shifts it, the wheel turns it, arrows shift it by a cell."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ....spec.lab.pose import UNMOVED, Pose
from ...arrows import ARROWS
from .map_view import MapView

TURN_DEG, FINE_CELLS = 5.0, 0.25
FURTHEST = 64.0  # cells: nothing is left to be seen of an input that was shifted further
WHEEL_MS = 400  # a wheel that rests so long has finished
NOTCH = 120  # of QWheelEvent's angle delta
SHIFT, TURN = "shift the input", "turn the input"


class MovedInput(MapView):
    """Asks for poses by whole cells, since those change no value; with the Shift key by fractions."""

    pose_moved = Signal(object)  # Pose, while it is being moved
    finished = Signal(str)  # what was done

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent=parent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pose, self._wanted = UNMOVED, UNMOVED
        self._grip: tuple[QPointF, Pose] | None = None  # where the mouse took hold, and the pose there
        self._doing = ""  # what will have been done when it ends
        self._rest = QTimer(self, singleShot=True, interval=WHEEL_MS)
        self._rest.timeout.connect(self._finish)

    def set_pose(self, pose: Pose) -> None:
        """The pose of what is shown."""
        self._pose = pose
        if not self._doing:
            self._wanted = pose

    @property
    def flat(self) -> bool:
        """Whether it is a signal, which moves to the sides only."""
        return self.dims == 1

    def _ask(self, pose: Pose, doing: str) -> None:
        self._doing = doing
        if pose != self._wanted:
            self._wanted = pose
            self.pose_moved.emit(pose)

    def _finish(self) -> None:
        doing, self._doing, self._grip = self._doing, "", None
        self._rest.stop()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if doing:
            self.finished.emit(doing)

    # --- the mouse --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.note:
            self._finish()
            self._grip = event.position(), self._pose
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseMoveEvent(event)
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._finish()  # the release went elsewhere
            return
        self._hover(None)
        start, pose = self._grip
        grid, way = self.grids[0], event.position() - start
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        down, right = _cells(way.y() / grid.high, fine), _cells(way.x() / grid.wide, fine)
        if (down, right) != (0, 0) or self._doing:
            self._ask(self._shifted(pose, down, right), SHIFT)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.flat or self.note or self._grip is not None or not event.angleDelta().y():
            event.ignore()
            return
        turn = self._wanted.turn_deg + event.angleDelta().y() / NOTCH * TURN_DEG
        self._ask(replace(self._wanted, turn_deg=(turn + 180) % 360 - 180), TURN)
        self._rest.start()
        event.accept()

    def _shifted(self, pose: Pose, down: float, right: float) -> Pose:
        """Further by so many cells; a signal stays in its line."""
        rows = pose.down if self.flat else _clipped(pose.down + down)
        return replace(pose, down=rows, right=_clipped(pose.right + right))

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(event.key())
        if step is None or self.note or self._grip is not None:
            super().keyPressEvent(event)
            return
        size = FINE_CELLS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._rest.stop()
        self._ask(self._shifted(self._wanted, step[0] * size, step[1] * size), SHIFT)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS and not event.isAutoRepeat() and self._grip is None:
            self._finish()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._grip is None:
            self._finish()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._finish()


def _cells(way: float, fine: bool) -> float:
    """Whole cells, or hundredths of one."""
    return round(way, 2) if fine else float(round(way))


def _clipped(cells: float) -> float:
    return min(max(cells, -FURTHEST), FURTHEST)
