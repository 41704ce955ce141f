"""The gradient of a score with respect to one kernel: a slice as cells, one of which is explained."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..kernel.grid_layout import Cell
from ..kernel.grid_paint import ROUND_PX
from ..kernel.slice_view import SliceView
from ..look.theme import theme_of

STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class KernelGradient(SliceView):
    """Shows gradients (h, w); arrows and clicks choose a cell."""

    cell_chosen = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_gradient")
        self.setAccessibleName("Gradient of the kernel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._layout.pitch < ROUND_PX:  # cells that are 0 have the colour of the card, and no outline
            with QPainter(self) as painter:
                painter.setPen(QColor(theme_of(self).line))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._layout.cell_at(event.position().x(), event.position().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._layout.cell_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._choose(cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self._choose(self._layout.near((self.selected[0] + step[0], self.selected[1] + step[1])))

    def _choose(self, cell: Cell) -> None:
        self.set_selected(cell)
        self.cell_chosen.emit(self.selected)
