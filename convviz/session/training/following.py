"""What becomes of a training when the experiment changes under it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from ...spec.state import State
from ...spec.weight_edit import WeightEdit, same
from ...spec.weights import Weights
from ..engine import Engine
from ..experiment import Experiment
from .course import Course
from .record import Record, alike
from .standing import ALL


class Following(Course):
    """The part of a Trainer that listens to the experiment."""

    def __init__(self, experiment: Experiment, engine: Engine, clock: Callable[[], float] = perf_counter) -> None:
        super().__init__(experiment, engine, clock)
        self._take_stock()
        experiment.changed.connect(self._follow)

    @property
    def departed(self) -> bool:
        """Whether the weights on screen are not the run's, nor what was made of them by hand.

        That is so when its training was undone, and when weights or a network took their place. Start then begins a new
        run from what is on screen. Of a network that has nothing to do with the run it is not said.
        """
        record, state = self._record, self._experiment.state
        if record is None or self.cursor is not None or (self._drive.active and not self._drive.closing):
            return False
        return self._departed if record.fits(state.network) else state.origin is self._left

    @property
    def at_hand(self) -> bool:
        """Whether there is a run, and a moment of it, or what was made of that by hand, is on screen."""
        fits = self._record is not None and self._record.fits(self._experiment.state.network)
        return fits and not self.departed

    def _follow(self, old: State, new: State) -> None:
        """The experiment has changed, by whoever."""
        if new.runs is not old.runs and not self._shelf.is_own(new):
            self._other_experiment(new)
            return
        foreign = new.weights is not old.weights and not self.screen.moving
        same_network = alike(old.network, new.network)
        if self._record is not None and (foreign or not same_network):
            self._depart(self._record, old, new)
        if not same_network:
            self._other_network()
        elif foreign:
            self._other_weights(old.weights, new.weights, replaced=new.origin is not old.origin)
        if self._drive.active and self._record is not None:
            self._hand_on(self._record, old, new)

    def _hand_on(self, record: Record, old: State, new: State) -> None:
        """What was chosen anew reaches the job."""
        settings, device, frozen = new.plan.settings, new.device, new.channels.frozen
        if settings != old.plan.settings:
            if self._drive.began:
                record.set_settings(settings, record.log.curves.last_step)
            self._drive.set_settings(settings)
            self._say("status")
        if frozen != old.channels.frozen and self._drive.began:
            record.set_frozen(frozen, record.log.curves.last_step)
            self._say("runs")
        if device != old.device:
            record.change(device=device)
            self._drive.tell(lambda steering: steering.set_device(device))

    def _depart(self, record: Record, old: State, new: State) -> None:
        """Whether what is on screen is the run's, when something else than a training has changed it.

        A moment of the past that is edited by hand stays one.
        """
        if self.cursor is not None and new.origin is old.origin and new.network is old.network:
            return
        if record.fits(old.network):
            self._left = old.origin
            if not self._departed:
                self._home = old.origin if self.cursor is None else None
        if record.fits(new.network):
            self._departed = new.origin is not self._home and not self._newest_is(record, new)

    def _newest_is(self, record: Record, state: State) -> bool:
        """Whether that is the last moment of the run, perhaps with edits by hand; while it goes on there is none."""
        newest = None if self._drive.active and not self._drive.paused else record.ring.newest
        return newest is not None and any(same(newest.mean, w) for w in (state.origin.weights, state.weights))

    def _take_stock(self) -> None:
        """What is on screen when an experiment is opened: the last moment of its run, an earlier one, or neither."""
        record, state = self._record, self._experiment.state
        self._departed, self._home, self._left = False, state.origin, None
        if record is None or record.ring.newest is None or not record.fits(state.network):
            return
        if not self._newest_is(record, state):
            past = (c.step for c in record.ring.all if same(c.mean, state.weights))
            self.cursor = next(past, None)
            self._departed = self.cursor is None
        if self._departed:
            self._home = None  # nothing that is made of these by hand is the run's

    def _other_experiment(self, state: State) -> None:
        """Another file: what trained for the old one ends."""
        self._drive.cancel()
        self._shelf.take(state)
        self.screen.entry = None
        self._record, self._previous, self._new = self._chosen(), None, False
        self._before, self._split = None, False
        self.judged = self.best = self.cursor = self._now = self._base = self.loading = None
        self.gradients = {}
        self._take_stock()
        self._say(*ALL, "loading", "weights")

    def _other_network(self) -> None:
        """It ends, for its network is not on screen any more, nor any moment of it."""
        if self.cursor is not None:
            self.cursor = self._now = None
            self._say("cursor")
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

        self._alone(over)

    def _other_weights(self, old: Weights, new: Weights, replaced: bool) -> None:
        """By hand, cell by cell, which the job is told; or all of them, as when a training is undone."""
        self._touched = True
        if not replaced and self._drive.active:
            edit = WeightEdit.between(old, new)
            if edit:
                self._drive.note(edit)
            base = self._base if self._base is not None else old
            self._base = None if same(base, new) else base
        if not self._drive.active and not replaced:
            self.screen.entry = None  # what is trained from here on is an entry of its own
        if self._record is None or not replaced:
            if self._drive.paused:
                self.screen.entry = None
            return
        self._base = None
        self._take_aside(self._record)

    def _take_aside(self, record: Record) -> None:
        """All weights on screen are others: the run waits where it is."""
        entry, self.cursor = self.screen.entry, None
        newest, self._now = self._newest(record), None

        def aside() -> None:
            at = record.ring.newest
            if entry is not None and at is not None:
                entry.lead_to(at.mean)
            if record.run.open:
                self._over(record, "paused")
                if self._departed:
                    self.told.emit(f"{record.run.name} is paused; a new run begins from what is on screen")
                else:  # undone and done again meanwhile
                    self._show_newest(record)
            self._say("status", "runs", "checkpoints", "cursor")

        if not self._drive.active:
            if entry is not None and newest is not None:
                entry.lead_to(newest)
            self._say("status", "cursor")
        elif self._drive.began:
            self._alone(aside)
        else:
            self._give_up("the training has not begun, since the weights were changed meanwhile; start it again")
