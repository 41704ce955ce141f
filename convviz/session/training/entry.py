"""A training in the history of edits: an entry that grows while it goes on, and what the hand did then beside it.

Once it rests there is an entry for each part of it: between two edits of weights by hand, and after the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...spec.adapt import NOTHING_KEPT
from ...spec.origin import Origin
from ...spec.state import State
from ...spec.weights import Weights
from ..edits import Edit

At = tuple[float, int]  # epochs and steps of a run
_FIELDS = ("weights", "origin", "kept")


class TrainingEdit:
    """Pushed when the training begins. What it leads to is what is on screen when it is undone.

    So edits made by hand meanwhile lie above it, and are undone cell by cell while the training goes on.
    ``done``: it has not been undone. ``run``: the name of what was trained.
    """

    def __init__(self, before: State, *fields: str, run: str = "") -> None:
        self.run = run
        self.name("")
        self.done = True
        self._before = {name: getattr(before, name) for name in (*_FIELDS, *fields)}
        self._after: dict[str, Any] | None = None
        self._network = before.network  # that is trained, also where another one was opened and edited

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

    def name(self, length: str) -> None:
        """What it is called: how long it was, in words, and which run's."""
        self.text = f"training{length and f', {length}'}{self.run and f' ({self.run})'}"

    def apply(self, state: State) -> State:
        """Done again; when it is pushed it has been done already."""
        self.done = True
        return state if self._after is None else replace(state, **self._after)

    def revert(self, state: State) -> State:
        self.done = False
        self._after = {name: getattr(state, name) for name in self._before}
        self._network = state.network
        return replace(state, **self._before)

    def lead_to(self, weights: Weights) -> None:
        """While it is undone: doing it again gives these, which the training had reached by then."""
        if self._after is not None and not self.done:
            self._after |= {"weights": weights, "origin": Origin(self._network, weights), "kept": NOTHING_KEPT}


class RunChoice:
    """Another run comes on screen: what it does to the weights, and which run is there before and after.

    ``number`` is that of the run that is there since it was last done or undone, 0 for none.
    """

    def __init__(self, edit: Edit, before: int, after: int) -> None:
        self._edit, self._before, self._after = edit, before, after
        self.number = after

    @property
    def text(self) -> str:
        return self._edit.text

    @property
    def touched(self) -> frozenset[str]:
        """The names of the fields of the State that it changes."""
        return self._edit.touched

    def __bool__(self) -> bool:
        return bool(self._edit)

    def apply(self, state: State) -> State:
        self.number = self._after
        return self._edit.apply(state)

    def revert(self, state: State) -> State:
        self.number = self._before
        return self._edit.revert(state)


class EditMeanwhile:
    """Weights set by hand while a training goes on.

    As long as it does, they are undone cell by cell. Once it rests each entry leads to the weights of its own moment:
    undone, there are again those that the entry below has led to. ``now`` says when on screen it is. Whole weights take
    memory: once they are forgotten it is undone cell by cell for good.
    """

    def __init__(self, edit: Edit, now: Callable[[], At]) -> None:
        self._edit, self._now = edit, now
        self.at = now()
        self.done = False
        self.before: Mapping[str, Any] = {}  # the fields that it was made from
        self.moment: Mapping[str, Any] = {}  # those that it has led to
        self._settled: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None  # those before and after it

    @property
    def text(self) -> str:
        return f"{self._edit.text} at step {self.at[1]:,}"

    @property
    def touched(self) -> frozenset[str]:
        """The names of the fields of the State that it changes."""
        return self._edit.touched

    def __bool__(self) -> bool:
        return bool(self._edit)

    def apply(self, state: State) -> State:
        after = self._edit.apply(state)
        if self._settled is not None:
            return replace(after, **self._settled[1])
        self.done, self.at = True, self._now()
        self.before = _fields(self._edit.revert(after))  # of a drag the State holds already what it has made
        self.moment = _fields(after)
        return after

    def revert(self, state: State) -> State:
        self.done = False
        before = self._edit.revert(state)
        return before if self._settled is None else replace(before, **self._settled[0])

    def settle(self, below: EditMeanwhile | None) -> None:
        """The training rests; undone, there is again what the edit ``below`` has led to, else what it was made from."""
        if self.moment:
            self._settled = (self.before if below is None else below.moment), self.moment

    @property
    def nbytes(self) -> int:
        """Of the weights that it has led to; it may share those that it began with with the edit below."""
        return sum(array.nbytes for array in self.moment["weights"].values()) if self.moment else 0

    def forget(self) -> None:
        """It holds whole weights no more."""
        self.before, self.moment, self._settled = {}, {}, None


def _fields(state: State) -> Mapping[str, Any]:
    return {name: getattr(state, name) for name in _FIELDS}


def is_of_weights(edit: Edit) -> bool:
    """Whether it sets weights by hand, of the network there is."""
    return "weights" in edit.touched and not edit.touched & {"network", "origin"}
