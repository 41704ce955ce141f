"""What figures mean, by rule of thumb."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.layers.verdict import FIGURES, recent, verdict

GRADIENT, UPDATE, DEAD = FIGURES


@pytest.mark.parametrize(
    ("figure", "value", "others", "text", "alarming"),
    [
        (UPDATE, 1e-3, (), "usual", False),
        (UPDATE, 2e-5, (), "slow: usual is 0.001", False),
        (UPDATE, 0.0, (), "does not change", False),
        (UPDATE, 0.05, (), "fast: usual is 0.001", True),
        (GRADIENT, 0.5, (0.5, 1.0), "in line with the other layers", False),
        (GRADIENT, 1e-5, (1e-5, 0.1), "vanishes: 1/10,000 of the largest", True),
        (GRADIENT, 1e4, (1e4, 1e4), "explodes: try a lower rate", True),
        (GRADIENT, 0.0, (0.0, 0.1), "none arrives here", True),
        (GRADIENT, float("inf"), (float("inf"),), "not finite: the training diverges", True),
        (DEAD, 0.0, (), "all are alive", False),
        (DEAD, 0.05, (), "a few: usual", False),
        (DEAD, 0.3, (), "many: usual while it learns", False),
        (DEAD, 0.9, (), "most of them: lower the rate", True),
        (DEAD, float("nan"), (), "does not apply to this layer", False),
    ],
)
def test_rules_of_thumb(figure, value, others, text, alarming) -> None:  # type: ignore[no-untyped-def]
    assert verdict(figure, value, others) == (text, alarming)


def test_the_last_measurements_are_judged_together() -> None:
    rows = np.zeros((20, 4), np.float32)
    rows[:, 2] = 1e-3
    rows[-1, 2] = 1.0  # one odd mini-batch
    rows[:, 3] = np.nan
    assert recent(rows, UPDATE) == pytest.approx(1e-3)
    assert np.isnan(recent(rows, DEAD))
    rows[-1, 1] = np.inf
    assert recent(rows, GRADIENT) == np.inf
    assert np.isnan(recent(rows[:0], UPDATE))


def test_a_layer_that_has_become_slow_is_not_called_usual() -> None:
    assert verdict(UPDATE, 1e-3, (), 1.45e-6).text == "slow now, usual before"
    assert verdict(UPDATE, 1e-3, (), 2e-4).text == "usual"
    assert verdict(UPDATE, 1e-5, (), 1e-6).text == "slow: usual is 0.001"


def test_a_frozen_layer_is_no_alarm() -> None:
    for figure in (GRADIENT, UPDATE):
        assert verdict(figure, 0.0, (0.0, 0.1), 0.0, frozen=True) == ("frozen: left as it is", False)
    assert verdict(DEAD, 0.9, (), frozen=True).text == "most of them: lower the rate", "its channels may be dead"
