"""The card that starts, pauses and ends a run."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....session.experiment import State, differs
from ....session.training.trainer import Trainer
from ....spec.network import NetworkSpec
from ....spec.training.plan import Plan
from ...code.tabs import Tabs
from ...layer.value_box import ValueBox
from ...look.text_line import TextLine
from ...look.theme import VALUE_PX
from ...why.progress_line import ProgressLine
from ..packing import Packing
from ..settings.scales import SCALES
from ..settings.words import TIPS
from . import words
from .growing_note import GrowingNote

BEGIN = {"random": "random", "screen": "as on screen"}
BEGIN_TIP = "The weights that a new run begins with: random ones of the seed, or those on screen"
FORCED_TIP = "A new run begins with what is on screen: {run} did not train it. To begin it anew, press Reset"
BEGAN_TIP = "The weights that {run} began with; for a new run it is chosen once this one rests"
START_PX, DETAIL_LINES = 64, 4
USUAL, CLOSE = Packing((12, 10, 12, 8), 6), Packing((12, 4, 12, 4), 2)
BUTTONS = {"train_step": "Step", "train_epoch": "Epoch", "train_stop": "Stop"}
ONWARD_TIPS = {"train_step": "{run} goes on for one step", "train_epoch": "{run} goes on for one more epoch"}


class RunCard(QFrame):
    """Buttons of the window's actions ``tools``, and what the trainer says. Applies nothing."""

    begin_chosen = Signal(str)
    target_previewed = Signal(str, object)
    edit_finished = Signal()
    cancel_wanted = Signal()  # the loading
    refused = Signal(str)

    def __init__(self, tools: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_card")
        self.setProperty("role", "card")
        self._plan = Plan()
        self._network: NetworkSpec | None = None
        self._fresh = False  # the weights on screen are random
        self._refusal = ""  # why the last start was in vain
        self._tools = tools
        self.start = QPushButton("Start")
        self.buttons = {name: self._button(name, text) for name, text in BUTTONS.items()}
        self.reset = QToolButton()
        self.begin = Tabs("Begin with", BEGIN, inner=True)
        self.begin_caption = _caption("begin with")
        scale = SCALES["target"]
        self.target = ValueBox("training_target", "Target accuracy", parse=scale.parse, text=scale.text)
        self.headline = TextLine("run_headline", VALUE_PX)
        self.details = GrowingNote("run_details", DETAIL_LINES)
        self.progress = ProgressLine("run_progress")
        self.cancel = QToolButton()
        self._build()
        self._connect()

    def _button(self, name: str, text: str) -> QToolButton:
        action, button = self._tools[name], QToolButton()
        button.setText(text)
        button.setObjectName(f"{name}_button")
        button.setAccessibleName(action.text().replace("&", ""))
        button.setToolTip(action.toolTip())
        button.setProperty("role", "toggle")
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _build(self) -> None:
        self.start.setProperty("role", "action")
        self.start.setObjectName("train_button")
        self.start.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.start.setMinimumWidth(START_PX)
        self.start.setToolTip(self._tools["train"].toolTip())
        self.cancel.setText("Cancel")
        self.cancel.setObjectName("loading_cancel")
        self.cancel.setAccessibleName("Cancel the loading")
        self.cancel.hide()
        self.cancel.setFixedHeight(self.progress.sizeHint().height())  # else all below would move when it comes
        self._build_reset()
        self.begin.setToolTip(BEGIN_TIP)
        self.target.setFixedWidth(72)
        self.target.setToolTip(TIPS["target"])
        self.target.quiet = True
        self._column = column = QVBoxLayout(self)
        USUAL.apply(column)
        column.addLayout(_row(self.start, *self.buttons.values()))
        column.addLayout(_row(self.begin_caption, self.begin, None))
        column.addLayout(_row(_caption("stop at accuracy"), self.target, None, self.reset))
        column.addWidget(self.headline)
        column.addWidget(self.details)
        column.addLayout(_row(self.progress, self.cancel))

    def pack(self, close: bool) -> None:
        """Rows closer together, or as they are usually."""
        (CLOSE if close else USUAL).apply(self._column)
        self.details.keep_lines(DETAIL_LINES - close)

    def _build_reset(self) -> None:
        menu = QMenu(self.reset)
        menu.setObjectName("reset_menu")
        menu.setToolTipsVisible(True)
        menu.addAction(self._tools["train_reset"])
        menu.addAction(self._tools["train_reset_new"])
        self.reset.setText("Reset ▾")
        self.reset.setObjectName("train_reset_button")
        self.reset.setAccessibleName("Reset")
        self.reset.setToolTip("Random weights again, of the same or of a new seed; the run ends")
        self.reset.setMenu(menu)
        self.reset.setProperty("role", "toggle")
        self.reset.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _connect(self) -> None:
        scale = SCALES["target"]
        self.start.clicked.connect(self._tools["train"].trigger)
        self.begin.chosen.connect(self.begin_chosen)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.target.edited.connect(lambda units: self.target_previewed.emit("target", scale.value(units)))
        self.target.finished.connect(self.edit_finished)
        self.target.refused.connect(self.refused)
        self.target.range_wanted.connect(lambda: self.target.set_range(scale.range(self._plan.settings)))

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        self._network, self._fresh = new.network, new.origin.new
        if old is None or differs(old, new, "network", "origin", "plan") or old.runs.current != new.runs.current:
            self._refusal = ""  # something was done about it, or something else is looked at
        if old is not None and old.plan is new.plan:
            return
        self._plan = new.plan
        self.target.set_value(SCALES["target"].units(new.plan.settings.target))
        if self.target.range is None:
            self.target.set_range(SCALES["target"].range(new.plan.settings))

    def show_run(self, trainer: Trainer) -> None:
        """What the trainer does."""
        status = trainer.status
        if status in ("loading", "running"):
            self._refusal = ""
        away = bool(self._refusal) or words.is_away(trainer, self._network)
        self._show_begin(trainer)
        self.start.setText(words.start(trainer, self._network))
        self.start.setAccessibleName(f"{self.start.text()} training")
        self.headline.setText(words.next_run(self._plan) if away else words.headline(trainer, self._plan))
        self.details.show_text(
            f"This did not begin: {self._refusal}"
            if self._refusal
            else words.details(trainer, self._network, self._plan.begin, self._fresh)
        )
        self.progress.show_share(None if away else words.share(trainer))
        self.cancel.setVisible(status == "loading")

    def _show_begin(self, trainer: Trainer) -> None:
        """What a new run would begin with, or this one began with while it goes on.

        Where the weights are no run's, it begins with them, whatever was chosen.
        """
        run = trainer.run
        forced = trainer.departed and run is not None
        began = words.began(run) if run is not None and trainer.status in ("loading", "running") else None
        self.begin.choose("screen" if forced else began or self._plan.begin)
        for button in self.begin.buttons.values():
            button.setEnabled(not forced and began is None)
        self.begin_caption.setText("begin with" if began is None else "began with")
        name = run.name if run is not None else ""
        tip = FORCED_TIP if forced else BEGIN_TIP if began is None else BEGAN_TIP
        self.begin.setToolTip(tip.format(run=name))
        for each, text in ONWARD_TIPS.items():
            self.buttons[each].setToolTip(text.format(run=name) if trainer.onward else self._tools[each].toolTip())

    def show_refusal(self, why: str) -> None:
        """A start was in vain: the card says so until there is another, or something else to learn."""
        self._refusal = why


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    return label
