"""What else the curves say: spikes, changes, colours, advice; and how much of it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.curves import Curves
from convviz.spec.training.run import Change, Run, Runs
from convviz.spec.training.settings import TrainingSettings
from convviz.ui.look import theme
from convviz.ui.train.curves.page import CurvesPage
from convviz.ui.train.curves.plot import CurvePlot

EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})
LEFT = Qt.MouseButton.LeftButton


def drawn(page: CurvesPage, figure: Any, key: str) -> tuple[Any, Any]:
    x, y = page.plots[figure].strokes.curves[key].getData()
    return np.asarray(x), np.asarray(y)


def last(page: CurvesPage, figure: Any) -> float:
    """The newest step that is drawn of the fifth run."""
    return float(page.plots[figure].strokes.curves["5 raw"].getData()[0][-1])


def test_a_run_keeps_its_colour_and_the_present_one_is_thicker(
    open_page: Callable[..., CurvesPage],
    make_trainer: Any,
    make_run: Callable[..., Run],
    make_state: Callable[..., State],
) -> None:
    trainer = make_trainer(make_run(1))
    page = open_page(trainer)
    first = page.legend.entries[0].colour
    trainer.run = make_run(2)
    page.show_state(None, make_state(runs=Runs((make_run(1, status="done"), trainer.run), 2)))
    page.refresh(EVERYTHING)
    entries = {entry.text: entry for entry in page.legend.entries}
    assert entries["Run 1"].colour == first
    assert entries["Run 2: mini-batches"].colour != first
    pens = {key: page.plots["loss"].strokes.curves[key].opts["pen"] for key in ("1 mean", "2 mean")}
    assert pens["2 mean"].widthF() > pens["1 mean"].widthF()


def spiked(curves: Curves, first: int = 60, last: int = 63) -> Curves:
    steps = curves.steps.copy()
    steps[first:last, 2] = 508_710.25
    return Curves(steps, curves.epochs, curves.layers)


def tip_at(plot: CurvePlot, x: float, y: float, monkeypatch: pytest.MonkeyPatch) -> str:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: said.append(text))
    frame = plot.frame
    place = QPoint(round(frame.place(x)), round(y))
    QApplication.sendEvent(plot.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, plot.mapToGlobal(place)))
    return said[-1]


def test_a_spike_is_cut_and_marked(
    page: CurvesPage, trainer: Any, make_curves: Callable[..., Curves], monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = page.plots["loss"]
    trainer.measured(spiked(make_curves(220, 4)))
    assert plot.height_range[1] < 10
    marks = [(mark.x, mark.above) for mark in plot.beyond if mark.y > 5e5]
    assert marks
    assert all(61 <= x <= 63 and above for x, above in marks)
    page.grab()
    text = tip_at(plot, 62, plot.frame.rect.top() + 5, monkeypatch)
    assert text.startswith("loss 508,710 at step 6")
    assert tip_at(plot, 150, plot.frame.rect.center().y(), monkeypatch) == ""
    assert "Click" in tip_at(plot, 150, 4, monkeypatch)
    assert len(tick_texts(plot)) >= 2


def tick_texts(plot: CurvePlot) -> list[str]:
    axis = plot.getAxis("left")
    low, high = plot.height_range
    found: list[str] = []
    for distance, values in axis.tickValues(low, high, axis.size().height()):
        found += axis.tickStrings(values, 1, distance)
    return found


def test_an_earlier_run_does_not_flatten_the_present_one(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    bad = make_run(1, status="diverged")
    trainer = make_trainer(make_run(2))
    page = open_page(trainer, replace(bad, curves=spiked(bad.curves, 60, 200)))
    assert page.plots["loss"].height_range[1] < 10
    page.grab()


def test_many_runs_are_painted_in_turn(
    open_page: Callable[..., CurvesPage],
    make_trainer: Any,
    make_run: Callable[..., Run],
    make_curves: Any,
    qtbot: QtBot,
) -> None:
    trainer = make_trainer(make_run(5))
    page = open_page(trainer, *(make_run(number, status="done") for number in range(1, 5)))
    qtbot.waitUntil(lambda: len(page.plots["accuracy"].strokes.curves) == 11)
    trainer.measured(make_curves(230, 4, seed=5))
    assert last(page, "loss") == 230
    qtbot.waitUntil(lambda: last(page, "accuracy") == 230)


def test_changes_of_settings_are_marked(page: CurvesPage, trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = trainer.run.settings
    changes = Change(100, replace(settings, rate=5.0)), Change(150, replace(settings, rate=5.0, batch=32))
    trainer.run = replace(trainer.run, changes=changes)
    page.refresh(EVERYTHING)
    for plot in page.plots.values():
        assert [mark.x for mark in plot.changes] == [100, 150]
        page.grab()
        assert tip_at(plot, 100, 60, monkeypatch) == "Run 1, at step 100: rate 0.002 → 5"
        assert tip_at(plot, 150, 60, monkeypatch) == "Run 1, at step 150: batch 64 → 32"
    page.controls.across_switch.buttons["epoch"].click()
    assert [mark.x for mark in page.plots["loss"].changes] == [2, 3]


def test_it_says_what_is_wrong_or_why_the_curves_lie_so(page: CurvesPage, trainer: Any) -> None:
    assert page.advice.isVisible()
    assert "bent" in page.advice.usual.whole
    steps = trainer.curves.steps.copy()
    dead = np.repeat(steps[-1:], 600, axis=0)
    dead[:, 0], dead[:, 2], dead[:, 3] = np.arange(201, 801), 2.31, 0.1
    trainer.measured(Curves(np.concatenate([steps, dead]), trainer.curves.epochs))
    assert page.advice.warning.isVisible()
    assert page.advice.warning.text().startswith("This training has died")
    assert page.advice.height() >= page.advice.warning.heightForWidth(page.advice.width())
    trainer.measured(Curves(steps, trainer.curves.epochs))
    assert not page.advice.warning.isVisible()


def test_a_narrow_page_cuts_no_word(page: CurvesPage) -> None:
    page.resize(460, 560)
    QApplication.processEvents()
    controls = page.controls
    for button in (*controls.across_switch.buttons.values(), *controls.scale_switch.buttons.values()):
        assert button.width() >= button.minimumSizeHint().width()
        assert button.width() >= button.sizeHint().width()
    assert controls.smoothing.text() == "10-step mean"
    assert controls.show_all.geometry().right() <= controls.width()
    metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
    for line in (page.reading, page.advice.usual):
        assert metrics.horizontalAdvance(line.text()) <= line.width()


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_run_that_diverges_is_drawn_as_far_as_it_is_finite(
    page: CurvesPage, trainer: Any, qtbot: QtBot, scale: str
) -> None:
    qtbot.mouseClick(page.controls.scale_switch.buttons[scale], LEFT)
    steps = trainer.curves.steps.copy()
    steps[150:, 2] = 3e38
    steps[160:, 2] = np.inf
    steps[170:, 2:4] = np.nan
    steps[10, 2] = 0.0
    trainer.measured(Curves(steps, trainer.curves.epochs))
    page.grab()
    assert "loss NaN" in page.reading.text()
    low, high = page.plots["loss"].height_range
    assert np.isfinite([low, high]).all()
    x, y = drawn(page, "loss", "1 raw")
    assert np.isnan(y[x > 160]).all()
    assert np.isfinite(y[(x > 11) & (x <= 160)]).all()
    steps[:, 2] = np.nan
    trainer.measured(Curves(steps, trainer.curves.epochs))
    page.grab()


def test_the_plot_says_which_losses_it_shows(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run(2))
    page = open_page(trainer, make_run(1, status="done"))
    plot = page.plots["loss"]
    assert plot.note == ""
    square = replace(trainer.run.settings, loss="mse")
    trainer.run = replace(trainer.run, changes=(Change(100, square),))
    page.refresh(EVERYTHING)
    assert plot.note == "cross-entropy; MSE from step 100; of Run 1 (cross-entropy) only the accuracy is drawn"
    assert page.plots["accuracy"].note == ""
    page.grab()


def test_losses_on_another_scale_are_not_drawn_beside_each_other(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    square = TrainingSettings(epochs=4, batch=64, loss="mse")
    curves = make_run(2).curves
    steps, epochs = curves.steps.copy(), curves.epochs.copy()
    steps[:, 2] /= 30
    epochs[:, [2, 4]] /= 30
    small = Curves(steps, epochs)
    trainer = make_trainer(make_run(2, settings=square, curves=small))
    page = open_page(trainer, make_run(1, status="done"), make_run(3, status="done", settings=square, curves=small))
    loss, accuracy = page.plots["loss"], page.plots["accuracy"]
    assert {key[0] for key in loss.strokes.curves} == {"2", "3"}
    assert {key[0] for key in accuracy.strokes.curves} == {"1", "2", "3"}
    assert loss.note == "MSE; of Run 1 (cross-entropy) only the accuracy is drawn"
    assert loss.height_range[1] < 0.2, "as high as what is drawn"
    trainer.run = replace(trainer.run, settings=replace(square, loss="cross-entropy"))
    page.refresh(EVERYTHING)
    assert {key[0] for key in loss.strokes.curves} == {"1", "2"}
    assert loss.note == "cross-entropy; of Run 3 (MSE) only the accuracy is drawn"


def test_a_run_that_has_only_begun_cuts_no_other(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run], qtbot: QtBot
) -> None:
    trainer = make_trainer(make_run(2))
    trainer.run = replace(trainer.run, curves=trainer.curves.until(5))
    page = open_page(trainer, make_run(1, status="done"))
    for scale in ("linear", "log"):
        qtbot.mouseClick(page.controls.scale_switch.buttons[scale], LEFT)
        qtbot.waitUntil(lambda s=scale: page.plots["loss"].log == (s == "log"))  # type: ignore[misc]
        for plot in page.plots.values():
            assert plot.beyond == []


def test_a_short_run_can_be_looked_at_alone(
    open_page: Callable[..., CurvesPage],
    make_trainer: Any,
    make_run: Callable[..., Run],
    make_curves: Callable[..., Curves],
    qtbot: QtBot,
) -> None:
    trainer = make_trainer(make_run(2))
    whole = trainer.curves
    trainer.run = replace(trainer.run, curves=whole.until(5))
    page = open_page(trainer, make_run(1, status="done", curves=make_curves(2300, 4)))
    controls, plot = page.controls, page.plots["loss"]
    assert controls.fit.isVisible()
    page.resize(478, 560)
    QApplication.processEvents()
    metrics = QFontMetrics(theme.font(theme.VALUE_PX))
    assert metrics.horizontalAdvance(controls.smoothing.text()) <= controls.smoothing.width()
    for button in (*controls.across_switch.buttons.values(), controls.fit, controls.show_all):
        assert button.width() >= button.sizeHint().width()
    assert controls.show_all.geometry().right() <= controls.width()
    qtbot.mouseClick(controls.fit, LEFT)
    assert 5 < plot.sight[1] < 10
    assert controls.show_all.isEnabled()
    assert not controls.fit.isEnabled()
    trainer.measured(whole.until(40))
    assert 40 < plot.sight[1] < 60, "it goes on with the run"
    qtbot.mouseClick(controls.show_all, LEFT)
    assert plot.sight[1] > 2300
    assert not controls.show_all.isEnabled()
    assert controls.fit.isEnabled()
    trainer.measured(make_curves(2200, 4))
    assert not controls.fit.isVisible(), "nothing to be gained"


def test_very_different_losses_ask_for_the_logarithm(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    curves = trainer.curves
    assert "log" not in page.advice.warning.text() + page.advice.usual.whole
    steps = curves.steps.copy()
    steps[100:, 2] = 1e32
    trainer.measured(Curves(steps, curves.epochs))
    assert "“log” shows the small ones" in page.advice.warning.text()
    steps = curves.steps.copy()
    steps[:, 2] = 2.3 * np.exp(-steps[:, 0] / 12)
    trainer.measured(Curves(steps, curves.epochs))
    assert "“log” shows the small ones" in page.advice.usual.whole
    qtbot.mouseClick(page.controls.scale_switch.buttons["log"], LEFT)
    qtbot.waitUntil(lambda: "“log”" not in page.advice.usual.whole)
