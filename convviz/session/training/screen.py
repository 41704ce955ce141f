"""What a training has made of the weights, on screen and in the history of edits."""

from __future__ import annotations

from dataclasses import replace

from ...spec.adapt import NOTHING_KEPT
from ...spec.network import NetworkSpec
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.weight_edit import same
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
        self._since = 0.0  # epochs that the run had when the entry began
        self._weights = experiment.state.weights

    def is_own(self, state: State) -> bool:
        """Whether the weights of a State are those that were put here last."""
        return state.weights is self._weights

    def show(self, weights: Weights, network: NetworkSpec | None = None) -> bool:
        """These weights are on screen from now on, under other names of classes if a network is given.

        Where they are there already nothing happens: what they are compared with stays.
        """
        old = self._experiment.state
        network = network or old.network
        if network is old.network and same(weights, old.weights):
            return False
        new = replace(old, network=network, weights=weights, origin=Origin(network, weights), kept=NOTHING_KEPT)
        self._weights = weights
        self.moving = True
        try:
            self._experiment.commit(new)
        finally:
            self.moving = False
        self.moved.emit(old, self._experiment.state)
        return True

    def mark(self, before: State, epochs: float, *fields: str) -> None:
        """A training begins or goes on: an entry in the history, unless the last one still holds it all."""
        if self.entry is None or not self.entry.done:
            self.entry, self._since = TrainingEdit(before, *fields), epochs
            self.recorded.emit(self.entry)

    def title(self, epochs: float) -> None:
        """The training is that long by now."""
        if self.entry is not None and self.entry.done:
            self.entry.text = f"training, {lasting(epochs - self._since)}"
            self.retitled.emit(self.entry)


def lasting(epochs: float) -> str:
    """How long a training was, in words.

    >>> lasting(3.0), lasting(1.0), lasting(0.25), lasting(0.001)
    ('3 epochs', '1 epoch', '0.25 epochs', '0.001 epochs')
    """
    text = f"{epochs:.2f}" if epochs >= 0.1 else f"{epochs:.1g}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} epoch" if text == "1" else f"{text} epochs"
