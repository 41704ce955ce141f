"""Losses of two kinds: what the title says of them, and that no line joins them; and whose dots are on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from convviz.spec.training.curves import Curves
from convviz.spec.training.run import Change, Run
from convviz.ui.train.curves.page import CurvesPage
from convviz.ui.train.curves.series import RunSeries, Sight

EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})


def test_a_title_that_is_too_long_says_less_and_all_on_hover(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run(7))
    trainer.run = replace(trainer.run, changes=(Change(100, replace(trainer.run.settings, loss="mse")),))
    page = open_page(trainer, *(make_run(number, status="done") for number in (3, 4, 5, 6)))
    plot = page.plots["loss"]
    assert "of Run 6 (cross-entropy), Run 5 (cross-entropy)" in plot.note
    assert plot.heading == "Loss (cross-entropy; MSE from step 100; of 4 other runs only the accuracy)"
    plot.resize(300, 200)
    assert plot.heading == "Loss (cross-entropy; MSE from step 100)"


def test_test_losses_of_two_kinds_are_not_joined(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run())  # epochs end at 50, 100, 150, 200
    whole, square = trainer.run.curves, replace(trainer.run.settings, loss="mse")
    page = open_page(trainer)

    def gaps(figure: Any) -> list[float]:
        x, y = page.plots[figure].strokes.curves["1 test"].getData()
        return [float(place) for place in np.asarray(x)[np.isnan(np.asarray(y))]]

    assert gaps("loss") == []
    trainer.run = replace(trainer.run, changes=(Change(120, square),))
    page.refresh(EVERYTHING)
    assert gaps("loss") == [150]
    assert gaps("accuracy") == []
    for steps, changes in ((100, ()), (100, (Change(100, square),)), (200, (Change(100, square),))):
        trainer.run = replace(trainer.run, curves=whole.until(steps), changes=changes)
        page.refresh(EVERYTHING)
    assert gaps("loss") == [150], "as it comes"
    x, y = page.plots["loss"].strokes.curves["1 test"].getData()
    assert list(x) == [50, 100, 150, 150, 200]
    assert np.array_equal(np.asarray(y)[[0, 1, 3, 4]], whole.epochs[:, 4])


def test_the_dots_of_the_present_run_are_on_top(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run(2))
    run = trainer.run
    trainer.run = replace(run, curves=Curves())  # its dots come after those of the others
    page = open_page(trainer, make_run(1, status="done"), make_run(3, status="done"))
    trainer.run = run
    page.refresh(EVERYTHING)
    for plot in page.plots.values():
        heights = {key: dots.zValue() for key, dots in plot.strokes.dots.items()}
        assert max(heights, key=lambda key: heights[key]) == "2 test"
        assert len(set(heights.values())) == 3
        assert min(heights.values()) > max(curve.zValue() for curve in plot.strokes.curves.values())


def test_the_running_mean_begins_anew_with_another_loss(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run())
    whole, square = trainer.run.curves, replace(trainer.run.settings, loss="mse")
    steps = whole.steps.copy()
    steps[120:, 2] = 0.01  # the mean of these is no other number, unless what was before is in it
    whole = replace(whole, steps=steps)
    page = open_page(trainer)

    def means(figure: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        x, y = page.plots[figure].strokes.curves["1 mean"].getData()
        return np.asarray(x), np.asarray(y)

    trainer.run = replace(trainer.run, curves=whole, changes=(Change(120, square),))
    page.refresh(EVERYTHING)
    x, y = means("loss")
    assert x[np.isnan(y)].tolist() == [121], "and no line joins the two"
    assert np.allclose(y[x > 121], 0.01)
    assert not np.isnan(means("accuracy")[1]).any()
    at_once = y
    for step, changes in ((120, ()), (120, (Change(120, square),)), (150, (Change(120, square),))):
        trainer.run = replace(trainer.run, curves=whole.until(step), changes=changes)
        page.refresh(EVERYTHING)
    trainer.run = replace(trainer.run, curves=whole)
    page.refresh(EVERYTHING)
    assert np.allclose(means("loss")[1], at_once, equal_nan=True), "as it comes"
    trainer.run = replace(trainer.run, changes=())
    page.refresh(EVERYTHING)
    assert not np.isnan(means("loss")[1]).any(), "the change was undone"
    trainer.run = replace(trainer.run, changes=(Change(120, square),))
    page.refresh(EVERYTHING)
    assert np.allclose(means("loss")[1], at_once, equal_nan=True), "heard of late"


def test_a_mean_that_is_smoothed_in_another_way_begins_anew_too(make_run: Callable[..., Run]) -> None:
    curves, sight = make_run().curves, Sight(0.0, 1000.0, 1000)
    means = []
    for first in (0.5, 0.9):
        series = RunSeries("step", first)
        series.follow(curves, (120,))
        series.smooth(0.9)
        means.append(series.lines("loss", sight).smooth.y)
    assert np.array_equal(*means, equal_nan=True)
    assert np.isnan(means[0][120])
    assert means[0][121] == curves.column("loss")[120]
