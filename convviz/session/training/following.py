"""What becomes of a training when the experiment changes under it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from ...spec.state import State
from ..engine import Engine
from ..experiment import Experiment
from .course import ALL, Course
from .record import Record, alike


class Following(Course):
    """The part of a Trainer that listens to the experiment."""

    def __init__(self, experiment: Experiment, engine: Engine, clock: Callable[[], float] = perf_counter) -> None:
        super().__init__(experiment, engine, clock)
        experiment.changed.connect(self._follow)

    def _follow(self, old: State, new: State) -> None:
        """The experiment has changed, by whoever."""
        if new.runs is not old.runs and not self._shelf.is_own(new):
            self._other_experiment(new)
            return
        if not alike(old.network, new.network):
            self._other_network()
        elif new.weights is not old.weights and not self.screen.is_own(new):
            self._other_weights(replaced=new.origin is not old.origin)
        if self._drive.active and self._record is not None:
            settings, device = new.plan.settings, new.device
            if settings != old.plan.settings:
                self._record.change(settings=settings)
                self._drive.tell(lambda steering: steering.set_settings(settings))
            if device != old.device:
                self._record.change(device=device)
                self._drive.tell(lambda steering: steering.set_device(device))

    def _other_experiment(self, state: State) -> None:
        """Another file: what trained for the old one ends."""
        self._drive.cancel()
        self._shelf.take(state)
        self.screen.entry = None
        self._record, self._previous, self._new = self._chosen(), None, False
        self.judged = self.best = self.cursor = self._now = None
        self.gradients = {}
        self._say(*ALL, "loading", "weights")

    def _other_network(self) -> None:
        """It ends, for its network is not on screen any more."""
        if not self._drive.active or self._record is None:
            return
        record, running = self._record, self._record.run.status == "running"
        if not self._drive.began:
            self._give_up("the training has not begun, since the network was changed meanwhile; start it again")
            return

        def over() -> None:
            if record.run.open:
                at = f"the network was changed at step {record.log.curves.last_step:,}"
                self._over(record, "stopped" if running else "paused", at if running else "")
                if running:
                    self.told.emit(f"{record.run.name} has ended: {at}")
            self._say("status", "runs", "checkpoints")

        self._drive.close(over)

    def _other_weights(self, replaced: bool) -> None:
        """By hand, cell by cell, which the job is told; or all of them, as when a training is undone."""
        self._touched = True
        if not self._drive.active and not replaced:
            self.screen.entry = None  # what is trained from here on is an entry of its own
        if self._record is None or not replaced:
            if self._drive.paused:
                self.screen.entry = None
            return
        self._take_aside(self._record)

    def _take_aside(self, record: Record) -> None:
        """All weights on screen are others: the run waits where it is, and would go on from these."""
        entry, self.cursor = self.screen.entry, None
        newest = self._now if self._now is not None else getattr(record.ring.newest, "mean", None)
        self._now = None

        def aside() -> None:
            at = record.ring.newest
            if entry is not None and at is not None:
                entry.lead_to(at.mean)
            if record.run.open:
                self._over(record, "paused")
                self.told.emit(f"{record.run.name} is paused; it would go on from what is on screen")
            self._say("status", "runs", "checkpoints", "cursor")

        if not self._drive.active:
            if entry is not None and newest is not None:
                entry.lead_to(newest)
        elif self._drive.began:
            self._drive.close(aside)
        else:
            self._give_up("the training has not begun, since the weights were changed meanwhile; start it again")
