"""What is pointed at is named with its value, and stays named while frames arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.ui.look.numbers import exact
from convviz.ui.workspace import NetworkWorkspace

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def workspace(show: Callable[..., Any], tools: dict[str, QAction], make_state: MakeState) -> NetworkWorkspace:
    room = show(QWidget(), 1256, 700)
    made = NetworkWorkspace(tools, room)
    made.resize(1256, 700)
    made.show_state(None, make_state())
    made.show()
    return made


def test_value_under_the_mouse_follows_the_frames(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    state = make_state()
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state, 0))
    mosaic = workspace.layers.cards["pool1"].mosaic
    qtbot.mouseMove(mosaic, mosaic.unit_center((5, 3, 2)))
    index = mosaic.hovered
    assert index is not None
    tip = workspace.parent().findChild(QLabel, "hover_tip")
    assert isinstance(tip, QLabel)
    for seed in range(3):
        frame = make_frame(state, seed)
        workspace.show_frame(frame)
        value = exact(float(frame.maps["pool1"][index]))
        assert said[-1] == f"pool1[{index[0]}] row {index[1]}, column {index[2]} = {value}"
        assert tip.isVisible()
        assert value in tip.text()
    QApplication.sendEvent(mosaic, QEvent(QEvent.Type.Leave))
    assert said[-1] == ""
    assert not tip.isVisible()


def test_before_the_first_frame_nothing_is_named(workspace: NetworkWorkspace, qtbot: QtBot) -> None:
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    qtbot.mouseMove(workspace.layers.cards["conv1"].mosaic, QPoint(5, 5))
    assert set(said) <= {""}


def test_switching_under_the_mouse(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old, new = make_state(), make_state("lenet5")
    workspace.show_state(None, old)
    workspace.show_frame(make_frame(old))
    mosaic = workspace.layers.cards["conv2"].mosaic
    qtbot.mouseMove(mosaic, mosaic.unit_center((63, 3, 3)))
    workspace.show_state(old, new)
    workspace.show_frame(make_frame(new))
    workspace.show_state(new, old)
    workspace.show_frame(make_frame(old))


def test_the_focus_is_shown_in_cards_table_and_inspector(workspace: NetworkWorkspace, make_state: MakeState) -> None:
    old = make_state()
    workspace.unit_selected.connect(lambda focus: pytest.fail(f"echoed {focus}"))
    workspace.show_state(None, old)
    for focus, row in (
        (Focus("conv2", (3, 1, 1)), 3),
        (Focus("fc2", (9,)), 9),
        (Focus("input", (0, 1, 1)), None),
        (None, None),
    ):
        new = replace(old, focus=focus)
        workspace.show_state(old, new)
        rows = [index.row() for index in workspace.table.selectionModel().selectedRows()]
        assert rows == ([] if row is None else [row])
        shown = workspace.inspector.title.text()
        assert (focus.layer in shown) if focus else ("Nothing" in shown)
        old = new


def test_a_row_of_the_table_selects_in_its_layer(workspace: NetworkWorkspace, qtbot: QtBot) -> None:
    heard: list[Focus] = []
    workspace.unit_selected.connect(heard.append)
    table = workspace.table
    for row in (1, 9):
        middle = table.visualRect(table.model().index(row, 1)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert heard == [Focus("pool1", (0, 0, 0)), Focus("fc2", (0,))]
