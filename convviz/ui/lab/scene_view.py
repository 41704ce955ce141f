"""What the 2d stage and the 1d view have in common: a Scene, and a cell that the mouse or the keys point at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .scene import Pointer, Scene


class SceneView(QWidget):
    """The base of both: whoever inherits it paints, and says what lies where. ``_point`` tells what is pointed at."""

    pointed = Signal(object)  # Pointer, or None when the mouse left
    chosen = Signal(object)  # Pointer

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 220)
        self._scene: Scene | None = None
        self._under: Pointer | None = None  # what the mouse or the keys point at

    @property
    def scene(self) -> Scene | None:
        """What is shown."""
        return self._scene

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def hideEvent(self, event: QEvent) -> None:
        self._point(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)
        self.update()

    def _point(self, pointer: Pointer | None) -> None:
        if pointer != self._under:
            self._under = pointer
            self.pointed.emit(pointer)
