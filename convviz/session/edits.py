"""An edit: the fields it touched, before and after, and what a person calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from ..spec.state import State
from ..spec.weight_edit import WeightEdit
from ..spec.weights import Weights

# focus, device and the runs are saved but never undone
UNDOABLE = ("network", "weights", "drawing", "preparation", "origin", "kept", "channels", "lab", "plan")


class Undoable(Protocol):
    """What the history needs of an edit; ``text`` completes "Undo …"."""

    @property
    def text(self) -> str: ...

    @property
    def touched(self) -> frozenset[str]:
        """The names of the fields of the State that it changes."""

    def __bool__(self) -> bool: ...

    def apply(self, state: State) -> State: ...

    def revert(self, state: State) -> State: ...


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """Knows only what it touched, so it can be undone after other fields moved on.

    ``text`` completes "Undo …": "stroke", "switch to lenet5". Weights edited by hand are kept cell by cell, which takes
    little memory and leaves alone what training made of all other cells; ``cells`` is (forward, backward).
    """

    text: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    cells: tuple[WeightEdit, WeightEdit] | None = None

    @classmethod
    def between(cls, text: str, old: State, new: State) -> Edit:
        """The edit that leads from one State to another."""
        names = [n for n in UNDOABLE if getattr(old, n) is not getattr(new, n)]
        cells = None
        if "weights" in names and "network" not in names and _alike(old.weights, new.weights):
            names.remove("weights")
            cells = WeightEdit.between(old.weights, new.weights), WeightEdit.between(new.weights, old.weights)
        before, after = ({n: getattr(state, n) for n in names} for state in (old, new))
        return cls(text, before, after, cells)

    @property
    def touched(self) -> frozenset[str]:
        """The names of the fields of the State that it changes."""
        return frozenset(self.after) | ({"weights"} if self.cells else set())

    def __bool__(self) -> bool:
        return bool(self.after) or bool(self.cells and self.cells[0])

    def apply(self, state: State) -> State:
        return self._set(state, self.after, 0)

    def revert(self, state: State) -> State:
        return self._set(state, self.before, 1)

    def _set(self, state: State, values: Mapping[str, Any], direction: int) -> State:
        if self.cells is not None:
            return replace(state, weights=self.cells[direction].apply(state.weights), **values)
        return replace(state, **values)


def rebased(before: State, now: State, moved: State) -> State:
    """Where a drag would have begun if the weights had been ``moved`` before it.

    ``before`` is where it began, ``now`` what it has made of it. The edit from the result to ``moved`` holds the cells
    that the hand has touched, with the values that they had.
    """
    weights = moved.weights
    if _alike(before.weights, now.weights) and _alike(now.weights, weights):
        weights = WeightEdit.between(now.weights, before.weights).apply(weights)
    return replace(before, weights=weights, origin=moved.origin, kept=moved.kept, network=moved.network)


def _alike(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(one[name].shape == other[name].shape for name in one)


assert set(UNDOABLE) <= {f.name for f in fields(State)}
