"""How a training begins, goes on, and is put aside for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...spec.errors import InputError
from ...spec.origin import Origin
from ...spec.state import State, opened
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.demands import check_learns
from ...spec.training.run import Run
from ...spec.weight_edit import WeightEdit, same
from ...spec.weights import Weights, initial
from .following import Following
from .job import Request
from .record import Record
from .reins import Turn


class Going(Following):
    """The part of a Trainer that acts."""

    def _go(self, how: Turn, onward: bool = False) -> None:
        """On, in one way or another: with the job there is, with the run that is paused, or with a new one.

        ``onward``: also with one that has ended, for one more epoch where all of them are done.
        """
        record, state = self._record, self._experiment.state
        continues = record is not None and self._continues(record, state, onward)
        if self._drive.closing or (self._drive.paused and not continues):
            self._drive.close(lambda: self._go(how, onward))
        elif self._drive.active:
            self._go_on(how)
        elif record is not None and continues:
            here = self._here(record)
            if onward:
                self._give_epoch(here)
            if self.cursor is None:
                self._resume(record, here, how)
            else:
                self._branch(here, how)
        else:
            self._begin_new(how, from_screen=self.departed)

    def _go_on(self, how: Turn) -> None:
        if self._drive.paused and self._record is not None:
            self.screen.mark(self._experiment.state, *self._at)
            self._record.change(status="running")
        self._drive.play(how)
        self._say("status")

    def _continues(self, record: Record, state: State, onward: bool = False) -> bool:
        """Whether Start goes on with a run: it waits, and its network, weights and data are those chosen now.

        ``onward``: whether a step or an epoch does, for which it may have ended.
        """
        fits = record.fits(state.network) and record.run.source == state.plan.source and not self.departed
        rests = record.run.status == "paused" or (onward and not record.run.open)
        return rests and fits and record.ring.newest is not None

    def _give_epoch(self, at: Checkpoint) -> None:
        """Where all epochs are done at that moment, there is one more: an edit of the settings, as by hand."""
        state = self._experiment.state
        if not at.seen and at.epoch >= state.plan.settings.epochs:
            try:
                settings = replace(state.plan.settings, epochs=at.epoch + 1)
            except InputError:
                return  # there are as many as can be: the job says that all are done
            after = replace(state, plan=replace(state.plan, settings=settings))
            self.edit_wanted.emit(f"epochs {settings.epochs}", after)

    def _here(self, record: Record) -> Checkpoint:
        """The moment on screen."""
        newest = record.ring.newest
        assert newest is not None
        return next((c for c in record.ring.all if c.step == self.cursor), newest)

    def _begin_new(self, how: Turn, from_screen: bool = False) -> None:
        """As the plan says, or from what is on screen in any case."""
        state = self._experiment.state
        settings, source = state.plan.settings, state.plan.source
        try:
            check_learns(state.network)
        except InputError as error:
            self.refused.emit(str(error))
            return
        random = state.plan.begin == "random" and not from_screen
        start = initial(state.network, settings.seed) if random else state.weights
        run = Run(self._shelf.runs.next_number, state.network, settings, source, device=state.device)
        random = random or (state.origin.new and same(state.weights, state.origin.weights))
        taught = None if random else self._taught(state.weights)
        run = replace(run, begin="random" if random else "screen", taught=taught)
        self._enter(run)
        self._begin(run, start, how, WeightEdit({}))

    def _taught(self, weights: Weights) -> tuple[int, int] | None:
        """The run, and its step, whose weights those are; None where they are of no run, or were edited."""
        for run in reversed(self._shelf.runs.runs):
            newest = run.checkpoints[-1:]
            for moment in run.checkpoints:
                if moment.mean is weights or (moment in newest and same(moment.mean, weights)):
                    return run.number, moment.step
        return None

    def _resume(self, record: Record, checkpoint: Checkpoint, how: Turn) -> None:
        """The run goes on from there, with the edits by hand that were made to what is on screen."""
        edit = self._edit_since(record, checkpoint)
        self._was = "paused" if record.run.open else record.run.status
        record.change(status="loading", device=self._experiment.state.device)
        self._begin(record.run, checkpoint, how, edit)

    def _resume_past(self, record: Record, checkpoint: Checkpoint, how: Turn) -> None:
        """As :meth:`_resume`; what was measured later is kept, and undone it is on screen again."""
        newest = record.ring.newest
        if newest is not None and newest.step > checkpoint.step and record.fits(self._experiment.state.network):
            self._remember_now(record)
            self.screen.entry = None
        self._split = True
        self._resume(record, checkpoint, how)

    def _remember_now(self, record: Record) -> None:
        """The past is on screen, and goes on: undone, there is again what was there before one went to it."""
        state, weights = self._experiment.state, self._newest(record)
        if self.cursor is not None and weights is not None:
            self._before = replace(state, weights=weights, origin=Origin(state.network, weights))

    def _branch(self, checkpoint: Checkpoint, how: Turn) -> None:
        old = self._record
        if old is None:
            return
        edit = self._edit_since(old, checkpoint)
        state = self._experiment.state
        self._remember_now(old)
        run = Run(
            self._shelf.runs.next_number,
            old.run.network,
            old.run.settings,
            old.run.source,
            changes=tuple(change for change in old.run.changes if change.step < checkpoint.step),
            frozen=tuple(frozen for frozen in old.run.frozen if frozen.step < checkpoint.step),
            edited=tuple(step for step in old.run.edited if step <= checkpoint.step),
            curves=old.log.curves.until(checkpoint.step),
            checkpoints=tuple(c for c in old.ring.all if c.step <= checkpoint.step),
            device=state.device,
            parent=(old.run.number, checkpoint.step),
        )
        self._enter(run)
        self._begin(run, checkpoint, how, edit)

    def _edit_since(self, record: Record, checkpoint: Checkpoint) -> WeightEdit:
        """What was done by hand to that moment, which is on screen; another moment is shown first."""
        state = self._experiment.state
        newest = record.ring.newest
        present = newest is checkpoint and self.cursor is None and not self.departed
        on_screen = self.cursor == checkpoint.step or present
        if not record.fits(state.network):
            after = opened(state, record.run.network, checkpoint.mean)
            self.edit_wanted.emit(f"back to {record.run.name}", after)
        elif on_screen:
            return WeightEdit.between(checkpoint.mean, state.weights)
        return WeightEdit({})

    def _enter(self, run: Run) -> None:
        """A run that is not in the list before it has begun."""
        self._previous, self._record, self._new = self._record, Record(run), True
        self._split = False

    def _begin(self, run: Run, start: Weights | Checkpoint, how: Turn, edit: WeightEdit) -> None:
        state = self._experiment.state
        request = Request(run.network, run.source, state.plan.kept, state.plan.settings, start, state.device)
        self._base = start.mean if edit and isinstance(start, Checkpoint) else None
        self._drive.begin(request, state.channels.frozen, edit, how)
        self._say("status", "curves", "checkpoints", "runs")

    def _aside(self, then: Callable[[], object] = lambda: None) -> None:
        """Ends the job, but not the run, which waits; then does something else."""
        record = self._record
        if self._drive.active and not self._drive.began:
            self._give_up("")

        def waits() -> None:
            if record is not None and record.run.status == "running":
                self._show_newest(record)
                self._over(record, "paused")
                self._say("status", "runs", "checkpoints")
            then()

        self._alone(waits)
