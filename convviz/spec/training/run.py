"""Trainings that were done: their curves, and what brings them back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from ..channels import Channel
from ..network import NetworkSpec
from .checkpoint import Checkpoint
from .curves import Curves
from .plan import Begin
from .settings import TrainingSettings
from .source import DataSource

Status = Literal["loading", "running", "paused", "stopped", "done", "diverged", "failed"]


@dataclass(frozen=True, slots=True)
class Change:
    """Other settings while a run went on: those of every step after ``step``."""

    step: int
    settings: TrainingSettings


@dataclass(frozen=True, slots=True)
class Frozen:
    """Which kernels every step after ``step`` leaves alone."""

    step: int
    channels: frozenset[Channel]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One training. ``number`` counts from 1 and is never given twice.

    settings: those it began with; what was changed meanwhile stands in ``changes``, in the order of their steps.
    checkpoints: in the order of their steps; the last one is where it goes on. parent: (run, step) that it branched off
    from. note: why it ended, in a sentence. edited: the steps after which weights were set by hand. begin: with random
    weights or with those on screen, None where nobody knows; taught: (run, step) whose weights those were. frozen: the
    kernels that it left alone, in the order of their steps. tested: (step, accuracy) of its last moment on the test
    images, where that was measured though no epoch ended there.
    """

    number: int
    network: NetworkSpec
    settings: TrainingSettings
    source: DataSource
    status: Status = "loading"
    curves: Curves = field(default_factory=Curves)
    checkpoints: tuple[Checkpoint, ...] = ()
    device: str = "cpu"
    parent: tuple[int, int] | None = None
    note: str = ""
    shown: bool = True  # its curves are drawn beside those of the present one
    changes: tuple[Change, ...] = ()
    edited: tuple[int, ...] = ()
    begin: Begin | None = None
    taught: tuple[int, int] | None = None
    frozen: tuple[Frozen, ...] = ()
    tested: tuple[int, float] | None = None

    @property
    def name(self) -> str:
        return f"Run {self.number}"

    @property
    def latest(self) -> TrainingSettings:
        """The settings of its last step, or of its next one."""
        return self.changes[-1].settings if self.changes else self.settings

    @property
    def set_aside(self) -> bool:
        """Whether it is what another run had measured when that was resumed from its past, and has not gone on."""
        return self.parent is not None and self.note == what_was_later(*self.parent)

    @property
    def open(self) -> bool:
        """Whether it can go on."""
        return self.status in ("loading", "running", "paused")


def what_was_later(number: int, step: int) -> str:
    """The note of what a run had measured when it was resumed from its past.

    >>> what_was_later(2, 1240)
    'what Run 2 measured before it was resumed at step 1,240'
    """
    return f"what Run {number} measured before it was resumed at step {step:,}"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Runs:
    """All runs of an experiment, the oldest first; ``current`` is the number of the one on screen, 0 for none."""

    runs: tuple[Run, ...] = ()
    current: int = 0

    def get(self, number: int) -> Run | None:
        return next((run for run in self.runs if run.number == number), None)

    @property
    def chosen(self) -> Run | None:
        """The run on screen."""
        return self.get(self.current)

    @property
    def next_number(self) -> int:
        return max((run.number for run in self.runs), default=0) + 1

    def having(self, run: Run) -> Runs:
        """With this run in the place of the one of its number, or as the newest."""
        if self.get(run.number) is None:
            return replace(self, runs=(*self.runs, run))
        return replace(self, runs=tuple(run if old.number == run.number else old for old in self.runs))

    def without(self, number: int) -> Runs:
        """Without a run; the newest of the others is on screen instead of it."""
        left = tuple(run for run in self.runs if run.number != number)
        current = self.current if self.current != number else max((run.number for run in left), default=0)
        return Runs(left, current)
