"""The envelope of a long signal against the signal itself."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from convviz.ui.lab.signal import envelope as module
from convviz.ui.lab.signal.envelope import Envelope, envelope


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 1000, 70_001])
def test_all_of_it_in_one_pixel(size: int) -> None:
    values = np.random.default_rng(size).normal(size=(2, size)).astype(np.float32)
    low, high = Envelope(values).between(values, 1, np.array([0.0, size]))
    assert (low[0], high[0]) == (values[1].min(), values[1].max())


def test_a_pixel_holds_what_lies_under_it_and_little_more() -> None:
    values = np.random.default_rng(0).normal(size=(1, 100_000)).astype(np.float32)
    edges = np.linspace(0, 100_000, 641)
    low, high = Envelope(values).between(values, 0, edges)
    step = edges[1]
    for at in range(640):
        inner = values[0, int(edges[at] + step / 4) : int(edges[at + 1] - step / 4)]
        outer = values[0, max(int(edges[at] - step / 4 - 1), 0) : int(edges[at + 1] + step / 4 + 1)]
        assert outer.min() <= low[at] <= inner.min()
        assert inner.max() <= high[at] <= outer.max()


def test_samples_wider_than_pixels_are_exact() -> None:
    values = np.array([[3, -1, 2, 5]], np.float32)
    low, high = Envelope(values).between(values, 0, np.linspace(0, 4, 9))
    assert low.tolist() == high.tolist() == [3, 3, -1, -1, 2, 2, 5, 5]


def test_what_is_not_a_number_is_seen_from_afar() -> None:
    values = np.zeros((1, 50_000), np.float32)
    values[0, 30_000] = np.nan
    low, _ = Envelope(values).between(values, 0, np.linspace(0, 50_000, 101))
    assert np.flatnonzero(np.isnan(low)).tolist() == [60]


def test_the_range_is_of_finite_values_and_holds_zero() -> None:
    values = np.array([[2, np.nan, np.inf, 5, -np.inf]], np.float32)
    assert Envelope(values).range == (0.0, 5.0)
    assert Envelope(np.full((1, 3), np.nan, np.float32)).range == (0.0, 0.0)


def test_it_is_made_once_and_goes_with_its_array() -> None:
    values = np.zeros((1, 1, 100), np.float32)
    assert envelope(values) is envelope(values)
    key = id(values)
    assert key in module._KNOWN
    del values
    gc.collect()
    assert key not in module._KNOWN
