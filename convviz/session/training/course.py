"""What a training says, and what becomes of it: curves, checkpoints, weights on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Literal

from ...spec.network import NetworkSpec
from ...spec.state import State
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.news import Best, Epoch, Judged, Loaded, Loading, Note, Paused, Stepped
from ...spec.training.run import Run, Status
from ...spec.weights import Floats, Weights
from ..engine import Engine
from ..experiment import Experiment
from ..outbox import Progress
from ..signal import Signal
from .drive import Drive
from .job import Began, Ended
from .live import Live
from .pace import Pace
from .record import Record, Shelf
from .screen import Screen

What = Literal[
    "status",  # status, run, speed, seconds_left
    "loading",  # how far the data is
    "data",  # the data is there, or another one
    "curves",  # more steps
    "epoch",  # an epoch ended: judged, best
    "weights",  # those on screen moved
    "layers",  # figures of the layers
    "gradients",
    "checkpoints",
    "runs",  # the list
    "cursor",  # the time machine moved
]
ALL: frozenset[What] = frozenset(("status", "curves", "epoch", "layers", "gradients", "checkpoints", "runs", "cursor"))


class Course:
    """The part of a Trainer that listens to the compute thread."""

    def __init__(self, experiment: Experiment, engine: Engine, clock: Callable[[], float] = perf_counter) -> None:
        self.changed = Signal[[frozenset[What]]]()
        self.refused = Signal[[str]]()
        self.told = Signal[[str]]()
        self.edit_wanted = Signal[[str, State]]()  # what it is called, what it leads to
        self.engine = engine  # for what a page measures beside a run
        self.screen = Screen(experiment)
        self.data: Loaded | None = None
        self.loading: Loading | None = None
        self.judged: Judged | None = None
        self.best: Best | None = None
        self.gradients: dict[str, Floats] = {}
        self.speed = 0.0  # images a second, of the last seconds
        self.seconds_left: float | None = None
        self.cursor: int | None = None  # the step on screen while the time machine is in use
        self._experiment, self._clock = experiment, clock
        self._drive, self._live, self._pace = Drive(engine), Live(), Pace()
        self._shelf = Shelf(experiment)
        self._record = self._chosen()
        self._previous: Record | None = None  # on screen until the new run has begun
        self._new = False  # the run of the job is not in the list yet
        self._was: Status = "paused"  # the status that a run has again if it cannot go on
        self._before: State | None = None  # what undoing a new run leads to, if not to what is on screen
        self._now: Weights | None = None  # with edits by hand that no checkpoint has, while the past is on screen
        self._touched = False  # by hand, since the last checkpoint
        self._epochs = 0.0

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
            case Stepped() as news:
                self._stepped(self._record, news)
            case Epoch() as news:
                self._epoch(self._record, news)
            case Paused(checkpoint):
                self._paused(self._record, checkpoint)

    def _loaded(self, loaded: Loaded) -> None:
        self.loading = None
        if loaded is not self.data:
            self.data = loaded
            self._say("data")
        self._say("loading", "status")

    def _began(self, record: Record, checkpoint: Checkpoint) -> None:
        """Nothing can be refused any more: the run is in the list, and what it has learnt is on screen."""
        state, self._drive.began = self._experiment.state, True
        network = state.network
        if self.data is not None and self.data.classes and self.data.classes != network.classes:
            network = replace(network, classes=self.data.classes)
        self._epochs = checkpoint.epoch + checkpoint.seen / max(checkpoint.images, 1)
        record.log.cut(checkpoint.step)
        record.ring.add(checkpoint)
        record.change(status="running", note="")
        self._pace.reset()
        if self._new:
            self.screen.entry = None
            if not record.run.parent:
                self.judged = self.best = None
                self.gradients = {}
            self._shelf.begin(record.run)
        before, self._before = self._before or state, None
        self.screen.mark(before, self._epochs, *(("network",) if network is not state.network else ()))
        self._new, self._previous, self.cursor, self._now = False, None, None, None
        self._show(checkpoint.mean, checkpoint.edits, network)
        self._live.restart(self._clock())
        self._save()
        self._say(*ALL, "weights")

    def _stepped(self, record: Record, news: Stepped) -> None:
        now = self._clock()
        what: set[What] = {"curves", "status"}
        record.log.step(news.step, news.epoch, news.loss, news.accuracy, news.rate)
        self._epochs = news.epoch
        self._pace.add(now, news.images)
        self.speed, self.seconds_left = self._pace.speed, self._pace.seconds(news.steps - news.step)
        record.change(status="running")
        if news.layers is not None:
            record.log.layers(news.step, news.layers)
            what.add("layers")
        if news.gradients is not None:
            self.gradients = dict(news.gradients)
            what.add("gradients")
        if news.weights is not None:
            self._live.arrived(newest=news.edits >= self._drive.edits)
            if self._show(news.weights, news.edits):
                what.add("weights")
        if news.checkpoint is not None:
            record.ring.add(news.checkpoint)
            self._touched = self._touched and news.checkpoint.edits < self._drive.edits
            self._save()
            what |= {"checkpoints", "runs"}
        self._ask(now)
        self._say(*what)

    def _ask(self, now: float) -> None:
        if self._live.weights_due(now):
            self._drive.tell(lambda steering: steering.want_weights())
        if self._live.checkpoint_due(now, soon=self._touched):
            self._drive.tell(lambda steering: steering.want_checkpoint())

    def _epoch(self, record: Record, news: Epoch) -> None:
        train, test = (news.train_loss, news.train_accuracy), (news.test_loss, news.test_accuracy)
        record.log.epoch(news.step, news.number, train, test)
        record.ring.add(news.checkpoint)
        self.judged = news.judged or self.judged
        self.best = news.best or self.best
        moved = self._show(news.weights, news.edits)
        self._save()
        self._say("curves", "epoch", "checkpoints", "runs", "status", *(("weights",) if moved else ()))

    def _paused(self, record: Record, checkpoint: Checkpoint) -> None:
        record.ring.add(checkpoint)
        self._touched = False
        if self._drive.closing:
            self._drive.cancel()
            return
        self._drive.paused = True
        self._rest(record)
        record.change(status="paused")
        self._show(checkpoint.mean, checkpoint.edits)
        self._save()
        self._say("status", "checkpoints", "runs", "weights")

    # --- how it ends ------------------------------------------------------------------------------------------

    def _ended(self, end: Ended | None) -> None:
        """The job is over; None where it was cancelled by somebody else."""
        record, began = self._record, self._drive.began
        assert record is not None
        self.loading = None
        if not began:
            done = "all its epochs are done; raise their number to go on"
            self._dropped("" if end is None else end.text or done)
        elif end is None:
            self._over(record, "stopped")
        else:
            if end.checkpoint is not None:
                record.ring.add(end.checkpoint)
                self._show(end.checkpoint.mean, self._drive.edits)
            self._over(record, end.status, end.text)
            if end.text:
                self.refused.emit(end.text)
        self._drive.ended()
        self._say(*ALL, "loading", "weights")

    def _dropped(self, why: str) -> None:
        """The job could not begin: everything is as before."""
        self.loading = None
        if self._new:
            self._record, self._previous, self._new = self._previous, None, False
        elif self._record is not None:
            self._record.change(status=self._was)
        self._before = None
        if why:
            self.refused.emit(why)

    def _over(self, record: Record, status: Status, note: str = "") -> None:
        """The run has come to rest, for good or for the moment."""
        record.change(status=status, note=note)
        self._rest(record)
        self._save()

    def _rest(self, record: Record) -> None:
        self._pace.reset()
        self.speed, self.seconds_left = 0.0, None
        self.screen.title(self._epochs)

    def _give_up(self, why: str) -> None:
        """A job that is loading its data is not wanted any more."""
        self._drive.cancel()
        self._dropped(why)
        self._say(*ALL, "loading")

    # --- parts ------------------------------------------------------------------------------------------------

    def _show(self, weights: Weights, edits: int, network: NetworkSpec | None = None) -> bool:
        """On screen, unless something else is to be there: the past, a newer edit, another network."""
        record = self._record
        stale = edits < self._drive.edits and self._drive.active
        if record is None or stale or self._drive.closing or self.cursor is not None:
            return False
        if not record.fits(self._experiment.state.network):
            return False
        shown = self.screen.show(weights, network)
        if shown:
            self._live.shown(self._clock())
        return shown

    def _save(self) -> None:
        """The list holds the run as it is now, and so does the next file."""
        if self._record is not None and not self._new:
            self._shelf.save(self._record.run)

    def _chosen(self) -> Record | None:
        run: Run | None = self._experiment.state.runs.chosen
        return Record(run) if run is not None else None

    def _say(self, *what: What) -> None:
        self.changed.emit(frozenset(what))
