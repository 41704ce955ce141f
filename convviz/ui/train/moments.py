"""The moments of a run that can be shown: its checkpoints, and now."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from ...session.training.trainer import Trainer
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.curves import Curves


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Checkpoints in the order of their steps, all of them before ``now``, the newest step there are weights of.

    ``later`` steps were measured, but no weights of them are kept: the run died, or its loss was no longer a number.
    """

    past: tuple[Checkpoint, ...] = ()
    now: int = 0
    later: int = 0

    @classmethod
    def of(cls, trainer: Trainer) -> Moments:
        """Of the run on screen; a checkpoint of the newest step is now, and of a run that rests its last one."""
        last, past = trainer.curves.last_step, trainer.checkpoints
        rests = trainer.status not in ("loading", "running")
        now = min(last, past[-1].step) if rests and past else last
        while past and past[-1].step >= now:
            past = past[:-1]
        return cls(past, now, last - now)

    def __len__(self) -> int:
        return len(self.past) + 1

    def at(self, index: int) -> Checkpoint | None:
        """The moment of that index; None is now, and so is whatever lies beyond."""
        return self.past[max(index, 0)] if index < len(self.past) else None

    @property
    def first(self) -> int:
        """The earliest step that can be shown: a file need not hold those before it."""
        return self.step(0)

    def step(self, index: int) -> int:
        found = self.at(index)
        return self.now if found is None else found.step

    def index(self, step: float | None) -> int:
        """Of the moment nearest to a step; None is now."""
        if step is None or not self.past:
            return len(self.past)
        after = bisect_left(self.past, step, key=lambda each: each.step)
        if after and step - self.step(after - 1) <= self.step(after) - step:
            return after - 1
        return after


def epoch_at(curves: Curves, step: float) -> float:
    """The epoch, with its fraction, that had come at a step.

    >>> epoch_at(Curves(np.array([[1, 0.5, 2, 0, 1], [2, 1.0, 2, 0, 1]], np.float32)), 2)
    1.0
    """
    rows = curves.steps
    at = int(np.searchsorted(rows[:, 0], step, "right"))
    return float(rows[at - 1, 1]) if at else 0.0
