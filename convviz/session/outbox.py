"""What the compute thread says to the window: the newest frame, and messages none of which is lost.

One signal a result would queue up behind a busy window (measured: 2 GB and 21 s); so frames overwrite each other in
one slot, messages append, and at most one wake-up is under way at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..spec.state import Focus, State
from ..spec.weights import Weights

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """∂score/∂… of one class: of all units, by layer as ``Frame.maps``, and of the weights of the selected layer."""

    target: int
    maps: dict[str, Floats]
    weights: dict[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class UnitGradient:
    """∂unit/∂input of one unit: ``values`` (C, H, W)."""

    unit: Focus
    values: Floats


class PixelGrid(NamedTuple):
    """Where the network's input lies on the pad (pad units): pixel (r, c) begins at (top + r·pixel, left + c·pixel)."""

    top: float
    left: float
    pixel: float


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One State, computed. Arrays are copies that nobody writes to.

    ``maps`` holds "input" (C, H, W) and each layer's values; ``steps`` the pictures of the preparation.
    ``latency_ms`` is the time from the State's arrival on the compute thread to this frame. ``weights`` are those that
    computed it: the State's, with silent channels. ``gradients`` and ``unit_gradient`` are there where the State's
    probe asks for them.
    """

    state: State
    maps: dict[str, Floats]
    probabilities: Floats  # (classes,)
    steps: dict[str, Floats]
    layer_ms: dict[str, float]
    device: str
    latency_ms: float
    origin_scores: Floats | None = None  # of the untouched network, where this one was edited
    weights: Weights = field(default_factory=lambda: Weights({}))
    grid: PixelGrid | None = None
    gradients: Gradients | None = None
    unit_gradient: UnitGradient | None = None

    @property
    def scores(self) -> Floats:
        """The last layer's values, flat."""
        return next(reversed(self.maps.values())).ravel()

    @property
    def score_changes(self) -> Floats | None:
        """By how much the edits moved each class's score; None where there is nothing to compare."""
        if self.origin_scores is None or self.origin_scores.shape != self.scores.shape:
            return None
        with np.errstate(invalid="ignore"):  # both may be infinite, where a training has diverged
            return self.scores - self.origin_scores


@dataclass(frozen=True, slots=True)
class Ready:
    """torch is there; ``devices`` are (id, name) pairs that can compute."""

    devices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something went wrong: a sentence for the person, and details for the log."""

    text: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A job yielded ``value``; ``done`` marks its last, which is what it returned (None when cancelled)."""

    job: int
    value: object
    done: bool = False
    cancelled: bool = False


class Outbox:
    """One slot for frames, a list for messages, one wake-up."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._frame: Frame | None = None
        self._messages: list[object] = []
        self._woken = False
        self.wake: Callable[[], object] = lambda: None  # called on the compute thread

    def put_frame(self, frame: Frame) -> None:
        with self._lock:
            self._frame = frame
            wake, self._woken = not self._woken, True
        if wake:
            self.wake()

    def put(self, message: object) -> None:
        with self._lock:
            self._messages.append(message)
            wake, self._woken = not self._woken, True
        if wake:
            self.wake()

    def take(self) -> tuple[Frame | None, list[object]]:
        """Everything since the last call; allows the next wake-up."""
        with self._lock:
            frame, messages = self._frame, self._messages
            self._frame, self._messages, self._woken = None, [], False
        return frame, messages
