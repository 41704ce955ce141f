"""The functions that layers compute, of plain numbers, with torch's answers where a number is not finite."""

from __future__ import annotations

from math import erf, exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ..network import BatchNorm2d
from .explanation import Doubles
from .step import Arrays, taken


def largest(values: Doubles, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Which of the last axis's values (…, n) torch's max-pooling takes: (…,), and -1 where none is ``allowed``.

    It is the first of the largest, or the last that is not a number. ``allowed`` (…, n) leaves out the padding.

    >>> largest(np.array([[1.0, 3.0, 3.0], [0.0, np.nan, 2.0]]), np.ones((2, 3), bool)).tolist()
    [1, 1]
    """
    inside = np.where(allowed, values, -np.inf)
    unknown = np.isnan(inside)
    first = np.argmax(allowed & (inside == inside.max(axis=-1, keepdims=True)), axis=-1)
    last = values.shape[-1] - 1 - np.argmax(unknown[..., ::-1], axis=-1)
    found = np.where(unknown.any(axis=-1), last, first)
    return np.asarray(np.where(allowed.any(axis=-1), found, -1))


def sigmoid(x: float) -> float:
    """1 / (1 + exp(−x)), without overflow.

    >>> sigmoid(0.0), sigmoid(-1e4), sigmoid(1e4)
    (0.5, 0.0, 1.0)
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def normal_share(x: float) -> float:
    """Φ(x): how much of the normal distribution lies below x.

    >>> normal_share(0.0)
    0.5
    """
    return 0.5 * (1 + erf(x / sqrt(2)))


def normal_density(x: float) -> float:
    """φ(x), the derivative of Φ.

    >>> round(normal_density(0.0), 4)
    0.3989
    """
    return exp(-x * x / 2) / sqrt(2 * pi)


def statistics(layer: BatchNorm2d, weights: Arrays, channel: int, channels: int) -> tuple[float, float, float, float]:
    """(mean, variance, scale γ, shift β) of one of a batch norm's channels; 1 and 0 where it learns no γ and β.

    Raises:
        InputError: the weights lack them, or they are for another number of channels.
    """
    names = ("running_mean", "running_var") + (("weight", "bias") if layer.affine else ())
    found = [float(taken(weights, f"{layer.id}.{name}", (channels,))[channel]) for name in names]
    mean, variance, scale, shift = (*found, 1.0, 0.0)[:4]
    return mean, variance, scale, shift
