"""The networks convviz ships, as the lecture prints them."""

from __future__ import annotations

from .errors import InputError
from .network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU

DIGITS = tuple("0123456789")


def lecture() -> NetworkSpec:
    """The lecture's MNIST network (its `class Net`): 105,506 parameters, 1,333,200 products."""
    return NetworkSpec(
        "lecture",
        (1, 28, 28),
        (
            Conv2d("conv1", 32, (5, 5)),
            MaxPool2d("pool1", (3, 3)),
            ReLU("relu1"),
            Conv2d("conv2", 64, (5, 5)),
            MaxPool2d("pool2", (2, 2)),
            ReLU("relu2"),
            Flatten("flatten"),
            Linear("fc1", 200),
            ReLU("relu3"),
            Linear("fc2", 10),
        ),
        DIGITS,
    )


def lenet5() -> NetworkSpec:
    """LeNet-5 as the lecture's list of layers shows it (LeCun et al. 1989), 28×28 input.

    The slide gives the classifier as 400 → 120 → 84 → 10 but prints no padding; without it the last maps
    are 16×4×4 = 256 values and the shapes do not add up. ``conv1`` is therefore padded by 2, which gives
    16×5×5 = 400. The slide omits that padding.
    """
    return NetworkSpec(
        "lenet5",
        (1, 28, 28),
        (
            Conv2d("conv1", 6, (5, 5), padding=(2, 2)),
            ReLU("relu1"),
            MaxPool2d("pool1", (2, 2)),
            Conv2d("conv2", 16, (5, 5)),
            ReLU("relu2"),
            MaxPool2d("pool2", (2, 2)),
            Flatten("flatten"),
            Linear("fc1", 120),
            ReLU("relu3"),
            Linear("fc2", 84),
            ReLU("relu4"),
            Linear("fc3", 10),
        ),
        DIGITS,
    )


NETWORKS = {"lecture": lecture, "lenet5": lenet5}


def network(name: str) -> NetworkSpec:
    """The shipped network of that name.

    Raises:
        InputError: there is none.
    """
    try:
        return NETWORKS[name]()
    except KeyError:
        raise InputError(f"there is no network called {name!r}; convviz ships {' and '.join(NETWORKS)}") from None
