"""The curves follow what is measured, in any amount, and answer mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.curves import EPOCH, Curves
from convviz.spec.training.run import Change, Run, Runs
from convviz.ui.look import theme
from convviz.ui.look.hues import hue
from convviz.ui.train.curves.page import CurvesPage
from convviz.ui.train.curves.plot import CurvePlot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})


@pytest.fixture
def open_page(show: Callable[..., Any], make_state: Callable[..., State]) -> Callable[..., CurvesPage]:
    def make(trainer: Any, *others: Run) -> CurvesPage:
        page = CurvesPage(trainer)
        trainer.changed.connect(page.refresh)
        runs = Runs((*others, *trainer.runs.runs), trainer.runs.current)
        page.show_state(None, make_state(runs=runs))
        page.refresh(EVERYTHING)
        shown: CurvesPage = show(page, 700, 600)
        QApplication.processEvents()
        return shown

    return make


@pytest.fixture
def page(open_page: Callable[..., CurvesPage], trainer: Any) -> CurvesPage:
    return open_page(trainer)


def drawn(page: CurvesPage, figure: Any, key: str) -> tuple[Any, Any]:
    x, y = page.plots[figure].strokes.curves[key].getData()
    return np.asarray(x), np.asarray(y)


def event(plot: CurvePlot, kind: QEvent.Type, at: QPoint, held: Any = NONE) -> None:
    view = plot.viewport()
    button = LEFT if kind != MOVE else NONE
    place = QPointF(at)
    sent = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QTest.qWait(15)  # pyqtgraph takes no more than a hundred moves a second
    QApplication.sendEvent(view, sent)
    QApplication.processEvents()


def at(plot: CurvePlot, x: float, y: float | None = None) -> QPoint:
    """Where a point of the plot is on its viewport."""
    low, high = plot.height_range
    scene = plot.field.mapViewToScene(QPointF(x, (low + high) / 2 if y is None else y))
    return plot.mapFromScene(scene)


def wheel(plot: CurvePlot, place: QPoint, by: int) -> None:
    view = plot.viewport()
    spot = QPointF(place)
    sent = QWheelEvent(
        *(spot, view.mapToGlobal(spot), QPoint(), QPoint(0, by), NONE, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(view, sent)
    QApplication.processEvents()


def test_every_point_is_drawn_where_there_are_few(page: CurvesPage, trainer: Any) -> None:
    curves = trainer.curves
    for figure in ("loss", "accuracy"):
        x, y = drawn(page, figure, "1 raw")
        assert np.array_equal(x, curves.column("step"))
        assert np.allclose(y, curves.column(figure))
        x, y = drawn(page, figure, "1 test")
        assert np.array_equal(x, curves.epochs[:, 0])
        assert np.allclose(y, curves.column(f"test_{figure}"))
        low, high = page.plots[figure].height_range
        assert low < curves.column(figure).min()
        assert curves.column(figure).max() < high


def test_it_follows_the_newest_step(page: CurvesPage, trainer: Any, make_curves: Callable[..., Curves]) -> None:
    for steps in (300, 1000, 1001):
        trainer.measured(make_curves(steps, 4))
        left, right, _ = page.plots["accuracy"].sight
        assert (left, right > steps, right < steps * 1.1) == (0, True, True)
        assert drawn(page, "loss", "1 mean")[0][-1] == pytest.approx(steps, abs=2)


def test_going_back_and_on_again_forgets_what_came_later(
    page: CurvesPage, trainer: Any, make_curves: Callable[..., Curves]
) -> None:
    trainer.measured(trainer.curves.until(100))
    assert drawn(page, "loss", "1 raw")[0][-1] == 100
    other = make_curves(220, 4, seed=9)
    trainer.measured(other)
    assert np.allclose(drawn(page, "loss", "1 raw")[1], other.column("loss"))


def test_nothing_yet_says_what_to_press(open_page: Callable[..., CurvesPage], idle: Any, trainer: Any) -> None:
    page = open_page(idle)
    assert page.empty.isVisible()
    assert "Start" in page.empty.text()
    idle.run = replace(trainer.run, curves=Curves(), status="loading")
    page.refresh(EVERYTHING)
    assert "loaded" in page.empty.text()
    idle.run = trainer.run
    page.refresh(EVERYTHING)
    assert not page.empty.isVisible()


def test_one_step_and_no_test_images(
    open_page: Callable[..., CurvesPage], trainer: Any, make_curves: Callable[..., Curves]
) -> None:
    page = open_page(trainer)
    trainer.measured(make_curves(1, 0))
    assert page.reading.text().startswith("step 1 ·")
    curves = make_curves(100, 4)
    epochs = curves.epochs.copy()
    epochs[:, EPOCH.index("test_loss") :] = np.nan
    trainer.measured(Curves(curves.steps, epochs))
    page.grab()
    assert "test" not in page.reading.text()


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


def test_thousands_of_epochs_are_thinned_out(
    page: CurvesPage, trainer: Any, make_curves: Callable[..., Curves]
) -> None:
    curves = make_curves(60_000, 6_000)
    trainer.measured(curves)
    columns = page.plots["loss"].sight[2]
    for key in ("1 raw", "1 mean", "1 test"):
        assert len(drawn(page, "loss", key)[0]) <= 2 * columns + 4
    assert drawn(page, "loss", "1 raw")[1].max() == curves.column("loss").max()
    page.grab()


def test_earlier_runs_are_drawn_unless_put_aside(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    trainer = make_trainer(make_run(3))
    page = open_page(trainer, make_run(1, status="done"), make_run(2, status="done", shown=False))
    assert [entry.text for entry in page.legend.entries] == ["Run 3: mini-batches", "test images", "Run 1"]
    keys = page.plots["loss"].strokes.curves.keys()
    assert {key.split()[0] for key in keys} == {"1", "3"}
    colours = {entry.colour for entry in page.legend.entries}
    assert len(colours) == 3


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
    assert "Click" in tip_at(plot, 150, plot.frame.rect.center().y(), monkeypatch)
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


def test_changes_of_settings_are_marked(page: CurvesPage, trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = trainer.run.settings
    changes = Change(100, replace(settings, rate=5.0)), Change(150, replace(settings, rate=5.0, batch=32))
    trainer.run = replace(trainer.run, changes=changes)
    page.refresh(EVERYTHING)
    for plot in page.plots.values():
        assert [mark.x for mark in plot.changes] == [100, 150]
        page.grab()
        assert tip_at(plot, 100, 60, monkeypatch) == "Run 1, from step 101: rate 0.002 → 5"
        assert tip_at(plot, 150, 60, monkeypatch) == "Run 1, from step 151: batch 64 → 32"
    page.controls.across_switch.buttons["epoch"].click()
    assert [mark.x for mark in page.plots["loss"].changes] == [2, 3]


def test_a_click_goes_to_the_nearest_moment(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    plot = page.plots["accuracy"]
    qtbot.mouseClick(plot.viewport(), LEFT, pos=at(plot, 83))
    qtbot.waitUntil(lambda: trainer.cursor == 80)
    assert page.following, "that was no zoom"
    assert not page.controls.show_all.isEnabled()


def test_a_double_click_leaves_the_moment_as_it_was(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    plot = page.plots["loss"]
    for before in (None, trainer.checkpoints[4]):
        trainer.scrub(before)
        qtbot.mouseClick(plot.viewport(), LEFT, pos=at(plot, 120))
        qtbot.waitUntil(lambda: trainer.cursor == 120)
        qtbot.mouseDClick(plot.viewport(), LEFT, pos=at(plot, 120))
        qtbot.waitUntil(lambda b=before: trainer.cursor == (b and b.step))  # type: ignore[misc]


def test_nothing_to_move_is_no_zoom(page: CurvesPage, qtbot: QtBot) -> None:
    plot = page.plots["accuracy"]
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert page.following
    assert not page.controls.show_all.isEnabled()


def test_it_says_what_is_wrong_or_why_the_curves_lie_so(page: CurvesPage, trainer: Any) -> None:
    assert page.advice.isVisible()
    assert "bent" in page.advice.usual.whole
    steps = trainer.curves.steps.copy()
    dead = np.repeat(steps[-1:], 600, axis=0)
    dead[:, 0], dead[:, 2] = np.arange(201, 801), 2.31
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
        assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()
    assert controls.smoothing.text() == "mean of 10"
    assert controls.show_all.geometry().right() <= controls.width()
    metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
    for line in (page.reading, page.advice.usual):
        assert metrics.horizontalAdvance(line.text()) <= line.width()


def test_across_in_epochs(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.controls.across_switch.buttons["epoch"], LEFT)
    qtbot.waitUntil(lambda: page.plots["loss"].sight[1] < 5)
    assert np.allclose(drawn(page, "accuracy", "1 raw")[0], trainer.curves.column("epoch"))
    assert drawn(page, "loss", "1 test")[0].tolist() == [1, 2, 3, 4]


def test_the_scale_of_the_loss(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.controls.scale_switch.buttons["log"], LEFT)
    qtbot.waitUntil(lambda: page.plots["loss"].log)
    assert np.allclose(drawn(page, "loss", "1 raw")[1], np.log10(trainer.curves.column("loss")))
    assert np.allclose(drawn(page, "accuracy", "1 raw")[1], trainer.curves.column("accuracy")), "it stays as it is"
    qtbot.mouseClick(page.controls.scale_switch.buttons["linear"], LEFT)
    qtbot.waitUntil(lambda: not page.plots["loss"].log)
    assert np.allclose(drawn(page, "loss", "1 raw")[1], trainer.curves.column("loss"))


def test_smoothing(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    page.controls.slider.setFocus()
    qtbot.keyClick(page.controls.slider, Qt.Key.Key_Home)
    assert page.controls.smoothing.text() == "every step"
    loss = trainer.curves.column("loss")
    qtbot.waitUntil(lambda: np.allclose(drawn(page, "loss", "1 mean")[1], loss))
    qtbot.keyClick(page.controls.slider, Qt.Key.Key_End)
    assert page.controls.smoothing.text() == "mean of 100 steps"
    qtbot.waitUntil(lambda: not np.allclose(drawn(page, "loss", "1 mean")[1], loss))
    assert np.abs(np.diff(drawn(page, "loss", "1 mean")[1][50:])).max() < 0.05


def test_wheel_zooms_along_and_a_double_click_shows_all(
    page: CurvesPage, trainer: Any, qtbot: QtBot, make_curves: Callable[..., Curves]
) -> None:
    plot, other = page.plots["loss"], page.plots["accuracy"]
    before = plot.sight
    wheel(plot, at(plot, 100), 120)
    assert plot.sight[1] - plot.sight[0] < before[1] - before[0]
    assert other.sight[:2] == pytest.approx(plot.sight[:2])
    assert page.controls.show_all.isEnabled()
    here = plot.sight
    trainer.measured(make_curves(900, 4))
    assert plot.sight[:2] == pytest.approx(here[:2]), "nobody takes away what somebody looks at"
    qtbot.mouseDClick(plot.viewport(), LEFT, pos=at(plot, 100))
    qtbot.waitUntil(lambda: plot.sight[0] == 0 and plot.sight[1] > 900)
    assert not page.controls.show_all.isEnabled()


def test_a_box_zooms_both_ways(page: CurvesPage, qtbot: QtBot) -> None:
    plot = page.plots["loss"]
    first, last = at(plot, 20, 2.0), at(plot, 60, 1.0)
    event(plot, PRESS, first, LEFT)
    for share in (0.3, 0.7, 1.0):
        event(plot, MOVE, first + (last - first) * share, LEFT)
    event(plot, RELEASE, last)
    left, right, _ = plot.sight
    assert (left, right) == pytest.approx((20, 60), abs=3)
    assert plot.height_range == pytest.approx((1.0, 2.0), abs=0.05)
    page.refresh(EVERYTHING)
    assert plot.height_range == pytest.approx((1.0, 2.0), abs=0.05), "y stays, too"
    qtbot.mouseClick(page.controls.show_all, LEFT)
    assert plot.sight[0] == 0
    assert plot.height_range[1] > 2


def test_keys_of_a_plot(page: CurvesPage, qtbot: QtBot) -> None:
    plot = page.plots["accuracy"]
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    left, right, _ = plot.sight
    assert right - left < 200
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.sight[0] > left
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.sight[0] == pytest.approx(left)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.sight[0] == 0
    assert page.following


def test_what_is_under_the_mouse_is_read_off(page: CurvesPage, trainer: Any) -> None:
    plot = page.plots["accuracy"]
    event(plot, MOVE, at(plot, 50.2))
    row = trainer.curves.steps[49]
    text = page.reading.text()
    assert text.startswith("step 50 · epoch 1.00 · mini-batch: loss ")
    assert str(row[2]) in text
    assert "test: loss" in text
    assert page.plots["loss"].hair.isVisible()
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert page.reading.text().startswith("step 200 ·"), "the newest"
    assert not page.plots["loss"].hair.isVisible()


def test_the_cursor_of_the_time_machine_is_dragged(page: CurvesPage, trainer: Any, qtbot: QtBot) -> None:
    plot = page.plots["loss"]
    assert plot.cursor_line.value() == 200
    event(plot, MOVE, at(plot, 200))
    event(plot, PRESS, at(plot, 200), LEFT)
    for x in (180, 120, 83):
        event(plot, MOVE, at(plot, x), LEFT)
    qtbot.waitUntil(lambda: trainer.cursor == 80)
    event(plot, RELEASE, at(plot, 83))
    assert page.plots["accuracy"].cursor_line.value() == 80
    assert page.following, "that was no zoom"
    trainer.scrub(trainer.checkpoints[2])
    assert plot.cursor_line.value() == 30
    trainer.scrub(None)
    assert plot.cursor_line.value() == 200


def test_it_follows_the_theme(page: CurvesPage, qapp: QApplication) -> None:
    def corner() -> str:
        page.repaint()
        image = page.plots["loss"].grab().toImage()
        return QColor(image.pixelColor(image.width() - 3, 3)).name()

    assert corner() == theme.DARK.card
    theme.apply(qapp, theme.LIGHT)
    QApplication.processEvents()
    assert corner() == theme.LIGHT.card
    assert page.legend.entries[0].colour == hue(0, theme.LIGHT).colour
