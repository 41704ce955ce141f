"""The functions that layers compute, of plain numbers, with torch's answers where a number is not finite."""

from __future__ import annotations

from math import erf, exp, sqrt

import numpy as np
from numpy.typing import NDArray

from ..network import BatchNorm2d
from .explanation import Doubles
from .step import Arrays, taken


def largest(values: Doubles, allowed: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The cell (i, j) that torch's max-pooling takes: the first of the largest, or the last that is not a number.

    ``allowed`` leaves out the padding; None where nothing is left.

    >>> largest(np.array([[1.0, 3.0], [3.0, 2.0]]), np.ones((2, 2), bool))
    (0, 1)
    """
    candidates = np.flatnonzero(allowed)
    if not candidates.size:
        return None
    found = values.ravel()[candidates]
    unknown = np.flatnonzero(np.isnan(found))
    best = unknown[-1] if unknown.size else found.argmax()
    row, column = divmod(int(candidates[best]), values.shape[1])
    return row, column


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


def statistics(layer: BatchNorm2d, weights: Arrays, channel: int, channels: int) -> tuple[float, float, float, float]:
    """(mean, variance, scale γ, shift β) of one of a batch norm's channels; 1 and 0 where it learns no γ and β.

    Raises:
        InputError: the weights lack them, or they are for another number of channels.
    """
    names = ("running_mean", "running_var") + (("weight", "bias") if layer.affine else ())
    found = [float(taken(weights, f"{layer.id}.{name}", (channels,))[channel]) for name in names]
    mean, variance, scale, shift = (*found, 1.0, 0.0)[:4]
    return mean, variance, scale, shift
