"""The actions of the menu Train, and when each of them would do something."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ..actions import ACTIONS
from .pages import PAGES

if TYPE_CHECKING:
    from ..desk import Desk
    from .wires import TrainWires

SEEDS = 1_000_000
OPEN = ("loading", "running", "paused")


class TrainMenu(QObject):
    """Connects the actions; :meth:`enable` follows the trainer."""

    def __init__(self, desk: Desk, wires: TrainWires) -> None:
        super().__init__(wires)
        self._desk, self._trainer = desk, desk.trainer
        actions, trainer = desk.actions_by_name, desk.trainer
        for name, slot in (
            ("train", self.start_or_pause),
            ("train_step", trainer.step),
            ("train_epoch", trainer.epoch),
            ("train_stop", trainer.stop),
            ("train_reset", trainer.reset),
            ("train_reset_new", lambda: trainer.reset(random.randrange(SEEDS))),
            ("keep_drawing", lambda: wires.made().digit.keep.ask()),
            ("past_back", lambda: self._travel(-1)),
            ("past_forward", lambda: self._travel(1)),
        ):
            actions[name].triggered.connect(lambda _on, s=slot: s())
        for name in PAGES:
            actions[f"train_page_{name}"].triggered.connect(lambda _on, n=name: wires.made().choose_page(n))
        self.enable()

    def start_or_pause(self) -> None:
        if self._trainer.status in ("running", "loading"):
            self._trainer.pause()
        else:
            self._trainer.start()

    def _travel(self, step: int) -> None:
        """One checkpoint back or on; beyond the newest, back to now."""
        points, cursor = self._trainer.checkpoints, self._trainer.cursor
        steps = [point.step for point in points]
        if not steps:
            return
        at = len(steps) - 1 if cursor is None else next((n for n, s in enumerate(steps) if s >= cursor), len(steps) - 1)
        at = max(at + step, 0)
        self._trainer.scrub(points[at] if at < len(points) - 1 else None)

    def enable(self) -> None:
        """What would do nothing cannot be chosen."""
        actions, front = self._desk.actions_by_name, self._desk.workspaces.name == "train"
        for spec in ACTIONS:
            if spec.menu == "Train" and spec.only_in:
                actions[spec.name].setEnabled(front)
        if front:
            actions["train_stop"].setEnabled(self._trainer.status in OPEN)
            for name in ("past_back", "past_forward"):
                actions[name].setEnabled(len(self._trainer.checkpoints) > 1)
