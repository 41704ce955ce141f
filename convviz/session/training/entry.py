"""A training in the history of edits: one entry, which grows while the training goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...spec.adapt import NOTHING_KEPT
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.weights import Weights

_FIELDS = ("weights", "origin", "kept")


class TrainingEdit:
    """Pushed when the training begins. What it leads to is what is on screen when it is undone.

    So edits made by hand meanwhile lie above it, and are undone cell by cell while the training goes on.
    ``done``: it has not been undone.
    """

    def __init__(self, before: State, *fields: str) -> None:
        self.text = "training"
        self.done = True
        self._before = {name: getattr(before, name) for name in (*_FIELDS, *fields)}
        self._after: dict[str, Any] | None = None

    @property
    def touched(self) -> frozenset[str]:
        """The names of the fields of the State that it changes."""
        return frozenset(self._before)

    @property
    def before(self) -> Mapping[str, Any]:
        """The fields as they were."""
        return self._before

    def __bool__(self) -> bool:
        return True

    def apply(self, state: State) -> State:
        """Done again; when it is pushed it has been done already."""
        self.done = True
        return state if self._after is None else replace(state, **self._after)

    def revert(self, state: State) -> State:
        self.done = False
        self._after = {name: getattr(state, name) for name in self._before}
        return replace(state, **self._before)

    def lead_to(self, weights: Weights) -> None:
        """While it is undone: doing it again gives these, which the training had reached by then."""
        if self._after is not None and not self.done:
            network = self._after["origin"].network
            self._after |= {"weights": weights, "origin": Origin(network, weights), "kept": NOTHING_KEPT}
