"""The mean that the block-wise sum gives is the one of the recurrence."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.curves.smoothing import Smoothed


def slowly(values: list[float], beta: float) -> list[float]:
    mean, weight, result = 0.0, 0.0, []
    for value in values:
        if not np.isfinite(value):
            result.append(np.nan)
            continue
        mean, weight = beta * mean + (1 - beta) * value, beta * weight + (1 - beta)
        result.append(mean / weight)
    return result


@pytest.mark.parametrize("beta", [0.0, 0.01, 0.3, 0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("sizes", [[1], [3000], [1, 0, 1, 700, 2, 1999], [5] * 40])
def test_it_is_the_recurrence_in_any_parts(beta: float, sizes: list[int]) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(2, 1, sum(sizes)).astype(np.float32)
    values[rng.random(len(values)) < 0.1] = np.nan
    values[len(values) // 2] = np.inf
    mean = Smoothed(beta)
    parts = np.split(values, np.cumsum(sizes)[:-1])
    found = np.concatenate([mean.extend(part) for part in parts])
    assert np.allclose(found, slowly([float(v) for v in values], beta), rtol=1e-9, atol=1e-9, equal_nan=True)


def test_huge_values_stay_finite() -> None:
    found = Smoothed(0.99).extend(np.full(5000, 3e38, np.float32))
    assert np.allclose(found, np.float32(3e38))


def test_nothing_is_no_value() -> None:
    mean = Smoothed(0.9)
    assert len(mean.extend(np.zeros(0))) == 0
    assert np.isnan(mean.extend(np.array([np.nan]))).all()
    assert mean.extend(np.array([7.0])) == 7.0
