"""The least, the largest and the mean of millions of values, without a second copy of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TOGETHER = 1 << 20  # values


class Statistics(NamedTuple):
    """Of the finite values; ``others`` are infinite or no numbers at all."""

    low: float
    high: float
    mean: float
    others: int


def together(parts: Sequence[Statistics], size: int) -> Statistics:
    """Of several arrays, each of ``size`` values.

    >>> together([Statistics(1.0, 6.0, 3.0, 1), Statistics(-2.0, 0.0, -1.0, 0)], 4)
    Statistics(low=-2.0, high=6.0, mean=0.7142857142857143, others=1)
    """
    others = sum(part.others for part in parts)
    finite = [part for part in parts if part.others < size]
    if not finite:
        return Statistics(nan, nan, nan, others)
    total = sum(part.mean * (size - part.others) for part in finite)
    mean = total / (size * len(parts) - others)
    return Statistics(min(part.low for part in finite), max(part.high for part in finite), mean, others)


def statistics(values: NDArray[np.float32]) -> Statistics:
    """Of an array of any shape; the mean is added up in double precision.

    >>> statistics(np.array([1, 2, np.nan, 6], np.float32))
    Statistics(low=1.0, high=6.0, mean=3.0, others=1)
    """
    flat = values.reshape(-1)
    low, high, total, count = np.inf, -np.inf, 0.0, 0
    for start in range(0, flat.size, TOGETHER):
        part = flat[start : start + TOGETHER]
        finite = np.isfinite(part)
        if not finite.all():
            part = part[finite]
        if part.size:
            low, high = min(low, float(part.min())), max(high, float(part.max()))
            total, count = total + float(part.sum(dtype=np.float64)), count + part.size
    if not count:
        return Statistics(nan, nan, nan, flat.size)
    return Statistics(low, high, total / count, flat.size - count)
