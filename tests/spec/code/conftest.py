"""Networks drawn at random, with every kind of layer and setting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Pair,
    ReLU,
    Shape,
    Sigmoid,
    Tanh,
)

MODES = ("zeros", "reflect", "replicate", "circular")
SIMPLE = (ReLU, Tanh, Sigmoid, GELU, Dropout, LeakyReLU, BatchNorm2d)
ODD_NAMES = ("class", "1st", "a b", "größe", "_hidden", "__x", "type", "self", "x" * 60, "…", "lambda", "a-b", "a_b")


def drawn_map_layer(rng: np.random.Generator, name: str, channels: int) -> Layer:
    def pair(low: int, high: int) -> Pair:
        return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

    kernel = pair(1, 4)
    half = (int(rng.integers(0, kernel[0] // 2 + 1)), int(rng.integers(0, kernel[1] // 2 + 1)))
    chosen = int(rng.integers(10))
    ceil, counted, bias = (bool(rng.integers(2)) for _ in range(3))
    stride = pair(1, 3) if rng.random() < 0.5 else None
    match chosen:
        case 0 | 1:
            return MaxPool2d(name, kernel, stride, half, pair(1, 2), ceil)
        case 2:
            return AvgPool2d(name, kernel, stride, half, ceil, counted)
        case 3:
            return BatchNorm2d(name, float(rng.choice([1e-5, 1e-3])), float(rng.choice([0.1, 0.25])), bias)
        case 4 | 5:
            return _simple(rng, name)
    groups = int(rng.choice([g for g in (1, 2, 3) if channels % g == 0]))
    mode = MODES[int(rng.integers(4))]
    return Conv2d(
        name, groups * int(rng.integers(1, 4)), kernel, pair(1, 2), pair(0, 2), pair(1, 2), groups, bias, mode
    )  # type: ignore[arg-type]


def _simple(rng: np.random.Generator, name: str) -> Layer:
    match int(rng.integers(6)):
        case 0:
            return LeakyReLU(name, float(rng.choice([0.01, 0.2])))
        case 1:
            return Dropout(name, float(rng.choice([0.5, 0.25, 1.0])))
    return (ReLU, Tanh, Sigmoid, GELU)[int(rng.integers(4))](name)


def drawn_network(seed: int) -> NetworkSpec:
    """A network that fits, of two to eight layers; some have names that no code can have."""
    rng = np.random.default_rng(seed)
    shape: Shape = (int(rng.integers(1, 7)), int(rng.integers(8, 20)), int(rng.integers(8, 20)))
    spec = NetworkSpec(f"drawn “{seed}”\nnetwork", shape, ())  # type: ignore[arg-type]
    odd = [str(name) for name in rng.permutation(ODD_NAMES)] if seed % 3 == 0 else []
    flat, wanted = False, int(rng.integers(2, 9))
    while len(spec.layers) < wanted:
        name = odd.pop() if odd else f"layer{len(spec.layers)}"
        at = describe(spec)[-1].output_shape if spec.layers else shape
        layer: Layer
        if flat:
            layer = (
                Linear(name, int(rng.integers(1, 12)), bool(rng.integers(2)))
                if rng.random() < 0.6
                else _simple(rng, name)
            )
        elif len(spec.layers) >= wanted // 2 and rng.random() < 0.6:
            layer = Flatten(name)
        else:
            layer = drawn_map_layer(rng, name, at[0])
        longer = NetworkSpec(spec.name, spec.input_shape, (*spec.layers, layer))
        try:
            describe(longer)
        except InputError:
            continue
        spec, flat = longer, flat or isinstance(layer, Flatten)
    return spec


@pytest.fixture(scope="session")
def draw() -> Callable[[int], NetworkSpec]:
    return drawn_network
