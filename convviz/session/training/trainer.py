"""The trainings of an experiment: starts, pauses and ends them, and keeps what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ...spec.state import opened
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.curves import Curves
from ...spec.training.run import Run, Status
from ...spec.weight_edit import WeightEdit, same
from ...spec.weights import initial
from ..edits import Edit
from .standing import ALL, What
from .watching import Watching

__all__ = ["Trainer", "What"]


class Trainer(Watching):
    """Everything the workspace Train reads and asks for. Lives on the thread of the window; holds no tensor.

    ``changed`` follows everything that arrives, with the names of what is new; pages read it from here.
    """

    # --- what there is ----------------------------------------------------------------------------------------

    @property
    def moving(self) -> bool:
        """Whether the State changes just now because a training has moved the weights."""
        return self.screen.moving

    @property
    def run(self) -> Run | None:
        """The run on screen, up to date."""
        return self._record.run if self._record is not None else None

    @property
    def status(self) -> Status | Literal["idle"]:
        return self._record.run.status if self._record is not None else "idle"

    @property
    def curves(self) -> Curves:
        """Of the run on screen, up to now."""
        return self._record.log.curves if self._record is not None else Curves()

    @property
    def steps(self) -> int:
        """Of the whole run on screen, as its settings are now; 0 while nobody knows."""
        return self._record.steps if self._record is not None else 0

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Of the run on screen, in the order of their steps."""
        return self._record.ring.all if self._record is not None else ()

    @property
    def other_data(self) -> bool:
        """Whether the run on screen waits, but learnt from other data than is chosen: Start begins a new run."""
        run, state = self.run, self._experiment.state
        return run is not None and run.status == "paused" and run.source != state.plan.source

    @property
    def onward(self) -> bool:
        """Whether a step or an epoch goes on with the run on screen, which has ended: Start begins a new one."""
        record = self._record
        return record is not None and not record.run.open and self._continues(record, self._experiment.state, True)

    @property
    def memory_bytes(self) -> int:
        """Of the ring of checkpoints."""
        return self._record.ring.nbytes if self._record is not None else 0

    # --- a run ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins a run as the plan says, or goes on with the one that is paused.

        While the past is on screen, a new run branches off there: nothing that was measured is lost.
        """
        self._go(lambda steering: steering.play())

    def pause(self) -> None:
        """After the present step."""
        if not self._drive.paused:
            self._drive.pause()

    def step(self) -> None:
        """One step, then pause; also of the run on screen that has ended. Begins a run where there is none."""
        self._go(lambda steering: steering.play_steps(1), onward=True)

    def epoch(self) -> None:
        """To the end of the epoch, then pause; of a run whose epochs are all done, one more."""
        self._go(lambda steering: steering.play_epoch(), onward=True)

    def stop(self) -> None:
        """Ends the run; what it has learnt stays. A run that has not begun leaves nothing behind."""
        record = self._record
        if record is None or not record.run.open:
            return
        if self._drive.active and not self._drive.began:
            self._give_up("")
            return
        self._stop(record, lambda: f"stopped at step {record.log.curves.last_step:,}")

    def reset(self, seed: int | None = None) -> None:
        """Random weights of this seed (of the plan's where None), as an edit; the run ends."""
        self.lead_back()
        if self._drive.active and not self._drive.began:
            self._give_up("")

        def reset() -> None:
            record = self._record
            if record is not None and record.run.open:
                self._over(record, "stopped", "random weights took the place of its own")
            state = self._experiment.state
            plan = state.plan
            if seed is not None and seed != plan.settings.seed:
                plan = replace(plan, settings=replace(plan.settings, seed=seed))
            weights = initial(state.network, plan.settings.seed)
            after = replace(opened(state, state.network, weights, new=True), channels=state.channels, plan=plan)
            text = f"random weights of seed {plan.settings.seed}"
            self.edit_wanted.emit(text, after)
            self.told.emit(f"reset: {text}" + (f"; {record.run.name} stays in the list of runs" if record else ""))
            self._say(*ALL, "weights")

        self._alone(reset)

    # --- the time machine -------------------------------------------------------------------------------------

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

    def carried(self, edit: Edit) -> Edit:
        """Of an edit by hand of a moment of the past that is on screen: the newest moment has it, too.

        Returns the edit as it is there: undone, the newest moment has its own values again.
        """
        record, cells = self._record, edit.cells
        now = self._newest(record) if record is not None else None
        if record is None or now is None or cells is None or self.cursor is None:
            return edit
        after = cells[0].apply(now)
        if not self._drive.closing:  # else the job, which comes to rest, makes it
            self._now = after
            if self._before is not None:  # a branch is about to begin
                self._remember_now(record)
        return replace(edit, cells=(cells[0], WeightEdit.between(after, now)))

    def resume_from(self, checkpoint: Checkpoint) -> None:
        """The run goes on from there; what it measured later becomes a run of its own."""
        record = self._record
        if record is not None:

            def resume() -> None:
                if record is self._record:  # else it had not begun
                    self._give_epoch(checkpoint)
                    self._resume_past(record, checkpoint, lambda steering: steering.play())

            self._aside(resume)

    def branch(self, checkpoint: Checkpoint) -> None:
        """A new run goes on from there, with the plan's settings; the old one stays in the list."""

        def branch() -> None:
            self._give_epoch(checkpoint)
            self._branch(checkpoint, lambda steering: steering.play())

        self._aside(branch)

    # --- the list ---------------------------------------------------------------------------------------------

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

    def stand(self, number: int) -> None:
        """Choosing a run was undone, or done again: the run of that number, whose weights are back, is read from."""
        if self.run is None or self.run.number != number:
            self._aside(lambda: self._stand(number))

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
