"""Back to any moment of a run that was kept: to look at it, to go on from there, or to branch off."""

from __future__ import annotations

from math import inf

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...session.training.trainer import Trainer, What
from ...spec.training.checkpoint import Checkpoint
from ..look.theme import MARGIN, UNIT, VALUE_PX
from ..throttle import Throttle
from .fitting_line import FittingLine
from .moment import on_screen
from .moment_slider import MomentSlider
from .moments import Moments

FRAME_MS, PLAY_MS = 16, 40
FOLLOWED: frozenset[What] = frozenset({"curves", "epoch", "checkpoints", "cursor", "runs", "status"})
REPLAY, STOP = "Replay", "Stop"
REPLAY_WHY = "Shows the kept moments one after the other, from the one on screen; nothing is trained"
STOP_WHY, PAUSE_FIRST = (
    "Stays at this moment",
    "Pause the training first: then its moments can be shown one after the other",
)
BUTTONS = {
    "resume": (
        "Resume here",
        "The run goes on from this moment, for one more epoch where all are done.\n"
        "What it measured later is kept, and drawn, as a run of its own",
    ),
    "branch": ("Branch here", "A new run goes on from this moment, with the settings as they are now"),
    "now": ("Back to now", "Shows the newest weights again (End)"),
}
BRANCH_LATER = "A new run can go on from an earlier moment, or from here once the training is paused"


class TimeMachine(QFrame):
    """A slider over the checkpoints of the run on screen."""

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time_machine")
        self.setAccessibleName("Time machine")
        self.setProperty("role", "card")
        self.trainer = trainer
        self._moments = Moments()
        self._wanted: float | None = None  # a step, of which the moments may have changed meanwhile; now is beyond all
        self.slider = MomentSlider()
        self.text = FittingLine("time_machine_text", VALUE_PX)
        self.play = _button("play", REPLAY, "")
        self.buttons = {name: _button(name, *texts) for name, texts in BUTTONS.items()}
        self._scrub = Throttle(self._scrub_now, FRAME_MS, self)
        self._timer = QTimer(self, interval=PLAY_MS)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(UNIT)
        upper.addWidget(self.play)
        upper.addWidget(self.slider, 1)
        lower.setSpacing(UNIT)
        lower.addWidget(self.text, 1)
        for button in self.buttons.values():
            lower.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        column.setSpacing(0)
        column.addLayout(upper)
        column.addLayout(lower)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._play_on)
        self.play.clicked.connect(self.toggle)
        self.slider.chosen.connect(self._chosen)
        self.buttons["resume"].clicked.connect(self._resume)
        self.buttons["branch"].clicked.connect(self._branch)
        self.buttons["now"].clicked.connect(self._back)

    # --- what it is told --------------------------------------------------------------------------------------

    def refresh(self, what: frozenset[What]) -> None:
        """Redraws what depends on these."""
        if what & FOLLOWED:
            self._show()

    def _show(self) -> None:
        self._moments = Moments.of(self.trainer)
        there = bool(self._moments.past)
        if not there or self._learning:
            self._stop()
        index = self._index
        self.slider.setEnabled(there)
        self.slider.show_moments(self._moments, self.trainer.curves.epochs[:, 0], index, away=self._away)
        past = index < len(self._moments) - 1
        self.play.setEnabled(there and (self.playing or not self._learning))
        self.buttons["resume"].setEnabled(past or self._resumable)
        moving = self._learning and not past  # where a checkpoint comes and goes with the steps
        self.buttons["branch"].setEnabled(self._checkpoint is not None and not self._away and not moving)
        self.buttons["branch"].setToolTip(BRANCH_LATER if moving else BUTTONS["branch"][1])
        self._show_now(past)
        self.text.show_texts(*self.sentences)
        self.text.set_dim(not there)
        self._show_playing()

    def _show_now(self, past: bool) -> None:
        """Now is the end of the run; where something else is on screen, its button says so."""
        button, (text, why) = self.buttons["now"], BUTTONS["now"]
        if self._away and self.trainer.run is not None:
            name = self.trainer.run.name
            text, why = f"Back to {name}", f"Shows the newest weights of {name} again (End); undone, these are back"
        button.setEnabled(past or (self._away and bool(self.trainer.checkpoints)))
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(why)

    @property
    def _index(self) -> int:
        """Of the moment on screen, or of the one that is on its way there."""
        return self._moments.index(self.trainer.cursor if self._wanted is None else self._wanted)

    @property
    def _checkpoint(self) -> Checkpoint | None:
        """Of the moment on screen; that of now, where there is one."""
        found = self._moments.at(self._index)
        newest = self.trainer.checkpoints[-1:]
        if found is None and newest and newest[0].step >= self._moments.now:
            return newest[0]
        return found

    @property
    def _resumable(self) -> bool:
        """Whether what is on screen is the last moment of a run that has ended: Start begins a new one."""
        run = self.trainer.run
        return run is not None and not run.open and not self._away and self._checkpoint is not None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Where one is, from the longest to the shortest."""
        return on_screen(self.trainer, self._moments, self._index, self._away)

    @property
    def _away(self) -> bool:
        """Whether what is on screen is no moment of the run, nor on its way there."""
        return self.trainer.run is not None and not self.trainer.at_hand and self._wanted is None

    @property
    def _learning(self) -> bool:
        """Whether the training moves on: to play the past meanwhile would be taken for it."""
        return self.trainer.status in ("loading", "running")

    # --- hands ------------------------------------------------------------------------------------------------

    def _chosen(self, index: object) -> None:
        if isinstance(index, int):
            self._stop()
            self._go(index)

    def _go(self, index: int) -> None:
        self._wanted = inf if self._moments.at(index) is None else self._moments.step(index)
        self._scrub.request()

    def _scrub_now(self) -> None:
        if self._wanted is not None:
            self._moments = Moments.of(self.trainer)
            moment, self._wanted = self._moments.at(self._moments.index(self._wanted)), None
            self.trainer.scrub(moment)
            self._show()

    def _resume(self) -> None:
        self._settle()
        past = self._index < len(self._moments) - 1
        if (past or self._resumable) and (moment := self._checkpoint) is not None:
            self.trainer.resume_from(moment)

    def _branch(self) -> None:
        self._settle()
        if not self._away and (moment := self._checkpoint) is not None:
            self.trainer.branch(moment)

    def _back(self) -> None:
        self._stop()
        self._wanted = None
        self.trainer.scrub(None)

    def _settle(self) -> None:
        """What was asked for last is on screen."""
        self._stop()
        self._scrub_now()

    # --- playing ----------------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def toggle(self) -> None:
        """Plays the training back from the moment on screen, from its beginning where that is now; or stops."""
        if self.playing:
            self._stop()
        elif self._moments.past and not self._learning:
            if self._index >= len(self._moments) - 1:
                self._go(0)
            self._timer.start()
        self._show_playing()

    def _play_on(self) -> None:
        self._go(self._index + 1)
        if self._index >= len(self._moments) - 1:
            self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        self._show_playing()

    def _show_playing(self) -> None:
        text = STOP if self.playing else REPLAY
        self.play.setText(text)
        self.play.setAccessibleName(text)
        self.play.setToolTip(STOP_WHY if self.playing else PAUSE_FIRST if self._learning else REPLAY_WHY)

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()  # nobody watches
        super().hideEvent(event)


def _button(name: str, text: str, why: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"time_machine_{name}")
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(why)
    return button
