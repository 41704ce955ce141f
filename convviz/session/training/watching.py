"""What is looked at: what a training shall say, and what is found out about weights on screen while none goes on."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from ...spec.state import State
from ...spec.training.news import Epoch, Judged, Loaded, Loading
from ...spec.training.source import DataSource
from ...spec.weights import Weights
from ..engine import Engine
from ..experiment import Experiment
from ..outbox import Frame, Progress
from .choosing import Choosing
from .gradients import WeightGradients, differentiating
from .job import Request
from .looking import Looker, Measured, Place, measuring
from .record import Record, alike
from .standing import What

_MOVES: frozenset[What] = frozenset(("status", "weights", "cursor"))  # other weights may be on screen


class Watching(Choosing):
    """The part of a Trainer that knows what somebody looks at."""

    def __init__(self, experiment: Experiment, engine: Engine, clock: Callable[[], float] = perf_counter) -> None:
        self._looker: Looker[Measured] | None = None
        self._differ: Looker[WeightGradients] | None = None
        self._found: WeightGradients | None = None
        super().__init__(experiment, engine, clock)
        self._looker = Looker(engine, self._drive.data, measuring)
        self._differ = Looker(engine, self._drive.data, differentiating, most=1)  # it takes little, but much memory
        experiment.changed.connect(self._changed)

    @property
    def gradients_of(self) -> WeightGradients | None:
        """Whose ``gradients`` there are, and of which images; None where they are those of the last mini-batch.

        It also says why there are none.
        """
        found = self._found
        return found if found is not None and found.arrays is self.gradients else None

    @property
    def measuring(self) -> bool:
        """Whether the test images are being read by what is on screen."""
        return self._looker is not None and self._looker.busy

    def want(self, what: frozenset[What]) -> None:
        """What is looked at now: "layers", "gradients", "epoch" cost time, and are computed only where wanted."""
        names = frozenset(what) & {"layers", "gradients", "epoch"}
        if names != self._drive.wanted:
            self._drive.want(frozenset(names))
            self.measure()

    def seen(self, frame: Frame) -> None:
        """A frame has arrived: what it took decides how often there is another."""
        self._live.seen(frame)

    def measure(self) -> None:
        """Judges the weights on screen, and finds their gradients, where somebody looks and no training will say it."""
        if self._looker is not None and self._differ is not None:
            self._judge(self._looker)
            self._differentiate(self._differ)

    def _judge(self, looker: Looker[Measured]) -> None:
        """While a training goes on, only once, of a checkpoint that was its last one, where nothing was judged yet."""
        found = self._to_measure()
        if found is None:
            self._leave(looker)
            return
        place, weights, source = found
        if self._drive.active and not self._drive.paused and looker.measures(place[0]):
            return  # or each new checkpoint would take the place of the last, and none would ever be measured
        state = self._experiment.state
        request = Request(state.network, source, state.plan.kept, state.plan.settings, weights, state.device)
        known = looker.known(place, request)
        if known is None:
            looker.look(place, request)
            if self.judged is not None and (self.judged.step == 0) != (place == (0, 0)):
                self.judged = self.best = None  # it is the run's, and this is not on screen; or the other way round
                self._say("epoch")
        elif known.judged is not self.judged or known.best is not self.best:
            self._leave(looker)
            self.judged, self.best = known.judged, known.best
            self._say("epoch")

    def _leave(self, looker: Looker[Any]) -> None:
        """What it measures is not wanted any more, nor the data that it may be loading for that."""
        if looker.cancel():
            self._loads(None)

    def _differentiate(self, differ: Looker[WeightGradients]) -> None:
        drive = self._drive
        if "gradients" not in drive.wanted or drive.closing or (drive.active and not drive.paused):
            self._leave(differ)
            return
        place, request = self._on_screen()
        known = differ.known(place, request)
        if known is None:
            differ.look(place, request)
        elif known.arrays is not self.gradients:
            self._leave(differ)
            self._differentiated(known)

    def _on_screen(self) -> tuple[Place, Request]:
        """The weights there, which moment they are, and what they are learnt from: by their run, else by the next."""
        record, state = self._record, self._experiment.state
        place, source, settings = (0, 0), state.plan.source, state.plan.settings
        if record is not None and record.fits(state.network) and not self.departed:
            step = self._step_of(record)
            past = (c.settings for c in record.ring.all if c.step == self.cursor)
            place, source, settings = (record.run.number, step), record.run.source, next(past, record.run.latest)
        return place, Request(state.network, source, state.plan.kept, settings, state.weights, state.device)

    def _step_of(self, record: Record) -> int:
        """Of the moment on screen, while nothing is trained: of a run that died later ones than that were measured."""
        if self.cursor is not None:
            return self.cursor
        newest, last = record.ring.newest, record.log.curves.last_step
        return last if newest is None else min(newest.step, last)

    def _to_measure(self) -> tuple[Place, Weights, DataSource] | None:
        """Which weights, of which moment, on which data; None where there is nothing to do."""
        record, state, drive = self._record, self._experiment.state, self._drive
        if "epoch" not in drive.wanted or drive.closing or (drive.active and not drive.began):
            return None
        if record is None:
            return (0, 0), state.weights, state.plan.source
        number, source = record.run.number, record.run.source
        if not self.at_hand:  # what is on screen makes other errors than the run
            return (0, 0), state.weights, source
        if not drive.active or drive.paused:
            return (number, self._step_of(record)), state.weights, source
        newest = record.ring.newest
        if newest is None or (self.judged is not None and self.best is not None):
            return None
        return (number, newest.step), newest.mean, source

    # --- what is heard of -------------------------------------------------------------------------------------

    def arrived(self, progress: Progress) -> None:
        """What the compute thread says; of other jobs it is ignored."""
        looker, differ = self._looker, self._differ
        if looker is not None and looker.is_(progress.job):
            self._looked(looker, progress)
        elif differ is not None and differ.is_(progress.job):
            self._looked(differ, progress)
        else:
            super().arrived(progress)

    def _looked(self, looker: Looker[Any], progress: Progress) -> None:
        if progress.done:
            looker.ended()
            self._loads(None)
            if self.judged is None:
                self._say("epoch")  # there will be nothing
            return
        match progress.value:
            case Loading() as loading:
                self._loads(loading)
            case Loaded() as loaded:
                self._loaded(loaded)
            case Measured() as measured:
                looker.arrived(measured)
                self._measured(measured)
            case WeightGradients() as found:
                looker.arrived(found)
                self._differentiated(found)

    def _differentiated(self, found: WeightGradients) -> None:
        self._found, self.gradients = found, found.arrays
        self._say("gradients")

    def _measured(self, measured: Measured) -> None:
        """Unless a training that goes on has said more meanwhile."""
        running = self._drive.active and not self._drive.paused
        for name in ("judged", "best"):
            old, new = getattr(self, name), getattr(measured, name)
            if old is None or not running or old.step < new.step:
                setattr(self, name, new)
        if self._record is not None and not running and measured.judged is not None:
            self._tested(self._record, measured.judged, measured.weights)
        self._say("epoch")

    def _tested(self, record: Record, judged: Judged, weights: Weights) -> None:
        """The list says how the last moment of a run does, also where no epoch ended there."""
        newest, now, data = record.ring.newest, record.log.curves.last_step, self.data
        last = newest is not None and newest.step == now == judged.step and newest.mean is weights
        if last and data is not None and data.held_back and len(data.test.labels) == len(judged.predicted):
            record.change(tested=(now, float((data.test.labels == judged.predicted).mean())))
            self._save()
            self._say("runs")

    def _loads(self, loading: Loading | None) -> None:
        if loading is not self.loading:
            self.loading = loading
            self._say("loading")

    def _epoch(self, record: Record, news: Epoch) -> None:
        super()._epoch(record, news)
        if self._looker is not None:
            network, learns = self._experiment.state.network, self._drive.learns
            source, kept = record.run.source, () if learns is None else learns.kept
            measured = Measured(network, news.weights, source, kept, news.judged, news.best)
            self._looker.remember((record.run.number, news.step), measured)

    def _changed(self, old: State, new: State) -> None:
        before, after = old.plan, new.plan
        if not alike(old.network, new.network) and self.judged is not None:
            self.judged = self.best = None  # another network has said that
            self._say("epoch")
        data = before.source != after.source or (before.kept is not after.kept and after.source.kind == "handwriting")
        loss = (before.settings.loss, before.settings.smoothing) != (after.settings.loss, after.settings.smoothing)
        if new.weights is not old.weights or new.network is not old.network or data or loss:
            self.measure()

    def _say(self, *what: What) -> None:
        super()._say(*what)
        if _MOVES.intersection(what):
            self.measure()
