"""A moment of a training, kept so that it can go on from there as if nothing had happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..weights import Floats, Weights
from .settings import TrainingSettings


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Checkpoint:
    """Everything that decides how a training goes on, between two of its steps.

    weights: of the network that is trained, with its running statistics. mean: their running mean, which is what is
    shown and kept; the same object where there is none. moments: what the optimizer remembers, by parameter and name
    ("conv1.weight/exp_avg"), its counters as arrays of one value. order: the state of the random generator when this
    epoch's order was drawn; random: its state now. ``seen`` images of the epoch have been used. ``images`` is how many
    the training has in all. edits: by hand, that the weights hold. tally: of the epoch's images so far, the sum of
    their losses and the number that were classified rightly. nbytes: memory of its arrays; summed once, as whoever
    looks for what to give up asks all of them again and again.
    """

    step: int
    epoch: int
    seen: int
    images: int
    weights: Weights
    mean: Weights
    moments: Mapping[str, Floats]
    order: bytes
    random: bytes
    settings: TrainingSettings
    edits: int = 0
    tally: tuple[float, float] = (0.0, 0.0)
    nbytes: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", MappingProxyType(dict(self.moments)))
        mean = () if self.mean is self.weights else self.mean.values()
        parts = self.weights.values(), mean, self.moments.values()
        object.__setattr__(self, "nbytes", sum(array.nbytes for part in parts for array in part))

    @property
    def at(self) -> tuple[float, int]:
        """Epochs, of which the last one may have been begun only, and steps until that moment."""
        return self.epoch + self.seen / max(self.images, 1), self.step

    def steps(self, settings: TrainingSettings) -> int:
        """Of the whole training, if it goes on from here with these settings; an epoch that was begun is ended.

        >>> none = Weights({})
        >>> begun = Checkpoint(7, 1, 32, 80, none, none, {}, b"", b"", TrainingSettings(epochs=3))
        >>> begun.steps(TrainingSettings(epochs=3, batch=16)), begun.steps(TrainingSettings(epochs=1, batch=16))
        (15, 10)
        """
        left = settings.epochs - self.epoch - bool(self.seen)
        this = -(-(self.images - self.seen) // settings.batch) if self.seen else 0
        return self.step + this + max(left, 0) * -(-self.images // settings.batch)
