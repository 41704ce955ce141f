"""The curves follow what is measured, in any amount, and answer mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.training.curves import EPOCH, Curves
from convviz.spec.training.run import Run, what_was_later
from convviz.ui.look import theme
from convviz.ui.look.hues import hue
from convviz.ui.train.curves.page import CurvesPage
from convviz.ui.train.curves.plot import CurvePlot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})


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


class Painted(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.times = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.Paint
        return False


def test_new_steps_are_painted_once(page: CurvesPage, trainer: Any) -> None:
    """Each painting takes Python's lock from the training, also when the axes move with the steps."""
    whole = trainer.curves
    painted = [Painted(plot.viewport()) for plot in page.plots.values()]
    QTest.qWait(60)  # for the first painting, by which the axes learn their size
    for rows in (20, 60, 200):
        trainer.run = replace(trainer.run, curves=Curves(whole.steps[:rows], whole.epochs[:1], whole.layers))
        for each in painted:
            each.times = 0
        page.refresh(frozenset({"curves", "checkpoints"}))
        QTest.qWait(60)
        assert [each.times for each in painted] == [1, 1], rows


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


def test_the_rest_of_a_run_that_was_resumed_from_its_past_says_what_it_is(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    rest = make_run(10, status="done", parent=(9, 120), note=what_was_later(9, 120))
    page = open_page(make_trainer(make_run(9)), rest)
    assert "Run 10 (rest of Run 9)" in [entry.text for entry in page.legend.entries]


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


def test_of_a_run_that_is_not_on_screen_nothing_is_advised(page: CurvesPage, trainer: Any) -> None:
    reading = page.reading.text()
    assert page.advice.isVisible()
    assert page.plots["loss"].cursor_line.isVisible()
    trainer.departed = True
    page.refresh(frozenset({"status", "cursor"}))
    assert not page.advice.isVisible(), "it would be about other weights"
    assert page.reading.text() == f"Run 1: {reading}"
    assert not page.plots["loss"].cursor_line.isVisible()
    page.refresh(EVERYTHING)
    assert not page.advice.isVisible()
    trainer.departed = False
    page.refresh(EVERYTHING)
    assert page.advice.isVisible()
    assert page.reading.text() == reading


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


def test_a_run_that_has_not_begun_is_not_an_earlier_one(
    open_page: Callable[..., CurvesPage], make_run: Callable[..., Run], make_trainer: Callable[..., Any]
) -> None:
    begun = make_trainer(make_run(3, curves=Curves(), checkpoints=(), status="loading"))
    page = open_page(begun, make_run(1), make_run(2, curves=Curves(), checkpoints=()))
    assert page.reading.whole == "earlier runs: Run 1"
    assert open_page(begun).reading.whole == ""
