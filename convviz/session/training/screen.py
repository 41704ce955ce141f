"""What a training has made of the weights, on screen and in the history of edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...spec.adapt import NOTHING_KEPT
from ...spec.network import NetworkSpec
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.weight_edit import WeightEdit, same
from ...spec.weights import Weights
from ..experiment import Experiment
from ..signal import Signal
from .entry import TrainingEdit


class Screen:
    """Commits weights that no hand has set. ``moving`` while it does.

    ``moved`` follows with the States before and after; ``recorded`` says that a training has begun, which is one entry
    in the history, and ``retitled`` that it is called something else.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.moved = Signal[[State, State]]()
        self.recorded = Signal[[TrainingEdit]]()
        self.retitled = Signal[[TrainingEdit]]()
        self.moving = False
        self.entry: TrainingEdit | None = None
        self._since = (0.0, 0)  # epochs and steps that the run had when the entry began
        self._covered = False  # by what was done later

    def show(self, weights: Weights, network: NetworkSpec | None = None, edits: Iterable[WeightEdit] = ()) -> bool:
        """These weights are on screen from now on, under other names of classes if a network is given.

        ``edits`` by hand that they lack are made to them. Where they are there already nothing happens: what they are
        compared with stays.
        """
        old = self._experiment.state
        network, trained = network or old.network, weights
        for edit in edits:
            weights = edit.apply(weights)
        if network is old.network and same(weights, old.weights):
            return False
        new = replace(old, network=network, weights=weights, origin=Origin(network, trained), kept=NOTHING_KEPT)
        self.moving = True
        try:
            self._experiment.commit(new)
        finally:
            self.moving = False
        self.moved.emit(old, self._experiment.state)
        return True

    def mark(self, before: State, epochs: float, step: int, *fields: str) -> None:
        """A training begins or goes on: an entry in the history, unless the last one still holds it all."""
        if self.entry is None or not self.entry.done or self._covered:
            self.entry, self._since, self._covered = TrainingEdit(before, *fields), (epochs, step), False
            self.recorded.emit(self.entry)

    def cover(self) -> None:
        """Something else was done: what is trained after the next pause comes later than that."""
        self._covered = True

    def title(self, epochs: float, step: int) -> None:
        """The training is that long by now."""
        if self.entry is not None and self.entry.done:
            self.entry.text = f"training, {lasting(epochs - self._since[0], step - self._since[1])}"
            self.retitled.emit(self.entry)


def lasting(epochs: float, steps: int) -> str:
    """How long a training was, in words.

    >>> lasting(3.0, 600), lasting(1.0, 200), lasting(0.2, 40), lasting(0.005, 1)
    ('3 epochs', '1 epoch', '40 steps', '1 step')
    """
    if epochs < 1:
        return f"{steps:,} step{'' if steps == 1 else 's'}"
    text = f"{epochs:.2f}".rstrip("0").rstrip(".")
    return f"{text} epoch" if text == "1" else f"{text} epochs"
