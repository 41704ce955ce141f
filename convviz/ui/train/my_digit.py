"""The left column: my digit, what the network that learns makes of it, and what was kept of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...session.experiment import State
from ...session.outbox import Frame
from ..input.panel import InputPanel
from ..look.theme import GAP
from .class_keys import KeepCard

LEAST_PAD_PX = 130


class MyDigit(QWidget):
    """The pad, its preparation and the class bars, as in the Network workspace; below them the keys that keep it."""

    def __init__(self, tools: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digit")
        self.input = InputPanel(tools, low=True)
        self.keep = KeepCard()
        self._high = 0  # that there is for all of it
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.input, 1)
        column.addWidget(self.keep)

    def show_state(self, old: State | None, new: State) -> None:
        self.input.show_state(old, new)
        self.keep.show_state(old, new)

    def fit(self, high: int) -> None:
        """In a low window the pad gives way, so that all of it is in view."""
        self._high = high
        pad, inside = self.input.pad, self.input.layout()
        if inside is None:
            return
        wide = self.width() - inside.contentsMargins().left() - inside.contentsMargins().right() - 2
        rest = max(
            inside.totalHeightForWidth(self.width()) - pad.heightForWidth(wide),
            inside.totalMinimumSize().height() - pad.sizeHint().height(),
        )
        room = high - rest - self.keep.sizeHint().height() - GAP
        pad.set_highest(max(min(room, wide), LEAST_PAD_PX))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._high:  # keys of other classes, for one
            self.fit(self._high)
        return done

    def show_frame(self, frame: Frame) -> None:
        self.input.show_frame(frame)
