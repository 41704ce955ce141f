"""What a training says, and what becomes of it: curves, checkpoints, weights on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...spec.training.checkpoint import Checkpoint
from ...spec.training.curves import EPOCH, MOST_STEPS
from ...spec.training.news import Epoch, Loaded, Loading, Note, Stepped
from ...spec.training.run import Run
from ..outbox import Progress
from .gathering import Steps
from .job import Began, Ended, Rested
from .record import Record, measured_later
from .standing import ALL, Standing, What


class Course(Standing):
    """The part of a Trainer that listens to the compute thread."""

    # --- what the compute thread says -------------------------------------------------------------------------

    def arrived(self, progress: Progress) -> None:
        """What the compute thread says; of other jobs it is ignored."""
        if not self._drive.is_(progress.job) or self._record is None:
            return
        if progress.done:
            self._ended(progress.value if isinstance(progress.value, Ended) else None)
            return
        match progress.value:
            case Loading() as loading:
                self.loading = loading
                self._say("loading", "status")
            case Loaded() as loaded:
                self._loaded(loaded)
            case Note(text):
                self.told.emit(text)
            case Began(checkpoint):
                self._began(self._record, checkpoint)
            case Steps(steps):
                self._stepped(self._record, steps)
            case Epoch() as news:
                self._epoch(self._record, news)
            case Rested() as rested:
                self._paused(self._record, rested)

    def _loaded(self, loaded: Loaded) -> None:
        self.loading = None
        if loaded is not self.data:
            if self.data is not None and loaded.test is not self.data.test:
                self.judged = self.best = None  # of other images
            self.data = loaded
            self._say("data", "epoch")
        self._say("loading", "status")

    def _began(self, record: Record, checkpoint: Checkpoint) -> None:
        """Nothing can be refused any more: the run is in the list, and what it has learnt is on screen."""
        state, self._drive.began = self._experiment.state, True
        network = state.network
        if self.data is not None and self.data.classes and self.data.classes != network.classes:
            network = replace(network, classes=self.data.classes)
        self._at = checkpoint.at
        self._put_aside(record, checkpoint.step)
        record.cut(checkpoint.step)
        record.ring.add(checkpoint)
        record.set_settings(state.plan.settings, checkpoint.step)
        record.set_frozen(state.channels.frozen, checkpoint.step)
        record.change(status="running", note="")
        self._pace.reset()
        if self._new:
            self.screen.entry = None
            if not record.run.parent:
                self.judged = self.best = None
                self.gradients = {}
            for gone in self._shelf.begin(record.run):
                self.told.emit(
                    f"the curves of {gone.name} make room for {record.run.name}; tick it in Runs to see them"
                )
        before, self._before = self._before or state, None
        self.screen.run = record.run.name
        self.screen.mark(before, *self._at, *(("network",) if network is not state.network else ()))
        self._new, self._previous, self.cursor, self._now = False, None, None, None
        self._departed = False
        self._show(checkpoint.mean, checkpoint.edits, network)
        self._live.restart(self._clock())
        self._save()
        self._say(*ALL, "weights")

    def _put_aside(self, record: Record, step: int) -> None:
        """A run goes on from its past: what it measured after that is a run of its own from now on."""
        if self._split and record.log.curves.last_step > step:
            later = measured_later(record.run, step, self._shelf.runs.next_number, self._was)
            self._shelf.put(self._shelf.runs.having(later))
            self.told.emit(f"what {record.run.name} measured after step {step:,} is {later.name} now")
        self._split = False

    def _keep(self, record: Record, checkpoint: Checkpoint) -> None:
        record.ring.add(checkpoint)
        self._drive.keep(checkpoint.edits)

    def _stepped(self, record: Record, steps: tuple[Stepped, ...]) -> None:
        now, newest = self._clock(), steps[-1]
        what: set[What] = {"curves", "status"}
        for each in steps:
            record.log.step(each.step, each.epoch, each.loss, each.accuracy, each.rate)
            if each.layers is not None:
                record.log.layers(each.step, each.layers)
                what.add("layers")
        record.count(newest.steps)
        self._at = newest.epoch, newest.step
        first = next((each.step for each in steps if each.edits >= self._drive.edits), None)
        if self._base is not None and first is not None:  # the first that was made with what was set by hand
            self._base = None
            record.mark_edited(first - 1)
        self._pace.add(now, len(steps), sum(each.images for each in steps))
        self.speed, self.seconds_left = self._pace.speed, self._pace.seconds(newest.steps - newest.step)
        record.change(status="running")
        what |= self._brought(record, newest)
        self._ask(now)
        self._say(*what)
        if newest.step >= MOST_STEPS and not self._drive.closing:
            self._stop(record, lambda: f"stopped after {MOST_STEPS:,} steps: its curves hold no more")

    def _brought(self, record: Record, step: Stepped) -> set[What]:
        """What a step carries beside its figures, because it was asked for."""
        what: set[What] = set()
        if step.gradients is not None:
            self.gradients = dict(step.gradients)
            what.add("gradients")
        if step.weights is not None:
            self._live.arrived(newest=step.edits >= self._drive.edits)
            if self._show(step.weights, step.edits):
                what.add("weights")
        if step.checkpoint is not None:
            self._keep(record, step.checkpoint)
            self._touched = self._touched and step.checkpoint.edits < self._drive.edits
            self._save()
            what |= {"checkpoints", "runs"}
        return what

    def _ask(self, now: float) -> None:
        if self._live.weights_due(now):
            self._drive.tell(lambda steering: steering.want_weights())
        if self._live.checkpoint_due(now, soon=self._touched):
            self._drive.tell(lambda steering: steering.want_checkpoint())

    def _epoch(self, record: Record, news: Epoch) -> None:
        train, test = (news.train_loss, news.train_accuracy), (news.test_loss, news.test_accuracy)
        record.log.epoch(news.step, news.number, train, test)
        self._keep(record, news.checkpoint)
        self.judged = news.judged or self.judged
        self.best = news.best or self.best
        moved = self._show(news.weights, news.edits)
        self._save()
        self._say("curves", "epoch", "checkpoints", "runs", "status", *(("weights",) if moved else ()))

    def _paused(self, record: Record, rested: Rested) -> None:
        checkpoint = rested.checkpoint
        self._keep(record, checkpoint)
        if not self._drive.is_newest(rested):
            return  # it was told to go on before anybody heard of this
        self._touched = False
        if self._drive.closing:
            self._drive.leave()
            return
        self._drive.paused = True
        self._rest()
        record.change(status="paused")
        self._show(checkpoint.mean, checkpoint.edits)
        self._save()
        self._say("status", "checkpoints", "runs", "weights")

    def _stop(self, record: Record, why: Callable[[], str]) -> None:
        """Ends a run that has begun, once the job has said where it is."""
        running = self._drive.active and not self._drive.paused

        def over() -> None:
            if running:
                self._show_newest(record)
            if record.run.open:
                self._over(record, "stopped", why())
            self._say("status", "runs", "checkpoints", "weights")

        self._drive.close(over)

    # --- how it ends ------------------------------------------------------------------------------------------

    def _ended(self, end: Ended | None) -> None:
        """The job is over; None where it was cancelled by somebody else."""
        record, began = self._record, self._drive.began
        assert record is not None
        self.loading = None
        if not began:
            none_left = "all its epochs are done; raise their number to go on"
            self._dropped("" if end is None else end.text or none_left)
            if end is not None and end.outputs:
                self.outputs_wanted.emit(end.text, end.outputs)
        elif end is None:
            self._over(record, "stopped", f"stopped at step {record.log.curves.last_step:,}")
        else:
            if end.checkpoint is not None:
                record.ring.add(end.checkpoint)
            if not self._drive.closing:
                self._show_newest(record)
            self._over(record, end.status, end.text or why_done(record.run))
            if end.text:
                self.refused.emit(end.text)
            else:
                self.told.emit(f"{record.run.name} is done: {record.run.note}")
        self._drive.ended()
        self._say(*ALL, "loading", "weights")


def why_done(run: Run) -> str:
    """Why a training ended by itself."""
    target, epochs = run.latest.target, run.curves.epochs
    if target and len(epochs) and epochs[-1, EPOCH.index("test_accuracy")] >= np.float32(target):
        return f"the test accuracy reached {target * 100:.4g} %"
    count = run.latest.epochs
    return "its epoch is done" if count == 1 else f"all {count:,} epochs are done"
