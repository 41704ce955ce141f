"""The list of edits: a click goes back or forward to any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.session import editing
from convviz.session.experiment import Experiment, State
from convviz.spec.weight_edit import same
from convviz.ui.history_panel import HIGH_PX, HistoryPanel
from convviz.ui.look.theme import MARGIN, RIGHT_PX, theme_of
from convviz.ui.undo import History

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def room(show: Callable[..., Any]) -> QWidget:
    return show(QWidget(), 1000, 600)  # type: ignore[no-any-return]


@pytest.fixture
def experiment(make_state: Callable[..., State]) -> Experiment:
    return Experiment(make_state())


@pytest.fixture
def history(experiment: Experiment, room: QWidget) -> History:
    return History(experiment, room)


@pytest.fixture
def panel(history: History, room: QWidget) -> HistoryPanel:
    return HistoryPanel(history.stack, room)


def bias(history: History, experiment: Experiment, value: float) -> State:
    history.do_state(f"bias {value}", editing.with_bias_of(experiment.state, "conv1", 0, value))
    return experiment.state


def lines(panel: HistoryPanel) -> list[str]:
    model = panel.list.model()
    return [model.data(model.index(row, 0)) for row in range(model.rowCount())]


def click(panel: HistoryPanel, row: int, qtbot: QtBot) -> None:
    middle = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=middle)


def test_a_click_jumps_to_any_edit(panel: HistoryPanel, history: History, experiment: Experiment, qtbot: QtBot) -> None:
    states = [experiment.state, *(bias(history, experiment, float(value)) for value in range(1, 5))]
    panel.set_shown(True)
    assert lines(panel) == ["as opened", "bias 1.0", "bias 2.0", "bias 3.0", "bias 4.0"]
    for row in (2, 0, 4, 1):
        click(panel, row, qtbot)
        assert same(experiment.state.weights, states[row].weights)
        assert history.stack.index() == row
    bias(history, experiment, 9.0)
    assert lines(panel) == ["as opened", "bias 1.0", "bias 9.0"], "a new edit takes the place of what was undone"


def test_a_click_on_the_present_one_is_told_too(
    panel: HistoryPanel, history: History, experiment: Experiment, qtbot: QtBot
) -> None:
    bias(history, experiment, 1.0)
    panel.set_shown(True)
    with qtbot.waitSignal(panel.chosen, timeout=1000):
        click(panel, 1, qtbot)
    assert history.stack.index() == 1


def test_what_is_undone_is_faint(panel: HistoryPanel, history: History, experiment: Experiment, qtbot: QtBot) -> None:
    for value in (1.0, 1.0 + 1e-3, 2.0):
        bias(history, experiment, value)
    panel.set_shown(True)
    look, view = theme_of(panel), panel.list
    view.setCurrentIndex(view.model().index(0, 0))

    def colours(row: int) -> set[str]:
        shot, room = view.viewport().grab().toImage(), view.visualRect(view.model().index(row, 0))
        return {shot.pixelColor(x, y).name() for x in range(4, 90) for y in range(room.top(), room.bottom())}

    assert history.stack.index() == 0
    assert look.dim in colours(1)
    assert look.text not in colours(1) | colours(3)
    click(panel, 2, qtbot)
    assert look.dim not in colours(1)
    assert look.text in colours(1)
    assert look.dim in colours(3)


def test_keys_walk_it(panel: HistoryPanel, history: History, experiment: Experiment, qtbot: QtBot) -> None:
    bias(history, experiment, 1.0)
    bias(history, experiment, 2.0)
    panel.window().activateWindow()
    panel.set_shown(True)
    qtbot.waitUntil(panel.list.hasFocus)
    qtbot.keyClick(panel.list, Qt.Key.Key_Up)
    assert experiment.state.weights["conv1.bias"][0] == 1.0


def test_it_lies_at_the_top_right_of_any_window(panel: HistoryPanel, room: QWidget) -> None:
    assert not panel.isVisible()
    for size in ((1000, 600), (1600, 900), (700, 300)):
        room.resize(*size)
        panel.set_shown(True)
        assert panel.isVisible()
        assert panel.geometry().right() == size[0] - MARGIN - 1
        assert (panel.y(), panel.width()) == (MARGIN, RIGHT_PX)
        assert panel.height() == min(HIGH_PX, size[1] - 2 * MARGIN)
    room.resize(900, 500)  # while it is shown
    assert panel.geometry().right() == 900 - MARGIN - 1
    panel.set_shown(False)
    assert not panel.isVisible()


def test_the_present_edit_can_be_seen_in_a_long_list(
    panel: HistoryPanel, history: History, experiment: Experiment, qtbot: QtBot
) -> None:
    for value in range(1, 60):
        bias(history, experiment, float(value))
    panel.set_shown(True)
    qtbot.wait(5)
    view = panel.list
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
    assert view.currentIndex().row() == 59


def test_it_has_names(panel: HistoryPanel) -> None:
    assert panel.accessibleName()
    assert panel.list.objectName() == "history_list"
    assert panel.list.accessibleName()


def test_escape_leaves(room: QWidget, history: History, qtbot: QtBot) -> None:
    panel, heard = HistoryPanel(history.stack, room), []
    panel.left.connect(lambda: heard.append("left"))
    panel.set_shown(True)
    qtbot.keyClick(panel.list, Qt.Key.Key_Escape)
    assert heard == ["left"]
