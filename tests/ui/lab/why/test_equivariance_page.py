"""The input moves under the mouse; the map follows, exactly or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.lab.edits import with_layer, with_source
from convviz.spec.lab.equivariance import Curves, curves
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import UNMOVED, Pose
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.ui.lab.why.equivariance_page import EquivariancePage
from convviz.ui.lab.why.moved_words import NOTHING_LEFT

NO_BUTTON, NO_KEY = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


class Hands:
    """A page whose poses come back as trials, as the workspace does it."""

    def __init__(self, page: EquivariancePage, lab: Lab) -> None:
        self.page, self.lab = page, lab
        self.poses: list[Pose] = []
        self.done: list[str] = []
        page.pose_previewed.connect(self.move)
        page.pose_finished.connect(self.done.append)
        page.show_trial(perform(lab))

    def move(self, pose: Pose) -> None:
        self.poses.append(pose)
        self.lab = replace(self.lab, pose=pose)
        self.page.show_trial(perform(self.lab))


@pytest.fixture
def hands(show: Callable[..., Any], labs: dict[str, Lab]) -> Callable[[str], Hands]:
    def make(name: str) -> Hands:
        return Hands(show(EquivariancePage(), 690, 560), labs[name])

    return make


def test_a_drag_shifts_by_whole_cells_and_the_map_moves_along(
    hands: Callable[[str], Hands], mouse: Callable[..., None]
) -> None:
    found = hands("picture")
    view, before = found.page.input, found.page.map.values
    start, cell = view.rect_of((0, 4, 4)).center(), view.grids[0].wide
    mouse(view, "press", start)
    for way in (0.2, 0.8, 1.7, 2.2):
        mouse(view, "move", start + QPointF(way * cell, 0))
    mouse(view, "move", start + QPointF(2.1 * cell, -cell))
    mouse(view, "release", start + QPointF(2.1 * cell, -cell))
    assert found.poses == [Pose(0, 1), Pose(0, 2), Pose(-1, 2)]
    assert found.done == ["shift the input"]
    assert np.array_equal(found.page.map.values[:, :-1, 2:], before[:, 1:, :-2])


def test_with_shift_a_drag_goes_by_fractions(hands: Callable[[str], Hands], mouse: Callable[..., None]) -> None:
    found = hands("picture")
    view = found.page.input
    start, cell = view.rect_of((0, 4, 4)).center(), view.grids[0].wide
    mouse(view, "press", start)
    mouse(view, "move", start + QPointF(cell / 2, 0), Qt.KeyboardModifier.ShiftModifier)
    mouse(view, "release", start + QPointF(cell / 2, 0))
    assert found.poses == [Pose(0, 0.5)]


def test_a_click_moves_nothing_and_a_lost_release_ends_a_drag(
    hands: Callable[[str], Hands], mouse: Callable[..., None]
) -> None:
    found = hands("picture")
    view = found.page.input
    start = view.rect_of((0, 4, 4)).center()
    mouse(view, "press", start)
    mouse(view, "release", start)
    assert (found.poses, found.done) == ([], [])
    mouse(view, "press", start)
    mouse(view, "move", start + QPointF(60, 0))
    mouse(view, "move", start + QPointF(90, 0), held=False)
    mouse(view, "move", start + QPointF(10, 0), held=False)
    assert len(found.poses) == 1
    assert found.done == ["shift the input"]


def test_arrows_shift_and_finish_when_they_are_released(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    view = found.page.input
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_Right)
    qtbot.keyPress(view, Qt.Key.Key_Right)
    assert found.done == []
    qtbot.keyRelease(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert found.poses == [Pose(0, 1), Pose(0, 2), Pose(-0.25, 2)]
    assert found.done == ["shift the input"] * 2


def test_the_wheel_turns_and_finishes_when_it_rests(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    view = found.page.input
    at = view.rect_of((0, 4, 4)).center()
    for _ in range(3):
        event = QWheelEvent(
            at, view.mapToGlobal(at), QPoint(), QPoint(0, 120), NO_BUTTON, NO_KEY, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(view, event)
    assert [pose.turn_deg for pose in found.poses] == [5, 10, 15]
    qtbot.waitUntil(lambda: found.done == ["turn the input"])


def test_sliders_turn_and_enlarge_and_reset_puts_back(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    bar = found.page.bar
    qtbot.keyClick(bar.turn, Qt.Key.Key_Right)
    qtbot.keyClick(bar.scale, Qt.Key.Key_Right)
    assert found.poses == [Pose(turn_deg=5), Pose(turn_deg=5, scale=1.05)]
    assert found.done == ["turn the input", "enlarge the input"]
    qtbot.mouseClick(bar.reset, Qt.MouseButton.LeftButton)
    assert found.poses[-1] == UNMOVED
    assert found.done[-1] == "put the input back"
    assert not bar.reset.isEnabled()
    assert (bar.turn.value(), bar.scale.value()) == (0, 100)


def test_showing_a_pose_asks_for_nothing(hands: Callable[[str], Hands]) -> None:
    found = hands("picture")
    found.page.show_trial(perform(replace(found.lab, pose=Pose(1, -2, 30, 1.5))))
    assert (found.poses, found.done) == ([], [])
    assert found.page.bar.place.text() == "2 left, 1 down"
    assert found.page.bar.turned.text() == "30°"


def answered(page: EquivariancePage, expected: Curves) -> bool:
    """Whether the plots show these curves, also where there is none."""
    for plot, one, other in (
        (page.changed, expected.changed, expected.pooled_changed),
        (page.off, expected.off, expected.pooled_off),
    ):
        shown = np.array([curve.values for curve in plot.figure.curves])
        if not np.array_equal(shown, np.array([one, other])[: len(shown)], equal_nan=True):
            return False
    return True


def test_the_plots_show_the_curves_through_the_pose(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    page = found.page
    found.move(Pose(-3, 2))
    assert isinstance(found.lab.source, Grid)
    values = found.lab.source.values
    for name, axis, mark in (("right", 1, 2), ("down", 0, -3)):
        qtbot.mouseClick(page.axes.buttons[name], Qt.MouseButton.LeftButton)
        expected = curves(found.lab, values, axis)
        qtbot.waitUntil(lambda: answered(page, expected))  # noqa: B023
        for plot in (page.changed, page.off):
            assert plot.figure.mark == mark
            assert plot.figure.across.endswith("with 3 up" if axis else "with 2 right"), "what stays is said"
            at_mark = [curve.values[mark + 8] for curve in plot.figure.curves]
            assert plot.figure.marked == pytest.approx(at_mark)


@pytest.mark.parametrize("pose", [Pose(3, 6), Pose(1, -2, 30, 1.2), Pose(2, 0.25)])
def test_the_sentence_has_the_numbers_of_the_marks(hands: Callable[[str], Hands], pose: Pose) -> None:
    found = hands("picture")
    found.move(pose)
    page = found.page
    words = page.note.text()
    assert len(page.off.figure.marked) == 2
    for value in (*page.changed.figure.marked, *page.off.figure.marked):
        assert f"{value:.2g}" in words
    assert ("error 0, it moved along exactly" in words) is (page.off.figure.marked[0] == 0)


def test_a_diagonal_drag_shows_the_last_curves_at_its_end(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    assert isinstance(found.lab.source, Grid)
    for n in range(6):
        found.move(Pose(n, n))
    qtbot.waitUntil(lambda: answered(found.page, curves(found.lab, found.lab.source.values, 1)))  # type: ignore[union-attr]


def test_at_rest_the_sentence_is_that_of_the_operation(hands: Callable[[str], Hands]) -> None:
    found = hands("picture")
    assert "moves along exactly with every cell. Pooled by 2 it follows only every 2 cells" in found.page.note.text()
    found.page.show_trial(perform(with_layer(found.lab, Conv2d("conv", 1, (3, 3), stride=(2, 2)))))
    assert "f(x) follows only every 2 cells, and lags between" in found.page.note.text()
    found.page.show_trial(perform(with_layer(found.lab, Conv2d("conv", 1, (3, 3), stride=(3, 1)))))
    assert "follows only every 3 down and every 1 to the right" in found.page.note.text()


def test_where_nothing_can_be_compared_the_plot_says_why(show: Callable[..., Any]) -> None:
    found = Hands(show(EquivariancePage(), 690, 560), lab("conv-4-5"))
    assert len(found.page.off.figure.curves) == 1, "too small to be pooled"
    assert found.page.off.figure.note == NOTHING_LEFT
    assert found.page.changed.figure.note == ""
    found.move(Pose(2, 3))
    assert "error" not in found.page.note.text()
    empty = np.zeros((1, 12, 12), np.float32)
    found.page.show_trial(perform(with_source(drawn_lab(), Grid(empty))))
    assert found.page.changed.figure.note == ""
    assert found.page.changed.figure.marked == (0.0, 0.0), "nothing changed"


def test_a_shift_changes_no_colour(show: Callable[..., Any]) -> None:
    found = Hands(show(EquivariancePage(), 690, 560), lab("five-filters"))
    before = found.page.map.scale.extremes
    found.move(Pose(9, 12))
    assert np.array_equal(found.page.map.scale.extremes, before)
    assert np.array_equal(found.page.pooled.scale.extremes, before)
    assert found.page.input.scale.extremes.ravel().tolist() == [1.0]
    assert [bar.ends[1] for bar in found.page.scales] == ["1.0", "max", "max"]


def test_where_the_input_comes_from_is_said(hands: Callable[[str], Hands]) -> None:
    page = hands("picture").page
    assert not page.about.isVisible()
    page.show_trial(perform(lab("five-filters")), "a photo in few cells")
    assert page.about.isVisible()
    assert page.about.text() == "a photo in few cells"


def test_the_curves_of_another_operation_follow(hands: Callable[[str], Hands], qtbot: QtBot) -> None:
    found = hands("picture")
    strided = with_layer(found.lab, Conv2d("conv", 1, (3, 3), stride=(2, 2)))
    found.page.show_trial(perform(strided))
    qtbot.waitUntil(lambda: found.page.off.figure.curves[0].values[9] > 0)
    assert found.page.off.figure.curves[0].values[10] == 0


def test_a_signal_moves_to_the_sides_only(hands: Callable[[str], Hands], mouse: Callable[..., None]) -> None:
    found = hands("signal")
    view = found.page.input
    start, cell = view.rect_of((0, 0, 8)).center(), view.grids[0].wide
    mouse(view, "press", start)
    mouse(view, "move", start + QPointF(3 * cell, 20))
    mouse(view, "release", start + QPointF(3 * cell, 20))
    assert found.poses == [Pose(0, 3)]
    assert not found.page.bar.turn.isVisible()
    assert not found.page.axes.isVisible()
    assert found.page.captions[0].text() == "x, moved: 1×24"


def test_what_is_too_large_says_so(hands: Callable[[str], Hands]) -> None:
    found = hands("picture")
    values = np.zeros((1, 400, 400), np.float32)
    found.page.show_trial(perform(Lab(Grid(values), values.shape, found.lab.layer, found.lab.weights)))
    assert found.page.note.text() == "An input of 160,000 values is too large for curves."
    assert found.page.changed.figure.curves == ()
