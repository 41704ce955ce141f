"""A step that is pointed at in the curves is shown: the moment nearest to it that was kept."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ....session.training.trainer import Trainer
from ....spec.training.checkpoint import Checkpoint
from ...throttle import Throttle
from ..moments import Moments

FRAME_MS = 16


class Pointing(QObject):
    """Leads the time machine, once a frame at most."""

    def __init__(self, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._step: float | None = None  # pointed at
        self._clicked: tuple[float, int | None] | None = None  # when, and which step was on screen before
        self._scrub = Throttle(self._scrub_now, FRAME_MS, self)

    def point(self, step: float, *, clicked: bool) -> None:
        """At a step; ``clicked`` or, otherwise, dragged there."""
        if clicked:
            self._clicked = monotonic(), self._trainer.cursor
        self._step = step
        self._scrub.request()

    def take_back(self) -> None:
        """A click just now began a double click: what was on screen before it is there again."""
        clicked, self._clicked = self._clicked, None
        if clicked is not None and (monotonic() - clicked[0]) * 1e3 < 2 * QApplication.doubleClickInterval():
            self._show(next((each for each in self._trainer.checkpoints if each.step == clicked[1]), None))

    def _scrub_now(self) -> None:
        if self._step is not None:
            moments = Moments.of(self._trainer)
            self._show(moments.at(moments.index(self._step)))

    def _show(self, chosen: Checkpoint | None) -> None:
        self._step = None
        if (None if chosen is None else chosen.step) != self._trainer.cursor:
            self._trainer.scrub(chosen)
