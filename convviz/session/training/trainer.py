"""The trainings of an experiment: starts, pauses and ends them, and keeps what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ...spec.state import opened
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.curves import Curves
from ...spec.training.run import Status
from ...spec.weight_edit import WeightEdit
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
