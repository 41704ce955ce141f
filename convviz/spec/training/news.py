"""What a training says while it runs. Arrays are copies that nobody writes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..weights import Floats, Weights
from .checkpoint import Checkpoint
from .source import DataSource

Bytes = NDArray[np.uint8]
Indices = NDArray[np.int64]


class Loading(NamedTuple):
    """How far a loading is: ``done`` of ``total`` units, 0 of 0 while that is unknown. ``remote``: over the net."""

    what: str
    done: int
    total: int
    remote: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Labelled images as they are on screen: ``images`` uint8 (N, C, H, W), ``labels`` int64 (N,)."""

    images: Bytes
    labels: Indices

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """The data is there. ``notes``: what was skipped or changed, a sentence each. ``seconds`` it took to load.

    ``move_ms``: measured time to bring one mini-batch to the device, 0.0 where there is nothing to move. ``source``:
    where it came from.
    """

    name: str
    train: Samples
    test: Samples
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    move_ms: float = 0.0
    source: DataSource | None = None

    @property
    def held_back(self) -> bool:
        """Whether the test images are others than those that are learnt from; else there were too few."""
        return self.test is not self.train


class LayerFigures(NamedTuple):
    """Of one layer at one step: ‖gradient‖, ‖update‖/‖weights‖, share of channels that no image switched on.

    NaN where a layer has no such figure.
    """

    gradient_norm: float
    update_ratio: float
    dead_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """One step was made. ``epoch`` with its fraction; ``loss`` and ``accuracy`` of the mini-batch before the step.

    ``weights`` (what the training would return now), ``gradients`` (of the mini-batch), ``layers`` and ``checkpoint``
    are there where they were wanted, see :class:`convviz.core.steering.Steering`. ``edits`` by hand the weights hold.
    """

    step: int
    steps: int  # of the whole training, as its settings are now
    epoch: float
    loss: float
    accuracy: float
    rate: float
    images: int
    weights: Weights | None = None
    gradients: Mapping[str, Floats] | None = None
    layers: Mapping[str, LayerFigures] | None = None
    checkpoint: Checkpoint | None = None
    edits: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the network made of every test image, at one step.

    predicted: class (N,). confidence: probability of it (N,). truth: probability of the right class (N,).
    """

    step: int
    predicted: Indices
    confidence: Floats
    truth: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """An epoch has ended. Losses and accuracies of its own steps, and of the test images."""

    number: int  # from 1
    step: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    weights: Weights
    checkpoint: Checkpoint
    judged: Judged | None = None
    best: Best | None = None
    edits: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """By layer id, for every channel the test images it answered most strongly to, the strongest first.

    ``values`` (C, K), ``images`` (C, K) indices of test images, ``places`` (C, K, 2) row and column of the unit.
    """

    step: int
    values: Mapping[str, Floats] = field(default_factory=dict)
    images: Mapping[str, Indices] = field(default_factory=dict)
    places: Mapping[str, Indices] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Paused:
    """Nothing happens until the steering says so; the compute thread need not ask again before."""

    checkpoint: Checkpoint


class Note(NamedTuple):
    """Something the user should know: a smaller batch, another device."""

    text: str


News = Loading | Loaded | Stepped | Epoch | Paused | Note
