"""Why this class: which pixels moved its score."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...session.outbox import Frame
from ...spec.state import State


class WhyPage(QWidget):
    """Follows the State and the frames while it is on screen."""

    unit_selected = Signal(object)  # Focus, of the input
    target_chosen = Signal(object)  # int, or None for the class that the network answers
    sweep_wanted = Signal(int, int, float)  # patch, stride, value
    cancel_wanted = Signal()
    patch_moved = Signal(object)  # Patch | None
    cards_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_page")
        self.setAccessibleName("Why this class")
        self._state: State | None = None
        self._frame: Frame | None = None

    def show_state(self, state: State) -> None:
        self._state = state

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
