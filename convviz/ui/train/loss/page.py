"""The loss as in the lecture, with the numbers of one sample; the mean squared error beside it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ....session.experiment import State
from ....session.outbox import Frame
from ....session.training.trainer import Trainer, What
from ....spec.arithmetic import cross_entropy, mean_square
from ....spec.training.sample import Sample
from ...class_choice import predicted
from ...explain.sum_display import LIVE_MS
from ...field.switch import Switch
from ...look.scroll_column import ScrollColumn
from ...look.theme import GAP, MARGIN
from ...throttle import Throttle
from ..page import Page
from .case import LECTURE, LossCase, lecture_case, sample_case
from .class_table import ClassTable
from .formulas import Formulas, lecture_line, lines_of, lines_of_probability
from .loss_plot import LossPlot
from .sample_box import SampleBox, as_picture

SOURCES = {
    "digit": ("My digit", "What is drawn, with the label you choose"),
    "data": ("Test images", "An image of the data, as the network judged it at the end of an epoch"),
    "lecture": ("The lecture's example", "Two inputs of three classes: −1, −3, 4 is of class 0; −3, 3, −1 of class 1"),
}
SCROLL_PX = 12


class LossPage(Page):
    """Follows the frames of the user's digit; of a test image it knows what the trainer has judged."""

    wants: ClassVar[frozenset[What]] = frozenset({"epoch"})
    pointed_at = Signal(str)
    sample_opened = Signal(object)  # Sample

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("loss_page")
        self._frame: Frame | None = None
        self._state: State | None = None
        self._label: int | None = None  # chosen for my digit
        self._by_hand = False  # whether a label was chosen, be it that which is predicted
        self._at = {"digit": 0, "data": 0, "lecture": 0}
        self.case: LossCase | None = None
        self.source = Switch("loss_source", SOURCES, "toggle")
        self.box, self.plot, self.table, self.formulas = SampleBox(), LossPlot(), ClassTable(), Formulas()
        self._live = Throttle(self._show, LIVE_MS, self)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.source)
        head.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(MARGIN)
        top.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.plot, 1)
        top.addStretch(0)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        inside.setSpacing(GAP)
        inside.addLayout(top, 1)
        inside.addWidget(self.table)
        inside.addWidget(self.formulas)
        inside.addStretch(0)
        self._top, self._inside = top, inside
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addLayout(head)
        whole.addWidget(ScrollColumn(holder, "loss_area"), 1)

    def _connect(self) -> None:
        self.source.chosen.connect(lambda _name: self._show())
        self.box.chooser.target_chosen.connect(self._choose_label)
        self.box.previous.clicked.connect(lambda _on: self._turn(-1))
        self.box.next.clicked.connect(lambda _on: self._turn(1))
        self.box.open.clicked.connect(lambda _on: self._open())
        self.plot.pointed_at.connect(self.pointed_at)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        before, self._state = self._state, new
        if before is None:
            return
        if before.network is not new.network or before.drawing.image is not new.drawing.image:
            self._label, self._by_hand = None, False  # it was the class of something else
        if self._frame is not None and self._frame.state.network is not new.network:
            self._frame = None

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        if self.source.current == "digit":
            self._live.request()

    def refresh(self, what: frozenset[What]) -> None:
        if self.source.current == "data" and what & {"data", "epoch", "runs"}:
            self._show()

    def _show(self) -> None:
        source = self.source.current
        self.box.allow(choose=source == "digit" and self._frame is not None, turn=source != "digit", open_=False)
        case = {"digit": self._digit, "data": self._sample, "lecture": self._lecture}[source]()
        self.case = case
        scores = case.scores if case is not None else None
        for part in (self.plot, self.table):
            part.setVisible(scores is not None)
        for row, last in ((self._top, 2), (self._inside, 3)):  # what there is stands at the top left
            row.setStretch(last, int(scores is None))
        self._inside.setStretch(0, int(scores is not None))
        if case is None:
            self.formulas.show_lines([])
        elif scores is None:
            self.formulas.show_lines(lines_of_probability(case))
        else:
            entropy, square = cross_entropy(scores, case.target), mean_square(scores, case.target)
            self.plot.show_scores(scores, case.target)
            self.table.show_losses(entropy, square, case.names)
            lines = lines_of(entropy, square)
            self.formulas.show_lines([lecture_line(), *lines] if source == "lecture" else lines)

    def _digit(self) -> LossCase | None:
        frame = self._frame
        if frame is None or not frame.scores.size:
            self.box.show_sample(None, "", "", "Draw a digit: its scores, and what they cost, are shown here.")
            return None
        network, scores, drawn = frame.state.network, frame.scores, predicted(frame)
        answer = drawn if drawn is not None else int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))
        label = self._label if self._by_hand else self._kept(frame.state)
        label = label if label is not None and label < scores.size else None
        target = label if label is not None else answer
        self.box.chooser.set_classes(network, scores.size)
        self.box.chooser.show_predicted(drawn)
        self.box.chooser.show_target(label)
        note = "" if drawn is not None else "Nothing is drawn: these are the scores of an empty pad."
        names = tuple(network.class_name(number) for number in range(scores.size))
        self.box.show_sample(as_picture(frame.maps["input"]), f"class {names[target]}", "taken as right", note)
        return LossCase(target, names, scores, predicted=answer)

    def _kept(self, state: State) -> int | None:
        """The label with which this drawing was kept, or the class of the test image that it is."""
        plan, image = self._state.plan if self._state is not None else state.plan, state.drawing.image
        known = None if image is None else image.label
        return next((kept.label for kept in reversed(plan.kept) if kept.drawing is state.drawing), known)

    def _sample(self) -> LossCase | None:
        data = self.trainer.data
        if data is None or not len(data.test):
            self.box.allow(choose=False, turn=False, open_=False)
            self.box.show_sample(None, "", "", "The data is loaded when a training starts: press Start.")
            return None
        index = self._at["data"] = self._at["data"] % len(data.test)
        case = sample_case(data.test, index, self.trainer.judged, data.classes)
        self.box.allow(choose=False, turn=True, open_=True)
        position = f"{index + 1:,} of {len(data.test):,}"
        self.box.show_sample(case.picture, f"class {case.name_of(case.target)}", position, "")
        return case

    def _lecture(self) -> LossCase:
        row = self._at["lecture"] = self._at["lecture"] % len(LECTURE)
        case = lecture_case(row)
        self.box.show_sample(None, f"class {case.target}", f"input {row + 1} of {len(LECTURE)}", "")
        return case

    # --- hands ------------------------------------------------------------------------------------------------

    def _choose_label(self, label: int | None) -> None:
        self._label, self._by_hand = label, True
        self._show()

    def _turn(self, by: int) -> None:
        self._at[self.source.current] += by
        self._show()

    def _open(self) -> None:
        if self.trainer.data is not None:
            self.sample_opened.emit(Sample.of(self.trainer.data.test, self._at["data"]))
