"""An edit: the fields it touched, before and after, and what a person calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from .experiment import State

UNDOABLE = ("network", "weights", "drawing", "preparation")  # focus and device are saved but never undone


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """Knows only what it touched, so it can be undone after other fields moved on.

    ``text`` completes "Undo …": "stroke", "switch to lenet5".
    """

    text: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @classmethod
    def between(cls, text: str, old: State, new: State) -> Edit:
        """The edit that leads from one State to another."""
        names = [n for n in UNDOABLE if getattr(old, n) is not getattr(new, n)]
        return cls(text, {n: getattr(old, n) for n in names}, {n: getattr(new, n) for n in names})

    def __bool__(self) -> bool:
        return bool(self.after)

    def apply(self, state: State) -> State:
        return replace(state, **self.after)

    def revert(self, state: State) -> State:
        return replace(state, **self.before)


assert set(UNDOABLE) <= {f.name for f in fields(State)}
