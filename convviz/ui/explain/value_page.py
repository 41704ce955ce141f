"""The page of the selected value: the kernel behind it, and how it came about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.arithmetic import Explanation, explain
from ...spec.kernel_view import kernel_view
from ...spec.state import Focus, State, differs
from ..kernel.panel import KernelPanel
from ..look.text_line import TextLine
from ..look.theme import TITLE_PX, UNIT, VALUE_PX
from . import words
from .follower import Follower
from .loss_view import LossView
from .sum_view import SumView

MARKS = ("muted", "solo", "frozen")
KERNEL = ("network", "focus", "weights", "origin", "channels", "kept")  # what the kernel panel shows


class ValuePage(QWidget):
    """Follows the State and the frames while it is on screen."""

    source_chosen = Signal(str, object)  # layer id, Index
    source_hovered = Signal(str, object)
    target_chosen = Signal(object)  # int, or None for the class that the network answers
    reached = Signal(object, object)  # the QWidget and the QRect in it that the keys came to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("value_page")
        self._state: State | None = None
        self._slices = 0  # of the kernel
        self._frame: Frame | None = None
        self.kernel = KernelPanel()
        self.heading = TextLine("sum_title", TITLE_PX, bold=True)
        self.heading.setText("How it came about")
        self.silent = TextLine("silent", VALUE_PX)
        self.sum = SumView()
        self.loss = LossView()
        self._follower = Follower(self.sum, self._explain)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        for part in (self.kernel, self.heading, self.silent, self.sum, self.loss):
            column.addWidget(part)
        column.addStretch(1)
        self.silent.hide()
        self.loss.hide()
        self.sum.source_chosen.connect(self.source_chosen)
        self.sum.source_hovered.connect(self.source_hovered)
        self.sum.reached.connect(lambda rect: self.reached.emit(self.sum, rect))
        self.sum.part_opened.connect(self._part_opened)
        self.kernel.strip.slice_chosen.connect(self._open)
        self.loss.target_chosen.connect(self.target_chosen)

    def show_state(self, state: State) -> None:
        old, self._state = self._state, state
        if old is None or differs(old, state, *KERNEL):
            self._show_kernel(state)
            self.silent.setText(words.silent(state))
            self.silent.setVisible(bool(self.silent.text()))
        self._follower.show_state(state)
        if old is None or differs(old, state, "focus", "network", "probe"):
            self._show_loss()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self._follower.show_frame(frame)
        self._show_loss()

    def choose_slice(self, number: int) -> None:
        """The slice of the kernel that is shown as cells; if a part of the sum is open, that of this slice is."""
        self.kernel.choose_slice(number)
        if self.sum.opened is not None:
            self._open(number)

    def _open(self, number: int) -> None:
        if self._sliced:
            self.sum.open_part(number)

    def _part_opened(self, part: int) -> None:
        if self._sliced:
            self.kernel.choose_slice(part)

    @property
    def _sliced(self) -> bool:
        """Whether each part of the sum meets one slice of the kernel."""
        found = self.sum.explanation
        return found is not None and found.weights is not None and len(found.values) == self._slices

    def _explain(self, frame: Frame, focus: Focus) -> Explanation | None:
        return explain(frame.state.network, frame.weights, frame.maps, focus.layer, focus.index)

    def _show_kernel(self, state: State) -> None:
        focus = state.focus
        view = kernel_view(state, focus.layer, focus.index[0]) if focus is not None else None
        marks: frozenset[str] = frozenset()
        if view is not None:
            marks = frozenset(m for m in MARKS if (view.layer, view.channel) in getattr(state.channels, m))
        self._slices = 0 if view is None else len(view.values)
        self.kernel.setVisible(view is not None)
        self.kernel.show_kernel(view, marks)

    def _show_loss(self) -> None:
        """Below a score: what the scores together come to."""
        state, frame = self._state, self._frame
        if state is None or not state.network.layers:
            return
        last = state.focus is not None and state.focus.layer == state.network.layers[-1].id
        self.loss.setVisible(last and frame is not None)
        if last and frame is not None and frame.state.network is state.network:
            self.loss.show_frame(frame, state.probe)
