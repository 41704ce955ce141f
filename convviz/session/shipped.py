"""The networks that come with convviz, with their weights, and the State a window starts with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ..paths import weights_file
from ..spec.errors import InputError
from ..spec.network import NetworkSpec
from ..spec.preparation import Preparation
from ..spec.presets import NETWORKS, network
from ..spec.strokes import Drawing
from ..spec.weights import Weights, check, initial, load
from .experiment import Focus, State

NAMES = tuple(NETWORKS)


def shipped(name: str) -> tuple[NetworkSpec, Weights]:
    """A shipped network and its trained weights.

    Raises:
        InputError: there is no such network, or its weights are missing or damaged.
    """
    file = weights_file(name)
    return _read(name, file, file.stat().st_mtime_ns if file.is_file() else 0)


@lru_cache(maxsize=8)  # an undo history full of switches holds each network once
def _read(name: str, file: Path, changed_ns: int) -> tuple[NetworkSpec, Weights]:
    spec = network(name)
    _, weights = load(file)
    check(spec, weights)
    return spec, weights


def starting_state(name: str = NAMES[0]) -> tuple[State, str]:
    """The State of a new window, and a sentence if something is missing: then the weights are random."""
    trouble = ""
    try:
        spec, weights = shipped(name)
    except InputError as error:
        spec = network(name)
        weights = initial(spec)
        trouble = f"the trained weights of {name} cannot be read ({error}); random ones are used. Install convviz again"
    first = spec.layers[0].id
    focus = Focus(first, (0, spec.input_shape[1] // 2, spec.input_shape[2] // 2))
    return State(spec, weights, Drawing(), Preparation(), focus=focus), trouble
