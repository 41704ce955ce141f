"""The 2d stage on screen: what the mouse and the keys point at."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ...arrows import ARROWS
from ...look.theme import theme_of
from ..scene import Pointer, Scene
from ..scene_view import SceneView
from . import marks
from .hand import in_hand, place_in_hand
from .layout import StageLayout
from .lit import turned, valid
from .paint import layout_of, paint_stage


class StageView(SceneView):
    """Shows a :class:`Scene`. Arrow keys walk the cells of the output, Return chooses one.

    While the output is not complete, the arrows are left to the parent: there they move the window.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("stage", "The operation: input, kernel and output", parent)

    def show_scene(self, scene: Scene) -> None:
        """What to show from now on; never emits."""
        if scene is not self._scene:
            self._scene = scene
            if not valid(scene.trial, self._under):
                self._under = None
            self.update()

    @property
    def placed(self) -> StageLayout | None:
        """Where the parts lie."""
        return layout_of(self.width(), self.height(), self._scene) if self._scene is not None else None

    def pointer_at(self, place: QPointF) -> Pointer | None:
        """The cell at a point of the widget."""
        scene, placed = self._scene, self.placed
        if scene is None or placed is None:
            return None
        x, y = place.x(), place.y()
        found = placed.input.at(x, y)
        if found is not None:
            return Pointer("input", found)
        found = placed.kernel.at(x, y) if placed.kernel is not None else None
        if found is not None:
            return Pointer("kernel", (in_hand(scene), found[0], *turned(scene.trial.lab, *found[1:])))
        found = placed.output.at(x, y)
        pointer = Pointer("output", found) if found is not None else None
        return pointer if valid(scene.trial, pointer) else None  # what padding cuts off is no output

    def center_of(self, pointer: Pointer) -> QPointF:
        """The middle of a cell, in the widget's pixels."""
        scene, placed = self._scene, self.placed
        assert scene is not None
        assert placed is not None
        match pointer.part:
            case "input":
                return placed.input.cell(*pointer.index).center()
            case "output":
                return placed.output.cell(*pointer.index).center()
            case "kernel":
                assert placed.kernel is not None
                _, c, i, j = pointer.index
                return placed.kernel.cell(c, *turned(scene.trial.lab, i, j)).center()

    def sizeHint(self) -> QSize:
        return QSize(690, 420)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            if self._scene is None:
                painter.fillRect(self.rect(), QColor(theme.card))
                return
            paint_stage(painter, self.rect().toRectF(), self._scene, theme)
            if self.hasFocus():
                marks.frame(painter, self.rect().toRectF().adjusted(0.5, 0.5, 0.5, 0.5), QColor(theme.accent), 1)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.pointer_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pointer = self.pointer_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and pointer is not None:
            self._point(pointer)
            self.chosen.emit(pointer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scene, key = self._scene, event.key()
        if scene is None:
            super().keyPressEvent(event)
        elif key in ARROWS and scene.filled >= scene.trial.positions:
            self._point(self._neighbour(scene, *ARROWS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            at = self._under or place_in_hand(scene)
            if at is not None:
                self.chosen.emit(at)
        elif key == Qt.Key.Key_Escape and self._under is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    def _neighbour(self, scene: Scene, down: int, right: int) -> Pointer:
        """The next output in a direction; the first step goes to the one in hand, or to the first of all."""
        at = self._under if self._under is not None and self._under.part == "output" else None
        at = at or place_in_hand(scene)
        if at is None:
            return Pointer("output", (in_hand(scene), 0, 0))
        channels, height, width = scene.trial.output.shape
        d, y, x = at.index
        return Pointer(
            "output", (min(d, channels - 1), min(max(y + down, 0), height - 1), min(max(x + right, 0), width - 1))
        )
