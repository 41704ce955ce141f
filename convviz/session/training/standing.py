"""What a Trainer stands on: what there is, and how a run comes to rest."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Literal

from ...spec.network import NetworkSpec
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.training.news import Best, Judged, Loaded, Loading
from ...spec.training.run import Run, Status
from ...spec.weight_edit import made_to
from ...spec.weights import Floats, Weights
from ..engine import Engine
from ..experiment import Experiment
from ..signal import Signal
from .drive import Drive
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


class Standing:
    """The part of a Trainer that holds what there is."""

    def __init__(self, experiment: Experiment, engine: Engine, clock: Callable[[], float] = perf_counter) -> None:
        self.changed = Signal[[frozenset[What]]]()
        self.refused = Signal[[str]]()
        self.told = Signal[[str]]()
        self.outputs_wanted = Signal[[str, int]]()  # after ``refused``: how many the network must have for the data
        self.edit_wanted = Signal[[str, State]]()  # what it is called, what it leads to
        self.choice_wanted = Signal[[Run, State, int]]()  # the run, what it leads to, the run before (0 for none)
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
        self._at = (0.0, 0)  # epochs, steps
        self._departed = False  # another training's weights are on screen, or none's
        self._home: Origin | None = self._experiment.state.origin  # on screen when the weights are the run's
        self._left: Origin | None = None  # on screen when its network was left
        self._base: Weights | None = None  # before the first edit by hand since the last step
        self._split = False  # the run is to go on from its past: what it measured later becomes another

    @property
    def batch(self) -> float:
        """Images a step, of the last seconds: a batch may have been halved; 0.0 while nothing is known."""
        return self._pace.batch

    # --- how a run comes to rest ------------------------------------------------------------------------------

    def _dropped(self, why: str) -> None:
        """The job could not begin: everything is as before."""
        self.loading = None
        if self._new:
            self._record, self._previous, self._new = self._previous, None, False
        elif self._record is not None:
            self._record.change(status=self._was)
        self._before, self._split = None, False
        if why:
            self.refused.emit(why)

    def _over(self, record: Record, status: Status, note: str = "") -> None:
        """The run has come to rest, for good or for the moment."""
        record.change(status=status, note=note)
        self._rest()
        self._save()

    def _rest(self) -> None:
        self._pace.reset()
        self.speed, self.seconds_left = 0.0, None
        self.screen.title(*self._at)

    def _give_up(self, why: str) -> None:
        """A job that is loading its data is not wanted any more."""
        self._drive.cancel()
        self._dropped(why)
        self._say(*ALL, "loading")

    def _alone(self, then: Callable[[], object]) -> None:
        """Does ``then`` once there is no job; one that began to load meanwhile is given up for it."""

        def alone() -> None:
            if self._drive.active:  # what was asked before this, while the last job was ending, has begun it
                self._give_up("")
            then()

        self._drive.close(alone)

    # --- parts ------------------------------------------------------------------------------------------------

    def _show(self, weights: Weights, edits: int, network: NetworkSpec | None = None) -> bool:
        """On screen, unless something else is to be there: the past, a newer edit, another network."""
        record = self._record
        stale = edits < self._drive.edits and self._drive.active
        if record is None or stale or self._drive.closing or self.cursor is not None:
            return False
        if not record.fits(self._experiment.state.network):
            return False
        shown = self.screen.show(weights, self._at, network)
        if shown:
            self._live.shown(self._clock())
        return shown

    def _show_newest(self, record: Record) -> None:
        """The last moment of a run that goes on no longer, with the edits by hand that came too late for it."""
        newest = record.ring.newest
        if newest is None or not record.fits(self._experiment.state.network):
            return
        edits = self._drive.missing(newest.edits)
        if self.cursor is None:
            self.screen.show(newest.mean, newest.at, edits=edits)
        else:  # it is shown when the past is left
            self._now = made_to(newest.mean, edits)

    def _newest(self, record: Record) -> Weights | None:
        """What is on screen once the past is left."""
        newest = record.ring.newest
        return self._now if self._now is not None else getattr(newest, "mean", None)

    def _save(self) -> None:
        """The list holds the run as it is now, and so does the next file."""
        if self._record is not None and not self._new:
            self._shelf.save(self._record.run)

    def _chosen(self) -> Record | None:
        run: Run | None = self._experiment.state.runs.chosen
        return Record(run) if run is not None else None

    def _say(self, *what: What) -> None:
        self.changed.emit(frozenset(what))
