"""A training that has died is told from one that learns, one that begins, and one that is out of hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.spec.training.curves import Curves
from convviz.spec.training.run import Change, Run
from convviz.ui.train.curves.ailing import ailment, ailment_of, guessing

RNG = np.random.default_rng(0)
GUESS = 2.3026


def curves(*parts: Any) -> Curves:
    losses = np.concatenate([np.atleast_1d(np.asarray(part, np.float64)) for part in parts])
    rows = np.zeros((len(losses), 5), np.float32)
    rows[:, 0], rows[:, 2] = np.arange(1, len(losses) + 1), losses
    return Curves(rows)


def around(middle: float, count: int) -> Any:
    return RNG.normal(middle, 0.05 * middle, count)


def test_what_learns_is_left_alone() -> None:
    assert ailment(curves(around(2.3, 80), around(0.5, 500)), GUESS) == ""
    assert ailment(curves(around(2.3, 250)), GUESS) == "", "it has only begun"
    assert ailment(curves(around(2.0, 2000)), GUESS) == "", "slowly"
    assert ailment(curves(around(2.3, 80), around(0.5, 500), around(2.4, 150)), GUESS) == "", "it may come back"
    assert ailment(Curves(), GUESS) == ""
    assert ailment(curves(np.full(500, np.nan)), GUESS) == "", "that ends, and says so itself"
    assert ailment(curves(around(2.3, 2000)), 0.0) == "", "one class"


def test_what_has_died() -> None:
    text = ailment(curves(around(2.3, 80), around(0.12, 300), 5e5, 4e5, around(2.31, 800)), GUESS)
    assert text.startswith("This training has died: for 8")
    assert "(2.30)" in text
    assert "time machine" in text


def test_what_never_learnt() -> None:
    assert ailment(curves(around(2.3, 500)), GUESS).startswith("Nothing has been learnt in 500 steps")


def test_what_is_out_of_hand() -> None:
    text = ailment(curves(around(0.5, 300), around(5.2e5, 150)), GUESS)
    assert text.startswith("The loss is out of hand: about 520,000, where mere guessing gives 2.30.")
    assert ailment(curves(around(0.5, 300), [5e5] * 20), GUESS) == "", "a spike"


@pytest.mark.parametrize(("loss", "guess"), [("cross-entropy", np.log(10)), ("mse", 0.09)])
def test_guessing(make_run: Callable[..., Run], loss: Any, guess: float) -> None:
    run = make_run()
    run = replace(run, changes=(Change(10, replace(run.settings, loss=loss)),))
    assert guessing(run) == pytest.approx(guess)
    scores, targets = np.full((1000, 10), 0.1), np.eye(10)[np.arange(1000) % 10]
    if loss == "mse":
        assert np.square(scores - targets).mean() == pytest.approx(guess)


def test_what_was_measured_with_another_loss_is_not_judged(make_run: Callable[..., Run]) -> None:
    run = make_run(curves=curves(around(1.4, 300), around(0.05, 120)))
    run = replace(run, changes=(Change(300, replace(run.settings, loss="mse")),))
    for steps in (310, 400, 420):
        seen = replace(run, curves=run.curves.until(steps))
        assert ailment_of(seen) == ""
    dead = replace(run, curves=curves(around(1.4, 300), around(0.09, 320)))
    assert ailment_of(dead).startswith("Nothing has been learnt in 320 steps: the loss is that of guessing (0.09).")
    assert ailment_of(replace(dead, curves=dead.curves.until(590))) == "", "of the new loss there are too few"


def test_what_was_read_rightly_was_learnt_whatever_the_loss(make_run: Callable[..., Run]) -> None:
    run = make_run()
    square = replace(run.settings, loss="mse")
    rows = curves(around(0.5, 262), around(0.089, 202), around(0.15, 321)).steps.copy()
    rows[:, 3] = np.concatenate([np.linspace(0.1, 0.9, 262), np.linspace(0.1, 0.45, 202), np.full(321, 0.1)])
    run = replace(run, curves=Curves(rows), changes=(Change(262, square), Change(463, replace(square, rate=5.0))))
    assert ailment_of(replace(run, curves=run.curves.until(463))) == "", "it is learning"
    assert ailment_of(run).startswith(
        "This training has died: for 325 steps the loss has been worse than that of guessing (0.15, not 0.09); "
        "before, it read up to 85.7 % rightly."
    )


def test_steps_that_are_too_large_are_not_to_be_made_larger() -> None:
    text = ailment(curves(around(3.4, 400)), GUESS, 10)
    assert "worse than that of guessing (3.4, not 2.30). The steps are too large" in text
    assert "or larger" not in text
