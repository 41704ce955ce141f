"""Which run is on screen, and which of its moments; and the list that the runs are in."""

from __future__ import annotations

from dataclasses import replace

from ...spec.state import opened
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.run import Run
from ...spec.weight_edit import WeightEdit, same
from .going import Going
from .record import Record, alike
from .standing import ALL


class Choosing(Going):
    """The part of a Trainer that brings a run of the list, or a moment of it, on screen."""

    @property
    def run(self) -> Run | None:
        """The run on screen, up to date."""
        return self._record.run if self._record is not None else None

    # --- a moment ---------------------------------------------------------------------------------------------

    def scrub(self, checkpoint: Checkpoint | None) -> None:
        """Shows a moment of the past; None leads back to the newest.

        Where something else is on screen the run takes its place first, as an edit: undone, it is there again.
        """
        record = self._record
        away = self.departed and record is not None and record.fits(self._experiment.state.network)
        if record is not None and (away or (checkpoint is None and not self.at_hand)):
            self.choose_run(record.run.number)
            self._alone(lambda: self._scrub(checkpoint))
        else:
            self._scrub(checkpoint)

    def _scrub(self, checkpoint: Checkpoint | None) -> None:
        record = self._record
        if record is None or (checkpoint is None and self.cursor is None):
            return
        if not record.fits(self._experiment.state.network):
            self.refused.emit(f"{record.run.name} trained another network; choose it in the list of runs first")
            return
        if self.cursor is None and (self._drive.paused or not self._drive.active):
            self._now = self._experiment.state.weights  # perhaps with edits by hand
        self._aside()
        record = self._record or record  # a branch that has not begun is none
        shown = record.ring.newest if checkpoint is None else checkpoint
        weights = self._newest(record) if checkpoint is None else checkpoint.mean
        if checkpoint is None:
            self.cursor = self._now = None
        else:
            self.cursor = checkpoint.step
        if shown is not None and weights is not None:
            self.screen.show(weights, shown.at)
        self._say("cursor", "weights", "status")

    def lead_back(self) -> None:
        """The newest moment is on screen: from there the history goes on, and back."""
        if self.cursor is not None:
            self._scrub(None)

    # --- a run ------------------------------------------------------------------------------------------------

    def choose_run(self, number: int) -> None:
        """Another run of the list is on screen, with its last weights."""
        on_screen = number == self._shelf.runs.current and self.at_hand
        if not on_screen and self._shelf.runs.get(number) is not None:
            self._aside(lambda: self._leave_for(number))

    def _leave_for(self, number: int) -> None:
        """Undone, what is on screen is there again, be it of the past; not where the newest has edits of its own."""
        newest = self._record.ring.newest if self._record is not None else None
        if newest is not None and self._now is not None and not same(self._now, newest.mean):
            self.lead_back()
        self._choose(number)

    def _choose(self, number: int) -> None:
        run = self._shelf.runs.get(number)
        if run is None:
            return
        before = self._record.run.number if self._record is not None else 0
        if self._record is not None and run.number != before:
            self._keep_by_hand(self._record)
        newest = self._take(run).ring.newest
        state = self._experiment.state
        self._departed = False
        if newest is None:
            self.told.emit(f"{run.name} has curves only; its weights were not kept in the file")
        elif not alike(state.network, run.network) or newest.mean is not state.weights:
            after = opened(state, run.network, newest.mean)
            after = replace(after, channels=state.channels.within(run.network))
            self.choice_wanted.emit(run, after, before)
        if newest is not None and run.edited:
            steps = ", ".join(f"{step:,}" for step in run.edited[-3:])
            self.told.emit(f"{run.name} holds weights that were set by hand, at step {steps}")
        self.screen.entry = None
        self._say(*ALL, "weights")

    def _keep_by_hand(self, record: Record) -> None:
        """What was set by hand while a run waited is in the moment that it goes on from, also once it was left."""
        state, newest = self._experiment.state, record.ring.newest
        own = self.cursor is None and not self.departed and record.fits(state.network)
        if newest is None or record.run.status != "paused" or not own:
            return
        edit = WeightEdit.between(newest.mean, state.weights)
        if edit:
            mean = edit.apply(newest.mean)
            weights = mean if newest.weights is newest.mean else edit.apply(newest.weights)
            record.ring.add(replace(newest, weights=weights, mean=mean))
            record.mark_edited(newest.step)
            self._shelf.put(self._shelf.runs.having(record.run))

    def _take(self, run: Run) -> Record:
        """It is the one that everything is read from."""
        record = self._record = Record(run)
        self.cursor = self._now = self.judged = self.best = None
        self.gradients = {}
        self._shelf.put(replace(self._shelf.runs, current=run.number))
        return record

    def stand(self, number: int) -> None:
        """Choosing a run was undone, or done again: the run of that number, whose weights are back, is read from."""
        if self.run is None or self.run.number != number:
            self._aside(lambda: self._stand(number))

    def _stand(self, number: int) -> None:
        """The run whose weights are on screen already, be they of an earlier moment, or made of it by hand."""
        run = self._shelf.runs.get(number)
        if run is not None:
            self._take(run)
            self._take_stock()
            self.screen.entry = None
            self._say(*ALL, "weights")

    # --- the list ---------------------------------------------------------------------------------------------

    def show_run(self, number: int, on: bool) -> None:
        """Its curves are drawn beside the others, or not."""
        run = self._shelf.runs.get(number)
        if self._record is not None and self._record.run.number == number:
            self._record.change(shown=on)
            run = self._record.run
        if run is not None and not self._new:
            self._shelf.put(self._shelf.runs.having(replace(run, shown=on)))
        self._say("runs")

    def adopt(self, run: Run) -> Run:
        """A run that was trained elsewhere comes into the list, under a number that no other has.

        What is on screen stays.
        """
        runs, present = self._shelf.runs, self.run
        number = runs.next_number if present is None else max(runs.next_number, present.number + 1)
        found = replace(run, number=number)
        self._shelf.put(runs.having(found))
        self._say("runs")
        return found

    def delete_run(self, number: int) -> None:
        """It is gone for good; one that runs ends."""
        if self._record is not None and self._record.run.number == number:
            self.lead_back()
            self._drive.cancel()
            self._dropped("")
            self._shelf.put(self._shelf.runs.without(number))
            self._record, self.cursor, self._now = self._chosen(), None, None
            self.screen.entry = None  # of the run that is gone: no other one tells it where it leads
        else:
            self._shelf.put(self._shelf.runs.without(number))
        self._say(*ALL)
