"""One run while it grows, and the list that it is kept in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from weakref import WeakSet

from ...spec.channels import Channel
from ...spec.network import NetworkSpec
from ...spec.state import State
from ...spec.training.run import Change, Frozen, Run, Runs, Status, what_was_later
from ...spec.training.settings import TrainingSettings
from ...spec.training.thinning import within
from ..experiment import Experiment
from .log import Log
from .ring import MOST_BYTES_OF_OTHERS, Ring

MOST_DRAWN = 5  # runs whose curves are drawn when another begins: more are not told apart


class Record:
    """What is known of a run; :attr:`run` gives it as it is now.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training import TrainingSettings
    >>> from convviz.spec.training.source import DataSource
    >>> record = Record(Run(1, lecture(), TrainingSettings(), DataSource()))
    >>> record.log.step(1, 0.1, 2.3, 0.1, 0.002)
    >>> record.change(status="running")
    >>> record.run.status, record.run.curves.last_step, record.run is record.run
    ('running', 1, True)
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.log = Log(run.curves)
        self.ring = Ring(run.checkpoints)
        self._steps = 0  # of all of it, as the compute thread counts them; 0 where the settings have changed since

    @property
    def steps(self) -> int:
        """Of the whole run, as its settings are now; 0 while nobody knows."""
        newest = self.ring.newest
        return self._steps or (0 if newest is None else newest.steps(self._run.latest))

    def count(self, steps: int) -> None:
        """The compute thread says of how many it is."""
        self._steps = steps

    @property
    def run(self) -> Run:
        curves, checkpoints = self.log.curves, self.ring.all
        if self._run.curves is not curves or self._run.checkpoints is not checkpoints:
            self._run = replace(self._run, curves=curves, checkpoints=checkpoints)
        return self._run

    def change(self, **values: Any) -> None:
        """Status, settings and whatever else is neither measured nor kept to go on from."""
        if any(getattr(self._run, name) != value for name, value in values.items()):
            self._run = replace(self._run, **values)

    def set_settings(self, settings: TrainingSettings, step: int) -> None:
        """The settings of every step after ``step``; those of before its first step are what it began with.

        >>> from convviz.spec.presets import lecture
        >>> from convviz.spec.training.source import DataSource
        >>> usual, slow = TrainingSettings(), TrainingSettings(rate=1e-4)
        >>> record = Record(Run(1, lecture(), usual, DataSource()))
        >>> record.set_settings(slow, 7)
        >>> record.run.settings is usual, record.run.latest is slow, record.run.changes[0].step
        (True, True, 7)
        >>> record.set_settings(usual, 7)  # nothing was made with the others
        >>> record.run.changes
        ()
        """
        if settings != self._run.latest:
            self._steps = 0
        if step == 0:
            self.change(settings=settings, changes=())
            return
        changes = tuple(change for change in self._run.changes if change.step < step)
        before = changes[-1].settings if changes else self._run.settings
        self.change(changes=changes if settings == before else (*changes, Change(step, settings)))

    def set_frozen(self, channels: frozenset[Channel], step: int) -> None:
        """Which kernels every step after ``step`` leaves alone."""
        frozen = tuple(each for each in self._run.frozen if each.step < step)
        before = frozen[-1].channels if frozen else frozenset()
        self.change(frozen=frozen if channels == before else (*frozen, Frozen(step, channels)))

    def mark_edited(self, step: int) -> None:
        """Weights were set by hand after that step."""
        edited = self._run.edited
        if not edited or edited[-1] < step:
            self.change(edited=(*edited, step))

    def cut(self, step: int) -> None:
        """It goes on from that step: what was measured and done by hand later is forgotten."""
        self.log.cut(step)
        self.change(edited=tuple(at for at in self._run.edited if at <= step))

    def fits(self, network: NetworkSpec) -> bool:
        """Whether that is the network that was trained; what its classes are called does not matter."""
        return alike(self._run.network, network)


class Shelf:
    """The runs of the experiment. Who writes to it here is told apart from a file that was opened."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._written = WeakSet((experiment.state.runs,))  # else the moments of runs would stay that are no more

    @property
    def runs(self) -> Runs:
        return self._experiment.state.runs

    def is_own(self, state: State) -> bool:
        """Whether the runs of a State were put here."""
        return state.runs in self._written

    def take(self, state: State) -> None:
        """Another experiment: its runs are here from now on."""
        self._written.add(state.runs)

    def save(self, run: Run) -> None:
        """The run on screen, as it is now."""
        self.put(replace(self.runs.having(run), current=run.number))

    def begin(self, run: Run) -> tuple[Run, ...]:
        """A new one; of the others fewer moments are kept, if they take too much memory, and few curves drawn.

        Returns those that are drawn no longer.
        """
        rings = within(MOST_BYTES_OF_OTHERS, {old.number: old.checkpoints for old in self.runs.runs})
        slim = tuple(
            old if rings[old.number] is old.checkpoints else replace(old, checkpoints=rings[old.number])
            for old in self.runs.runs
        )
        drawn = [old.number for old in slim if old.shown and old.number != run.number][-(MOST_DRAWN - 1) :]
        gone = tuple(old for old in slim if old.shown and old.number not in (*drawn, run.number))
        few = tuple(replace(old, shown=False) if old in gone else old for old in slim)
        self.put(replace(Runs(few).having(run), current=run.number))
        return gone

    def put(self, runs: Runs) -> None:
        self._written.add(runs)
        self._experiment.change(runs=runs)


def measured_later(run: Run, step: int, number: int, status: Status) -> Run:
    """What a run measured after a step, as a run of its own that can go on where that one was."""
    return replace(
        run,
        number=number,
        status=status,
        checkpoints=tuple(checkpoint for checkpoint in run.checkpoints if checkpoint.step >= step),
        parent=(run.number, step),
        note=what_was_later(run.number, step),
    )


def alike(one: NetworkSpec, other: NetworkSpec) -> bool:
    """Whether the same weights fit both, and compute the same."""
    return one is other or (one.input_shape == other.input_shape and one.layers == other.layers)
