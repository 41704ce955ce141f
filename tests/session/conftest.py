"""States to experiment with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.session.experiment import State
from convviz.spec.network import NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lecture, lenet5
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.weights import Weights, initial

Pair = tuple[NetworkSpec, Weights]


@pytest.fixture(scope="session")
def networks() -> dict[str, Pair]:
    """Both shipped networks with random weights."""
    return {spec.name: (spec, initial(spec, seed)) for seed, spec in enumerate((lecture(), lenet5()))}


@pytest.fixture(scope="session")
def drawing() -> Callable[[int], Drawing]:
    """Two random strokes, others for another seed."""

    def draw(seed: int) -> Drawing:
        rng = np.random.default_rng(seed)
        return Drawing(tuple(Stroke(rng.uniform(40, 240, (6, 2)), 18.0) for _ in range(2)))

    return draw


@pytest.fixture
def make_state(networks: dict[str, Pair], drawing: Callable[[int], Drawing]) -> Callable[..., State]:
    """A State of a network, with a drawing for the seed; other fields as given."""

    def make(name: str = "lecture", seed: int = 0, **values: Any) -> State:
        spec, weights = networks[name]
        return State(
            **({"network": spec, "weights": weights, "drawing": drawing(seed), "preparation": Preparation()} | values)
        )

    return make
