"""What a training has measured so far: one row a step, an epoch, a look at the layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
STEP = ("step", "epoch", "loss", "accuracy", "rate")  # epoch with its fraction; accuracy of the mini-batch
EPOCH = ("step", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
LAYER = ("step", "gradient_norm", "update_ratio", "dead_share")  # ‖g‖, ‖Δw‖/‖w‖, share of channels that were never > 0
MOST_STEPS = 2**24  # exact as float32


def empty(columns: tuple[str, ...]) -> Floats:
    """No rows of these columns."""
    table = np.zeros((0, len(columns)), np.float32)
    table.setflags(write=False)
    return table


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """``steps`` (n, 5), ``epochs`` (m, 6) and, by layer id, ``layers`` (k, 4): columns as named above, read-only.

    >>> one = np.array([[1, 0.5, 2.3, 0.1, 0.002]], np.float32)
    >>> curves = Curves(steps=one)
    >>> curves.last_step, curves.until(0).last_step, round(float(curves.column("loss")[0]), 2)
    (1, 0, 2.3)
    """

    steps: Floats = field(default_factory=lambda: empty(STEP))
    epochs: Floats = field(default_factory=lambda: empty(EPOCH))
    layers: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def last_step(self) -> int:
        return int(self.steps[-1, 0]) if len(self.steps) else 0

    def column(self, name: str) -> Floats:
        """A column of ``steps`` or, with the name of one of those, of ``epochs`` (``test_loss``)."""
        if name in STEP:
            return self.steps[:, STEP.index(name)]
        return self.epochs[:, EPOCH.index(name)]

    def until(self, step: int) -> Curves:
        """What was measured up to and with that step."""
        return Curves(
            self.steps[self.steps[:, 0] <= step],
            self.epochs[self.epochs[:, 0] <= step],
            MappingProxyType({name: rows[rows[:, 0] <= step] for name, rows in self.layers.items()}),
        )
