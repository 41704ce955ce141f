"""The operation's page: views, transport and formula as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.trial import perform
from convviz.ui.lab.operation_page import OperationPage
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.transport import FASTEST

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(show: Callable[..., Any]) -> OperationPage:
    shown: OperationPage = show(OperationPage(), 700, 540)
    shown.show_trial(perform(lab("conv-4-5")))
    return shown


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def scene(page: OperationPage) -> Scene:
    assert page.scene is not None
    return page.scene


def hover(page: OperationPage, qtbot: QtBot, pointer: Pointer) -> None:
    qtbot.mouseMove(page.stage, page.stage.center_of(pointer).toPoint())


def leave(page: OperationPage) -> None:
    QApplication.sendEvent(page.stage, QEvent(QEvent.Type.Leave))


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_plays_to_what_is_computed(page: OperationPage, qtbot: QtBot, name: str) -> None:
    trial = perform(lab(name))
    page.show_trial(trial)
    assert page.view is (page.signal if trial.lab.dims == 1 else page.stage)
    speed = page.transport.speed
    speed.setCurrentIndex(speed.findData(FASTEST))
    page.transport.play()
    page.transport.step(min(trial.positions, 3))
    assert scene(page).filled == min(trial.positions, 3)
    page.transport.set_filled(max(trial.positions - 1, 0))
    page.transport.play()
    qtbot.waitUntil(lambda: not page.transport.playing)
    assert scene(page).filled == trial.positions
    assert scene(page).trial is trial


def test_hovering_goes_before_elsewhere_before_the_selected(page: OperationPage, qtbot: QtBot) -> None:
    selected, elsewhere = Pointer("output", (1, 2, 0)), Pointer("kernel", (0, 1, 1, 1))
    page.select(selected)
    assert scene(page).pointer == selected
    page.point(elsewhere)
    assert scene(page).pointer == elsewhere
    here = Pointer("input", (2, 3, 1))
    pointed = told(page.pointed)
    hover(page, qtbot, here)
    assert scene(page).pointer == here
    leave(page)
    assert scene(page).pointer == elsewhere
    page.point(None)
    assert scene(page).pointer == selected
    assert pointed == [here, None]


def test_a_click_on_another_map_chooses_its_channel(page: OperationPage, qtbot: QtBot) -> None:
    channels, chosen = told(page.channel_chosen), told(page.chosen)
    for d in (3, 0):
        pointer = Pointer("output", (d, 4, 0))
        qtbot.mouseClick(page.stage, LEFT, pos=page.stage.center_of(pointer).toPoint())
    assert channels == [3]
    assert [pointer.index[0] for pointer in chosen] == [3, 0]
    page.set_channel(3)
    assert scene(page).channel == 3


def test_keys_play_and_step(page: OperationPage, qtbot: QtBot) -> None:
    page.stage.setFocus()
    qtbot.keyClick(page.stage, Qt.Key.Key_Space)
    assert page.transport.playing
    qtbot.keyClick(page.stage, Qt.Key.Key_Space)
    assert not page.transport.playing
    page.transport.set_filled(3)
    page.transport.step(1)
    qtbot.keyClick(page.stage, Qt.Key.Key_Right)
    assert scene(page).filled == 5
    qtbot.keyClick(page.stage, Qt.Key.Key_Left)
    qtbot.keyClick(page.stage, Qt.Key.Key_Up)
    assert scene(page).filled == 3, "one row up is one position here"


def test_the_moving_window_is_pointed_at(page: OperationPage) -> None:
    pointed = told(page.pointed)
    page.transport.step(2)
    page.transport.step(1)
    assert pointed == [Pointer("output", (0, 1, 0)), Pointer("output", (0, 2, 0))]
    assert scene(page).pointer is None, "the window itself is lit"
    page.point(pointed[-1])
    page.transport.step(1)
    assert scene(page).pointer is None
    page.transport.step(99)
    assert pointed[-1] is None


def test_while_the_window_moves_the_selected_waits(page: OperationPage) -> None:
    page.select(Pointer("output", (0, 8, 0)))
    page.transport.step(1)
    assert scene(page).pointer is None
    page.transport.step(99)
    assert scene(page).pointer == Pointer("output", (0, 8, 0))


def test_a_symbol_reaches_the_stage(page: OperationPage, qtbot: QtBot) -> None:
    qtbot.mouseMove(page.formula, page.formula.rect_of("h").center().toPoint())
    assert scene(page).symbol == "h"
    page.show_trial(perform(lab("relu")))
    assert scene(page).symbol == ""


def test_a_new_trial_keeps_what_still_fits(page: OperationPage) -> None:
    page.set_channel(4)
    page.select(Pointer("output", (4, 8, 0)))
    page.transport.set_filled(3)
    page.show_trial(perform(lab("conv-4-5")))
    assert (scene(page).filled, scene(page).channel) == (3, 4)
    page.show_trial(perform(lab("max-pool-2d")))
    assert (scene(page).filled, scene(page).channel, scene(page).pointer) == (6, 0, None)


def test_a_window_without_a_kernel_is_not_turned(page: OperationPage) -> None:
    page.show_trial(perform(lab("true-convolution")))
    page.point(Pointer("kernel", (0, 0, 0, 1)))
    page.show_trial(perform(replace(lab("max-pool-1d"), flipped=True)))
    assert scene(page).pointer == Pointer("kernel", (0, 0, 0, 1)), "the window has two cells as well"
    page.grab()


def test_a_cell_that_the_operation_does_not_have_lights_nothing(page: OperationPage) -> None:
    page.point(Pointer("kernel", (0, 0, 0, 99)))
    assert scene(page).pointer is None


def test_the_window_stays_while_the_mouse_goes_to_the_kernel(page: OperationPage, qtbot: QtBot) -> None:
    trial = perform(lab("template-1d"))
    page.show_trial(trial)
    page.select(Pointer("output", (0, 0, 3)))
    view = page.signal
    output, window = Pointer("output", (0, 0, 21)), 21

    def layout() -> Any:
        return view.layout_of(scene(page))

    start = view.center_of(output)
    qtbot.mouseMove(view, start.toPoint())
    chip = view.center_of(Pointer("kernel", (0, 0, 0, 3)))
    assert chip is not None
    for share in (0.3, 0.5, 0.7, 0.9, 1.0):
        way = start + (chip - start) * share
        qtbot.mouseMove(view, way.toPoint())
        assert layout().window == window
    assert scene(page).pointer == Pointer("kernel", (0, 0, 0, 3))
    leave_signal = QEvent(QEvent.Type.Leave)
    QApplication.sendEvent(view, leave_signal)
    assert layout().window == 3, "back at what is selected"


def test_the_scene_is_all_that_is_seen(page: OperationPage) -> None:
    page.show_trial(perform(lab("template-1d")))
    page.signal.zoom(0.4, 20.0)
    assert scene(page).span == page.signal.span
    page.signal.show_all()
    assert scene(page).span is None
    page.set_per_map(False)
    page.select(Pointer("output", (0, 0, 3)))
    assert (scene(page).per_map, scene(page).pointer) == (False, Pointer("output", (0, 0, 3)))
