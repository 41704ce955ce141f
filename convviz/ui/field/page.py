"""What the selected unit sees of the input."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...session.outbox import Frame
from ...spec.footprint import Index
from ...spec.state import State

Unit = tuple[str, Index]


class FieldPage(QWidget):
    """Follows the State and the frames while it is on screen."""

    unit_selected = Signal(object)  # Focus, of the input
    effective_wanted = Signal(bool)
    average_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field_page")
        self.setAccessibleName("What the unit sees")
        self._state: State | None = None
        self._frame: Frame | None = None

    def show_state(self, state: State) -> None:
        self._state = state

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame

    def show_hover(self, unit: Unit | None) -> None:
        """Speaks of that unit until None."""
