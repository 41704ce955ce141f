"""What is left of a curve covers the same pixels."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.curves.thinning import Growing


def made(count: int, parts: int = 7) -> Growing:
    rng = np.random.default_rng(count)
    x, y = np.arange(1, count + 1), rng.normal(size=count).cumsum()
    curve = Growing()
    for at in np.array_split(np.arange(count), parts):
        curve.extend(x[at], y[at])
    return curve


@pytest.mark.parametrize("count", [0, 1, 2, 900, 5_000, 60_000])
@pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (0.25, 0.5), (-0.5, 1.5)])
def test_at_most_two_corners_a_column_with_the_extremes(count: int, left: float, right: float) -> None:
    curve, columns = made(count), 100
    low, high = left * count, max(right * count, left * count + 1)
    line = curve.between(low, high, columns)
    assert len(line.x) <= 2 * (columns + 4)
    assert (np.diff(line.x) >= 0).all()
    inside = (curve.x >= low) & (curve.x <= high)
    if inside.any():
        assert line.y.min() <= curve.y[inside].min()
        assert line.y.max() >= curve.y[inside].max()
        wide = (high - low) / columns
        for at in np.flatnonzero(inside)[:: max(count // 50, 1)]:  # near each value the line is at least as far out
            near = np.abs(line.x - curve.x[at]) <= wide + 32
            assert line.y[near].min() <= curve.y[at] <= line.y[near].max()


def test_whole_columns_of_nan_are_gaps_and_single_ones_are_not() -> None:
    curve = Growing()
    y = np.ones(50_000)
    y[10_000:20_000] = np.nan
    y[::7] = np.nan
    curve.extend(np.arange(50_000), y)
    line = curve.between(0, 50_000, 100)
    gap = (line.x >= 10_000) & (line.x < 20_000 - 32)
    assert np.isnan(line.y[gap]).all()
    assert (line.y[~gap & (line.x < 10_000)] == 1).all()


def test_extremes_know_only_finite_values() -> None:
    curve = Growing()
    curve.extend(np.arange(5), np.array([1.0, np.nan, 7.0, np.inf, -2.0]))
    assert curve.extremes(0, 3) == (1.0, 7.0)
    assert curve.extremes(0, 9) == (-2.0, 7.0)
    assert np.isnan(curve.extremes(1, 1)).all()
    assert np.isnan(Growing().extremes(0, 1)).all()
