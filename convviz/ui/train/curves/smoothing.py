"""The exponential mean of a curve, with bias correction, for curves that grow at their end."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
SMALLEST = 1e-6  # of the powers of β within a block: enough digits of a double are left


class Smoothed:
    """m ← β m + (1 − β) x from m = 0, and m / (1 − βⁿ) is shown; a value that is not finite leaves a gap.

    >>> mean = Smoothed(0.5)
    >>> mean.extend(np.array([1.0, 4.0])).tolist(), mean.extend(np.array([np.nan, 0.0])).tolist()
    ([1.0, 3.0], [nan, 1.2857142857142858])
    """

    def __init__(self, beta: float) -> None:
        self.beta = beta
        self._mean, self._count = 0.0, 0

    def extend(self, values: NDArray[np.floating]) -> Doubles:
        """The means behind these further ``values`` (n,), one for each."""
        known = np.isfinite(values)
        result = np.full(len(values), np.nan)
        fresh = values[known].astype(np.float64)
        if not len(fresh):
            return result
        means = _means(fresh, self.beta, self._mean)
        counts = np.arange(self._count + 1, self._count + len(fresh) + 1, dtype=np.float64)
        self._mean, self._count = float(means[-1]), self._count + len(fresh)
        result[known] = means / (1.0 - self.beta**counts)
        return result


def _means(values: Doubles, beta: float, before: float) -> Doubles:
    """The recurrence, a block at a time: within one, it is a sum of values that are weighted by powers of β.

    The ends of the blocks follow the same recurrence with β to the power of their length, which is so small that
    three terms of it are exact.
    """
    if beta == 0.0:
        return values
    size = max(int(log(SMALLEST) / log(beta)), 1)
    blocks = -(-len(values) // size)
    padded = np.zeros(blocks * size)
    padded[: len(values)] = values
    powers = beta ** np.arange(1, size + 1)
    within = np.cumsum(padded.reshape(blocks, size) / powers * (1.0 - beta), axis=1) * powers
    ends, last = within[:, -1].copy(), powers[-1]
    ends[0] += last * before
    carried = ends.copy()
    for k in (1, 2, 3):
        carried[k:] += last**k * ends[: len(ends) - k] if k < len(ends) else 0.0
    starts = np.concatenate(([before], carried[:-1]))
    result: Doubles = (within + starts[:, None] * powers).ravel()[: len(values)]
    return result
