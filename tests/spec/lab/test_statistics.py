"""Statistics against numpy's own."""

from __future__ import annotations

from math import isnan

import numpy as np

from convviz.spec.lab.statistics import statistics


def test_they_are_those_of_all_values() -> None:
    values = np.random.default_rng(0).normal(size=(3, 700, 701)).astype(np.float32)
    found = statistics(values)
    assert (found.low, found.high, found.others) == (values.min(), values.max(), 0)
    assert abs(found.mean - values.mean(dtype=np.float64)) < 1e-9


def test_values_that_are_no_numbers_do_not_count() -> None:
    values = np.array([[np.inf, -np.inf, np.nan]], np.float32)
    found = statistics(values)
    assert found.others == 3
    assert isnan(found.mean)
