"""How a network is trained, as frozen data: what a training form shows and a project saves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from ..errors import InputError

Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "cosine", "one-cycle"]
Loss = Literal["cross-entropy", "mse"]
CHOICES: dict[str, tuple[str, ...]] = {
    "optimizer": get_args(Optimizer),
    "schedule": get_args(Schedule),
    "loss": get_args(Loss),
}

MOST_RATE = 1e9  # far too much, so that one can see what too much does


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings of one training.

    rate: the (highest) learning rate. momentum: of SGD; Adam's β₁. smoothing: share of the target spread over all
    classes. average: decay of the running mean of the weights, which is what is kept; 0 keeps the weights themselves.
    augmentation: how far images are bent, 0 for not at all, 1 as people's handwriting differs. loss: "mse" is the mean
    square of scores minus one-hot targets. dropout: share of the inputs of every fully connected layer set to 0, beside
    what the network's own dropout layers do. target: the training ends after the epoch whose test accuracy reaches it;
    0 for never.

    Raises:
        InputError: a setting is outside its range.

    >>> TrainingSettings(epochs=3).steps(60_000)
    2814
    >>> TrainingSettings(rate=-1.0)
    Traceback (most recent call last):
    convviz.spec.errors.InputError: the rate must be above 0 and at most 1e+09, not -1
    """

    epochs: int = 5
    batch: int = 64
    rate: float = 2e-3
    optimizer: Optimizer = "adamw"
    schedule: Schedule = "one-cycle"
    momentum: float = 0.9
    weight_decay: float = 0.01
    smoothing: float = 0.0
    average: float = 0.999
    augmentation: float = 1.0
    seed: int = 0
    loss: Loss = "cross-entropy"
    dropout: float = 0.0
    target: float = 0.0

    def __post_init__(self) -> None:
        whole = {"epochs": (1, 100_000), "batch": (1, 65_536), "seed": (0, 2**63 - 1)}
        for name, (low, high) in whole.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise InputError(f"the {name} must be a whole number from {low} to {high}, not {value}")
        if not (math.isfinite(self.rate) and 0 < self.rate <= MOST_RATE):
            raise InputError(f"the rate must be above 0 and at most {MOST_RATE:g}, not {self.rate:g}")
        for name, limit in {
            "momentum": 0.9999,
            "weight_decay": 1,
            "smoothing": 0.9,
            "average": 0.99999,
            "dropout": 0.9,
            "target": 1,
        }.items():
            self._check_range(name, limit)
        self._check_range("augmentation", 2)
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise InputError(f"the {name} must be one of {', '.join(choices)}")

    def steps(self, images: int) -> int:
        """Mini-batches in the whole training on that many images; the last of an epoch may be smaller."""
        return self.epochs * -(-images // self.batch)

    def _check_range(self, name: str, limit: float) -> None:
        value = getattr(self, name)
        if not 0 <= value <= limit:  # also refuses nan
            raise InputError(f"the {name.replace('_', ' ')} must be from 0 to {limit}, not {value:g}")
