"""Edits made by hand, on their way to the jobs that train the same network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..spec.channels import Channel
from ..spec.state import State
from ..spec.weight_edit import WeightEdit

if TYPE_CHECKING:
    from .engine import Engine


class Steering(Protocol):
    """How a job that trains a network hears of edits; it applies them between two of its steps."""

    def edit(self, edit: WeightEdit) -> object: ...

    def set_frozen(self, channels: frozenset[Channel]) -> object: ...

    def give_way(self) -> object:
        """Somebody waits for a picture: shorter slices for a while."""


def tell_jobs(engine: Engine, old: State, new: State) -> None:
    """Hands on what was edited by hand between two States; what is done to another network is not told."""
    if not engine.steered or new.network is not old.network or new.origin is not old.origin:
        return
    edit = WeightEdit.between(old.weights, new.weights)
    if edit:  # the end of a drag repeats what its last move said
        engine.edit(edit, new.network)
    if new.channels.frozen is not old.channels.frozen:
        engine.freeze(new.channels.frozen, new.network)
