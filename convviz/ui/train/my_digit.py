"""The left column: my digit, what the network that learns makes of it, and what was kept of them."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...session.experiment import State
from ...session.outbox import Frame
from ..input.panel import InputPanel
from ..look.theme import GAP
from .class_keys import KeepCard


class MyDigit(QWidget):
    """The pad, its preparation and the class bars, as in the Network workspace; below them the keys that keep it."""

    def __init__(self, tools: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digit")
        self.input = InputPanel(tools)
        self.keep = KeepCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.input, 1)
        column.addWidget(self.keep)

    def show_state(self, old: State | None, new: State) -> None:
        self.input.show_state(old, new)
        self.keep.show_state(old, new)

    def show_frame(self, frame: Frame) -> None:
        self.input.show_frame(frame)
