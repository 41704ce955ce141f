"""An experiment as frozen data: everything that decides what is on screen, and everything a file keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .adapt import NOTHING_KEPT, Kept, all_new
from .channels import Channels
from .lab.lab import Lab, drawn_lab
from .network import NetworkSpec
from .origin import Origin
from .preparation import Preparation
from .probe import Probe
from .strokes import Drawing
from .training.plan import Plan
from .training.run import Runs
from .weight_edit import same
from .weights import Weights


@dataclass(frozen=True, slots=True)
class Focus:
    """The selected unit: a layer and the index of one of its values, (channel, row, column) or (feature,)."""

    layer: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Everything that decides what is on screen. Compared field by field with ``is``.

    ``origin`` is the untouched network, itself if none is given. ``kept`` holds what adapting weights to new shapes
    cut away (see :mod:`convviz.spec.adapt`). ``device`` is what the user asked for; a Frame says where it was really
    computed. ``probe`` says what is asked beside the activations. ``lab`` is what the Lab shows. ``plan`` is how the
    next training goes, or the one that runs; ``runs`` are those that were done, and no undo takes them back.
    """

    network: NetworkSpec
    weights: Weights
    drawing: Drawing
    preparation: Preparation
    origin: Origin = None  # type: ignore[assignment]  # filled below
    kept: Mapping[str, Kept] = field(default_factory=lambda: NOTHING_KEPT)
    channels: Channels = field(default_factory=Channels)
    device: str = "cpu"
    focus: Focus | None = None
    probe: Probe = field(default_factory=Probe)
    lab: Lab = field(default_factory=drawn_lab)
    plan: Plan = field(default_factory=Plan)
    runs: Runs = field(default_factory=Runs)

    def __post_init__(self) -> None:
        if self.origin is None:
            object.__setattr__(self, "origin", Origin(self.network, self.weights))

    @property
    def edited(self) -> bool:
        """Whether the network is no longer the one that was opened."""
        silencing = bool(self.channels.muted or self.channels.solo)
        return silencing or self.network != self.origin.network or not same(self.weights, self.origin.weights)


def opened(state: State, network: NetworkSpec, weights: Weights, *, new: bool = False) -> State:
    """The State with another network, untouched; a ``new`` one has random weights, which need training."""
    origin = Origin(network, weights, new)
    kept = all_new(network, weights) if new else NOTHING_KEPT
    return replace(state, network=network, weights=weights, origin=origin, kept=kept, channels=Channels())


def differs(old: State, new: State, *names: str) -> bool:
    """Whether any of these fields is another object."""
    return any(getattr(old, name) is not getattr(new, name) for name in names)
