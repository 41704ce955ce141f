"""What is strongest: of few values, of many, and of a sample of millions."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.lab.strongest import COUNTED, spread, strongest, strongest_of_all

DICE = np.random.default_rng(4)


def test_nearly_all_values_are_within() -> None:
    values = DICE.normal(size=(1, 300, 200)).astype(np.float32)
    found = strongest(values)
    assert (np.abs(values) <= found).mean() == pytest.approx(0.995, abs=1e-3)
    assert strongest(np.array([2.0, -7.0], np.float32)) == 7.0
    assert strongest(np.array([np.nan, np.inf], np.float32)) == 0.0
    assert strongest(np.zeros((1, 0, 4), np.float32)) == 0.0


def test_a_few_values_beside_zeros_are_seen() -> None:
    values = np.zeros((1, 100, 100), np.float32)
    assert strongest(values) == 0.0
    values[0, 3, 4] = -0.25
    assert strongest(values) == 0.25


@pytest.mark.parametrize("size", [(1, 1), (3000, 4000), (1, 10_000_000), (2_000_000, 2), (70_000, 1), (256, 256)])
def test_places_are_spread_over_all(size: tuple[int, int]) -> None:
    found = spread(*size)
    assert found[0].size * found[1].size <= COUNTED
    assert found[0].size * found[1].size >= min(size[0] * size[1], COUNTED / 2)
    for places, of in zip(found, size, strict=True):
        assert places.min() >= 0
        assert places.max() < of
        assert (np.diff(places) >= 0).all()
        assert places.max() >= of - 2 * of / places.size
    again = spread(*size)
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))


def test_stripes_are_not_always_met_at_the_same_place() -> None:
    """A pattern whose period is that of the sample would look flat."""
    width = 4000
    columns = spread(3000, width)[1].size
    values = np.zeros((1, 3000, width), np.float32)
    values[:] = np.sin(np.arange(width) * (2 * np.pi * columns / width)).astype(np.float32)
    assert strongest_of_all(values) == pytest.approx(1.0, abs=0.01)
