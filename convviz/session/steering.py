"""What is done by hand, on its way to the jobs that train the same network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..spec.channels import Channel
from ..spec.state import State
from ..spec.training.settings import TrainingSettings
from ..spec.weight_edit import WeightEdit

if TYPE_CHECKING:
    from .engine import Engine


class Steering(Protocol):
    """How a job that trains a network hears of what a person does; it acts on it between two of its steps."""

    def edit(self, edit: WeightEdit) -> object: ...

    def set_frozen(self, channels: frozenset[Channel]) -> object: ...

    def give_way(self) -> object:
        """Somebody waits for a picture: shorter slices for a while."""

    def set_settings(self, settings: TrainingSettings) -> object: ...

    def set_device(self, device: str) -> object: ...

    def play(self) -> object: ...

    def pause(self) -> object:
        """After the present step."""

    def play_steps(self, count: int) -> object:
        """So many, then pause."""

    def play_epoch(self) -> object:
        """To its end, then pause."""

    def end(self) -> object:
        """It returns what it has."""

    def want(self, names: frozenset[str]) -> object:
        """What every report shall carry: "layers", "gradients", "epoch"."""

    def want_weights(self) -> object:
        """The next report of a step shall carry weights."""

    def want_checkpoint(self) -> object:
        """The next report of a step shall carry a checkpoint."""


def tell_jobs(engine: Engine, old: State, new: State) -> None:
    """Hands on what was edited by hand between two States; what is done to another network is not told."""
    if not (engine.steered or engine.followed) or new.network is not old.network or new.origin is not old.origin:
        return
    edit = WeightEdit.between(old.weights, new.weights)
    if edit:  # the end of a drag repeats what its last move said
        engine.edit(edit, new.network)
    if new.channels.frozen is not old.channels.frozen:
        engine.freeze(new.channels.frozen, new.network)
