"""Random networks of every layer type, run by torch: the oracle of all that is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from convviz.core.network import build
from convviz.spec.arithmetic import Explanation
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
    ReLU,
    Sigmoid,
    Tanh,
)
from convviz.spec.weights import Weights, shapes

Floats = NDArray[np.float32]
POINTWISE = (ReLU, Tanh, Sigmoid, LeakyReLU, GELU, Dropout)


@dataclass(frozen=True)
class Run:
    """One input through one network, and back from the score of ``target``."""

    network: NetworkSpec
    weights: Weights
    maps: dict[str, Floats]
    gradients: dict[str, Floats]
    weight_gradients: dict[str, Floats]
    target: int

    def explained(self, found: Explanation) -> None:
        """Fails where what was added up is not what torch computed, to 1e-5 of all that was added."""
        with np.errstate(invalid="ignore", over="ignore"):
            size = np.abs(found.products[np.isfinite(found.products)]).sum() + abs(found.bias or 0.0)
        if found.kind == "function":  # one rounding of a number of this size
            size = max(size, 1.0)
        where = f"{found.layer}{found.index} of {self.network}: {found.total} but torch {found.shown}"
        assert found.total == found.shown or abs(found.difference) <= 1e-5 * size, where


def run(network: NetworkSpec, weights: Weights, picture: Floats, target: int = 0) -> Run:
    module = build(network, weights)
    values = {"input": torch.tensor(picture[None], requires_grad=True)}
    x = values["input"]
    for name, layer in module.named_children():
        x = values[name] = layer(x)
    for value in values.values():
        value.retain_grad()
    maps = {name: value.detach()[0].numpy().copy() for name, value in values.items()}
    if not all(np.isfinite(array).all() for array in maps.values()):
        return Run(network, weights, maps, {}, {}, target)
    x.flatten()[target].backward()
    parameters = {name: p.grad for name, p in module.named_parameters()}
    return Run(
        network,
        weights,
        maps,
        {name: _numbers(value.grad, value)[0] for name, value in values.items()},
        {name: _numbers(grad, dict(module.named_parameters())[name]) for name, grad in parameters.items()},
        target,
    )


def _numbers(gradient: torch.Tensor | None, like: torch.Tensor) -> Floats:
    return (torch.zeros_like(like) if gradient is None else gradient).detach().numpy().copy()


def drawn_weights(network: NetworkSpec, rng: np.random.Generator) -> Weights:
    arrays = {
        name: rng.uniform(0.1, 2, shape) if name.endswith("running_var") else rng.normal(0, 0.5, shape)
        for name, shape in shapes(network).items()
    }
    return Weights(arrays)


def drawn_run(seed: int, kinds: tuple[type[Layer], ...] = ()) -> Run:
    """A random network (its maps made by some of ``kinds``) with random weights, input and class."""
    rng = np.random.default_rng(seed)
    while True:
        layers = [_drawn(rng, f"layer{n}", kinds) for n in range(rng.integers(1, 5))]
        if rng.random() < 0.5:
            layers += _head(rng)
        shape = (int(rng.integers(1, 5)), int(rng.integers(3, 12)), int(rng.integers(3, 12)))
        network = NetworkSpec(f"seed {seed}", shape, tuple(layers))
        try:
            outputs = int(np.prod(describe(network)[-1].output_shape))
        except InputError:
            continue
        picture = rng.normal(0, 1, shape)
        if rng.random() < 0.3:
            picture = np.round(picture)  # so that largest values meet their equals
        result = run(network, drawn_weights(network, rng), picture.astype(np.float32), int(rng.integers(outputs)))
        if result.gradients:  # else a max-pooling saw nothing but padding
            return result


def _head(rng: np.random.Generator) -> list[Layer]:
    middle = [kind(f"flat{n}") for n, kind in enumerate(POINTWISE) if rng.random() < 0.3]
    hidden = [Linear("fc1", int(rng.integers(1, 6)), bool(rng.random() < 0.7)), Tanh("tanh9")]
    last = Linear("fc2", int(rng.integers(1, 6)), bool(rng.random() < 0.7))
    return [Flatten("flatten"), *middle, *(hidden if rng.random() < 0.5 else []), last]


def _drawn(rng: np.random.Generator, name: str, kinds: tuple[type[Layer], ...]) -> Layer:
    kinds = kinds or (Conv2d, MaxPool2d, AvgPool2d, BatchNorm2d, *POINTWISE)

    def pair(low: int, high: int) -> tuple[int, int]:
        return int(rng.integers(low, high)), int(rng.integers(low, high))

    coin = bool(rng.random() < 0.5)
    kernel, stride, padding = pair(1, 5), pair(1, 4), pair(0, 3)
    dilation = pair(1, 3) if coin else (1, 1)
    match kinds[rng.integers(len(kinds))]:
        case t if t is Conv2d:
            mode = ("zeros", "reflect", "replicate", "circular")[rng.integers(4)]
            groups = int(rng.integers(1, 4))
            channels = groups * int(rng.integers(1, 4))
            return Conv2d(name, channels, kernel, stride, padding, dilation, groups, coin, mode)
        case t if t is MaxPool2d:
            stride_or_kernel = stride if rng.random() < 0.5 else None
            return MaxPool2d(name, kernel, stride_or_kernel, padding, dilation, coin)
        case t if t is AvgPool2d:
            return AvgPool2d(name, kernel, stride, padding, coin, bool(rng.random() < 0.5))
        case t if t is BatchNorm2d:
            return BatchNorm2d(name, affine=coin)
        case t:
            return t(name)


def drawn_index(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(rng.integers(size)) for size in shape)


@pytest.fixture(scope="session")
def running() -> Callable[..., Run]:
    return run


@pytest.fixture(scope="session")
def drawing() -> Callable[..., Run]:
    return drawn_run


@pytest.fixture(scope="session")
def weighing() -> Callable[..., Weights]:
    return drawn_weights


@pytest.fixture(scope="session")
def choosing() -> Callable[..., tuple[int, ...]]:
    return drawn_index
