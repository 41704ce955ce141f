"""The stage under mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.stage.view import StageView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(show: Callable[..., Any], trial: Callable[..., Trial]) -> StageView:
    shown: StageView = show(StageView(), 690, 420)
    made = trial("padded")
    shown.show_scene(Scene(made, made.positions))
    return shown


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def test_the_mouse_points_at_every_part(stage: StageView, qtbot: QtBot) -> None:
    pointed = told(stage.pointed)
    pointers = [
        Pointer("input", (1, 3, 4)),
        Pointer("input", (0, -2, -1)),
        Pointer("kernel", (0, 1, 2, 0)),
        Pointer("output", (1, 0, 2)),
    ]
    for pointer in pointers:
        qtbot.mouseMove(stage, stage.center_of(pointer).toPoint())
    qtbot.mouseMove(stage, QPoint(2, 2))
    QApplication.sendEvent(stage, QEvent(QEvent.Type.Leave))
    assert pointed == [*pointers, None]


def test_a_click_chooses(stage: StageView, qtbot: QtBot) -> None:
    chosen = told(stage.chosen)
    qtbot.mouseClick(stage, LEFT, pos=stage.center_of(Pointer("output", (1, 1, 1))).toPoint())
    qtbot.mouseClick(stage, LEFT, pos=QPoint(2, 2))
    assert chosen == [Pointer("output", (1, 1, 1))]


def test_keys_walk_the_output_and_choose(stage: StageView, qtbot: QtBot) -> None:
    pointed, chosen = told(stage.pointed), told(stage.chosen)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return)
    for key in keys:
        qtbot.keyClick(stage, key)
    assert [pointer.index for pointer in pointed] == [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)]
    assert chosen == [Pointer("output", (0, 1, 0))]
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert pointed[-1] is None


def test_while_the_window_moves_the_arrows_are_somebody_elses(stage: StageView, qtbot: QtBot) -> None:
    pointed, chosen = told(stage.pointed), told(stage.chosen)
    assert stage.scene is not None
    stage.show_scene(Scene(stage.scene.trial, 5, channel=1))
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    assert pointed == []
    qtbot.keyClick(stage, Qt.Key.Key_Enter)
    columns = stage.scene.trial.output.shape[2]
    assert chosen == [Pointer("output", (1, *divmod(4, columns)))]


def test_a_turned_kernel_is_pointed_at_as_it_is_shown_elsewhere(
    stage: StageView, trial: Callable[..., Trial], qtbot: QtBot
) -> None:
    made = trial("plain", flipped=True)
    stage.show_scene(Scene(made, made.positions))
    placed, pointed = stage.placed, told(stage.pointed)
    assert placed is not None
    assert placed.kernel is not None
    qtbot.mouseMove(stage, placed.kernel.cell(0, 0, 0).center().toPoint())
    assert pointed == [Pointer("kernel", (0, 0, 2, 1))], "the turned kernel begins with the last cell"


def test_what_is_cut_off_is_no_output(stage: StageView, trial: Callable[..., Trial]) -> None:
    made = trial("transposed")
    stage.show_scene(Scene(made, made.positions))
    placed = stage.placed
    assert placed is not None
    assert stage.pointer_at(placed.output.cell(0, -1, 0).center()) is None
    assert stage.pointer_at(placed.output.cell(0, 0, 0).center()) == Pointer("output", (0, 0, 0))


def test_showing_never_tells(stage: StageView, trial: Callable[..., Trial]) -> None:
    pointed, chosen = told(stage.pointed), told(stage.chosen)
    made = trial("relu")
    stage.show_scene(Scene(made, 3, Pointer("output", (0, 0, 0))))
    stage.grab()
    assert pointed == chosen == []


def test_a_stage_without_a_scene_is_a_card(show: Callable[..., Any], pixel: Callable[..., Any], qtbot: QtBot) -> None:
    empty: StageView = show(StageView(), 400, 300)
    qtbot.mouseMove(empty, QPoint(200, 150))
    qtbot.keyClick(empty, Qt.Key.Key_Left)
    assert empty.placed is None
