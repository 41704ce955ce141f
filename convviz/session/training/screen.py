"""What a training has made of the weights, on screen and in the history of edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from ...spec.adapt import NOTHING_KEPT
from ...spec.network import NetworkSpec
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.weight_edit import WeightEdit, made_to, same
from ...spec.weights import Weights
from ..experiment import Experiment
from ..signal import Signal
from .entry import At, EditMeanwhile, TrainingEdit


class Screen:
    """Commits weights that no hand has set. ``moving`` while it does.

    ``moved`` follows with the States before and after; ``recorded`` says that a training has begun, which is one entry
    in the history, ``split`` that what was trained after an edit by hand is another one, and ``retitled`` that an entry
    is called something else.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.moved = Signal[[State, State]]()
        self.recorded = Signal[[TrainingEdit]]()
        self.split = Signal[[TrainingEdit]]()
        self.retitled = Signal[[TrainingEdit]]()
        self.moving = False
        self.entry: TrainingEdit | None = None
        self.run = ""  # the name of the one that trains
        self.redoable: Callable[[], bool] = lambda: False  # whether what was undone can be done again
        self.at: At = (0.0, 0)  # of the moment of its run that is on screen, or was when others took its place
        self._since: At = (0.0, 0)  # when the entry began
        self._covered = False  # by what was done later
        self._by_hand: list[EditMeanwhile] = []  # to weights, since the entry began
        self._rested: At | None = None  # when it came to rest, if its edits by hand have no moments of their own yet

    def show(
        self, weights: Weights, at: At, network: NetworkSpec | None = None, edits: Iterable[WeightEdit] = ()
    ) -> bool:
        """These weights, of that moment of their run, are on screen from now on.

        They are so under other names of classes if a network is given. ``edits`` by hand that they lack are made to
        them. Where they are there already they stay, and what they are compared with.
        """
        self.at = at
        old = self._experiment.state
        network, trained = network or old.network, weights
        weights = made_to(weights, edits)
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
        self.at = epochs, step
        self._settle_late()
        if self.entry is None or not self.entry.done or self._covered:
            self.recorded.emit(self._enter(TrainingEdit(before, *fields, run=self.run), self.at))

    def cover(self) -> None:
        """Something else is to be done: what is trained after the next pause comes later than that."""
        self._settle_late()
        self._covered = True

    def edited(self, edit: EditMeanwhile) -> None:
        """Weights were set by hand while it trains."""
        self._by_hand.append(edit)
        self._covered = True

    def title(self, epochs: float, step: int) -> None:
        """The training is that long by now, and rests: whatever was set by hand meanwhile has a moment of its own.

        What was trained later than that is another entry, which would take away what can be done again. Where there is
        such a thing it waits for the next entry, which does so anyway.
        """
        entry, now = self.entry, (epochs, step)
        edits = [edit for edit in self._by_hand if edit.done]
        if entry is not None and entry.done and edits and step > edits[-1].at[1] and self.redoable():
            self._title(entry, now)
            self._rested = now
        else:
            self._settle(now)

    def _settle_late(self) -> None:
        if self._rested is not None:
            self._settle(self._rested)

    def _settle(self, now: At) -> None:
        edits = [edit for edit in self._by_hand if edit.done]
        self._by_hand, self._rested = [], None
        entry = self.entry
        if entry is None:
            return
        if not entry.done or not edits:
            self._title(entry, now)
            return
        self._title(entry, edits[0].at)
        edits[0].settle(None)
        for below, edit in pairwise(edits):
            edit.settle(below)
        self.entry, last = None, edits[-1]
        if now[1] > last.at[1]:
            later = self._enter(TrainingEdit(replace(self._experiment.state, **last.moment), run=entry.run), last.at)
            self._title(later, now)
            self.split.emit(later)

    def rest(self) -> None:
        """Other weights take the place of those on screen."""
        self.title(*self.at)

    def _enter(self, entry: TrainingEdit, since: At) -> TrainingEdit:
        self.entry, self._since, self._covered, self._by_hand, self._rested = entry, since, False, [], None
        return entry

    def _title(self, entry: TrainingEdit, now: At) -> None:
        entry.name(lasting(now[0] - self._since[0], now[1] - self._since[1]))
        self.retitled.emit(entry)


def lasting(epochs: float, steps: int) -> str:
    """How long a training was, in words.

    >>> lasting(3.0, 600), lasting(1.0, 200), lasting(0.2, 40), lasting(0.005, 1)
    ('3 epochs', '1 epoch', '40 steps', '1 step')
    """
    if epochs < 1:
        return f"{steps:,} step{'' if steps == 1 else 's'}"
    text = f"{epochs:.2f}".rstrip("0").rstrip(".")
    return f"{text} epoch" if text == "1" else f"{text} epochs"
