"""The page of gradients: of the selected unit and of its kernel, and how they came about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.arithmetic import Explanation, explain_gradient
from ...spec.state import Focus, State
from ..class_choice import ClassChoice, predicted
from ..look.numbers import unit_name
from ..look.text_line import TextLine
from ..look.theme import TITLE_PX, UNIT, VALUE_PX
from . import words
from .follower import Follower
from .kernel_gradient_view import KernelGradientView
from .sum_view import SumView

TOLD = "By how much the score of the class rises where the value does, per unit: the chain rule, one layer at a time"


class GradientPage(QWidget):
    """Follows the State and the frames while it is on screen; needs frames with gradients."""

    source_chosen = Signal(str, object)  # layer id, Index
    source_hovered = Signal(str, object)
    target_chosen = Signal(object)  # int, or None for the class that the network answers
    reached = Signal(object, object)  # the QWidget and the QRect in it that the keys came to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradient_page")
        self._state: State | None = None
        self.chooser = ClassChoice("gradient_class")
        self.about = TextLine("gradient_about", VALUE_PX)
        self.about.setToolTip(TOLD)
        self.silent = TextLine("gradient_silent", VALUE_PX)
        self.silent.hide()
        self.heading = TextLine("gradient_title", TITLE_PX, bold=True)
        self.heading.setText("How the gradient came about")
        self.sum = SumView()
        self.sum.setObjectName("gradient_sum")
        self.sum.setAccessibleName("How the gradient came about")
        self.kernel = KernelGradientView()
        self._follower = Follower(self.sum, self._explain)
        self._build()
        for part in (self.sum, self.kernel):
            part.source_chosen.connect(self.source_chosen)
            part.source_hovered.connect(self.source_hovered)
        self.sum.reached.connect(lambda rect: self.reached.emit(self.sum, rect))
        self.kernel.reached.connect(self.reached)
        self.chooser.target_chosen.connect(self.target_chosen)

    def _build(self) -> None:
        of = QLabel("∂ score of class")
        row = QHBoxLayout()
        row.addWidget(of)
        row.addWidget(self.chooser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(row)
        for part in (self.about, self.silent, self.heading, self.sum, self.kernel):
            column.addWidget(part)
        column.addStretch(1)

    def show_state(self, state: State) -> None:
        self._state = state
        focus = state.focus
        self.about.setText(f"∂ {unit_name(focus.layer, focus.index)}" if focus is not None else "")
        self.silent.setText(words.silent(state))
        self.silent.setVisible(bool(self.silent.text()))
        self._follower.show_state(state)
        self.kernel.show_state(state)

    def show_frame(self, frame: Frame) -> None:
        state = self._state
        if state is not None and frame.state.network is state.network and frame.scores.size:
            self.chooser.set_classes(state.network, frame.scores.size)
            self.chooser.show_predicted(predicted(frame))
            self.chooser.show_target(state.probe.target)
        self._follower.show_frame(frame)
        self.kernel.show_frame(frame)

    def _explain(self, frame: Frame, focus: Focus) -> Explanation | None:
        found = frame.gradients
        if found is None:
            return None
        network, maps = frame.state.network, frame.maps
        return explain_gradient(network, frame.weights, maps, found.maps, focus.layer, focus.index, target=found.target)
