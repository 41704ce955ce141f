"""Which heights are in sight, against numpy's percentiles; nothing is flattened by what lies far out."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.curves.span import EDGES, Span, drawn, drawn_span, together, usual
from convviz.ui.train.curves.thinning import Doubles


def seen(values: Doubles, *newest: float, figure: str = "loss", log: bool = False) -> Span:
    shown = drawn(values, log=log)
    extremes = Span(float(shown.min()), float(shown.max()))
    return usual(shown, extremes, newest, float(shown[0]), EDGES[figure, log])


def falling(count: int = 1000, seed: int = 0, quick: float = 5) -> Doubles:
    rng = np.random.default_rng(seed)
    return 2.3 * np.exp(-np.arange(count) / (count / quick)) + rng.uniform(0.05, 0.2, count)


def test_a_usual_curve_is_seen_whole() -> None:
    for count in (1, 2, 19, 20, 500, 5000):
        for quick in (5, 50, 500):
            values = falling(count, quick=quick)
            assert seen(values) == (values.min(), values.max())
    assert seen(np.full(100, 0.5)) == (0.5, 0.5)


@pytest.mark.parametrize("share", [0.001, 0.005, 0.02, 0.1, 0.2])
def test_a_spike_flattens_nothing(share: float) -> None:
    values = falling()
    spiked = values.copy()
    spiked[500 : 500 + max(round(1000 * share), 1)] = 5e5
    low, high = seen(spiked)
    assert low == values.min()
    assert np.percentile(values, 90) <= high < 10


def test_a_spike_that_is_the_newest_is_seen() -> None:
    assert seen(np.append(falling(), 5e5), 5e5).high == 5e5
    assert seen(falling(), float("nan")) == seen(falling())


def test_a_loss_is_not_cut_below_whatever_came_later() -> None:
    died = np.concatenate([falling(400), np.random.default_rng(1).normal(2.3, 0.03, 5000)])
    assert seen(died).low == died.min()
    assert seen(died).high > 2.3


def test_the_accuracy_of_a_moment_ago() -> None:
    rng = np.random.default_rng(2)
    values = np.clip(rng.normal(0.98, 0.005, 3000), 0, 1)
    values[100:105] = 0.1
    low, high = seen(values, figure="accuracy")
    assert 0.9 < low < 0.98
    assert high == values.max()


def test_logarithms_leave_out_what_has_none() -> None:
    values = np.array([0.0, -1.0, np.nan, np.inf, 1.0, 100.0])
    assert drawn(values, log=True).tolist() == [0.0, 2.0]
    assert drawn_span((0.1, 100.0), log=True) == (-1.0, 2.0)
    assert not drawn_span((float("nan"), float("nan")), log=True).known


def test_another_run_reaches_only_so_far() -> None:
    assert Span(0.0, 1e6).within(Span(0.0, 2.0)) == (0.0, 4.0)
    assert Span(0.5, 2.5).within(Span(0.0, 2.0)) == (0.5, 2.5)
    assert Span(0.5, 2.5).within(Span(1.0, 1.0)) == (0.5, 2.5)
    assert together([Span(), Span(1, 2), Span(0.5, 1.5)]) == (0.5, 2)
    assert not together([Span()]).known
