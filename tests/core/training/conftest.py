"""A few digits, small networks, and how a training runs to its end."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
import pytest

from convviz.core.data import Images, Split, finish, written
from convviz.core.steering import Steering
from convviz.spec.network import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
)
from convviz.spec.training.news import Epoch, News, Stepped
from convviz.spec.weights import Weights

Job = Generator[News | None, None, Weights]


class Course:
    """What a training said until its end."""

    def __init__(self, job: Job, heard: Callable[[News | None], object] = lambda news: None) -> None:
        self.news: list[News] = []
        while True:
            try:
                news = next(job)
            except StopIteration as stop:
                self.weights: Weights = stop.value
                return
            heard(news)
            if news is not None:
                self.news.append(news)

    @property
    def steps(self) -> list[Stepped]:
        return [news for news in self.news if isinstance(news, Stepped)]

    @property
    def epochs(self) -> list[Epoch]:
        return [news for news in self.news if isinstance(news, Epoch)]

    @property
    def losses(self) -> list[float]:
        return [news.loss for news in self.steps]


@pytest.fixture
def course() -> type[Course]:
    """Runs a training to its end; ``heard`` is called with everything it yields."""
    return Course


@pytest.fixture(scope="session")
def images() -> Images:
    return finish(written(200, seed=0))


@pytest.fixture(scope="session")
def data(images: Images) -> Split:
    return Split("digits", images, finish(written(60, seed=9)))


@pytest.fixture(scope="session")
def untested(images: Images) -> Split:
    return Split("untested", images, Images(images.images[:0], images.labels[:0]))


def _small(norm: bool = False, dropout: bool = False, classes: int = 10) -> NetworkSpec:
    layers = (
        Conv2d("conv1", 6, (5, 5), stride=(2, 2)),
        *((BatchNorm2d("norm1"),) if norm else ()),
        ReLU("relu1"),
        *((Dropout("dropout1", 0.25),) if dropout else ()),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        *((Dropout("dropout2", 0.5),) if dropout else ()),
        Linear("fc1", classes),
    )
    return NetworkSpec("small", (1, 28, 28), layers)


@pytest.fixture(scope="session")
def small() -> Callable[..., NetworkSpec]:
    """``small(norm, dropout, classes)``: convolution, pooling, fully connected layer."""
    return _small


@pytest.fixture(scope="session")
def equal() -> Callable[[Weights, Weights], bool]:
    """Whether weights are the same to the last bit."""
    return lambda a, b: set(a) == set(b) and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture
def steering() -> Steering:
    return Steering()
