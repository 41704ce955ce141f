"""Playing, pausing, stepping and scrubbing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.ui.lab.transport import FASTEST, Transport

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def transport(show: Callable[..., Any]) -> Transport:
    shown: Transport = show(Transport(), 700, 40)
    shown.set_positions(9, 3)
    return shown


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def fastest(transport: Transport) -> None:
    transport.speed.setCurrentIndex(transport.speed.findData(FASTEST))
    transport.speed.activated.emit(transport.speed.currentIndex())


def test_all_are_there_at_first(transport: Transport) -> None:
    moved = told(transport.moved)
    assert (transport.filled, transport.positions, transport.playing) == (9, 9, False)
    assert transport.sentence == "whole output: 9 positions"
    transport.set_positions(4, 4)
    assert (transport.filled, transport.sentence) == (4, "whole output: 4 positions")
    transport.set_filled(2)
    assert transport.sentence == "position 2 of 4"
    transport.set_positions(1)
    assert transport.sentence == "whole output: 1 position"
    assert moved == []


def test_playing_goes_through_every_position_and_starts_over(transport: Transport, qtbot: QtBot) -> None:
    fastest(transport)
    moved, playing = told(transport.moved), told(transport.playing_changed)
    for _ in range(2):
        qtbot.mouseClick(transport.buttons["play"], LEFT)
        qtbot.waitUntil(lambda: not transport.playing)
    assert moved == [*range(10)] * 2
    assert playing == [True, False] * 2


def test_pausing_stops_at_once(transport: Transport, qtbot: QtBot) -> None:
    fastest(transport)
    moved = told(transport.moved)
    transport.moved.connect(lambda _: qtbot.keyClick(transport, Qt.Key.Key_Space) if moved == [0, 1, 2, 3] else None)
    transport.play()
    qtbot.waitUntil(lambda: not transport.playing)
    qtbot.wait(40)
    assert moved == [0, 1, 2, 3, 3], "and says once more where"
    del moved[:4]
    qtbot.keyClick(transport, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not transport.playing)
    assert moved == [*range(3, 10)], "it goes on where it was"


def test_stepping_with_buttons_and_keys(transport: Transport, qtbot: QtBot) -> None:
    moved = told(transport.moved)
    qtbot.mouseClick(transport.buttons["forward"], LEFT)
    qtbot.mouseClick(transport.buttons["forward"], LEFT)
    qtbot.mouseClick(transport.buttons["back"], LEFT)
    qtbot.keyClick(transport, Qt.Key.Key_Right)
    qtbot.keyClick(transport, Qt.Key.Key_Left)
    assert moved == [1, 2, 1, 2, 1], "from the end, forward begins at the first"
    transport.set_filled(9)
    qtbot.keyClick(transport, Qt.Key.Key_Left)
    assert transport.filled == 8


def test_scrubbing_pauses(transport: Transport, qtbot: QtBot) -> None:
    transport.play()
    moved = told(transport.moved)
    transport.slider.setFocus()
    transport.slider.setValue(5)
    assert not transport.playing
    assert moved == [5]
    assert transport.sentence == "position 5 of 9 · row 1, column 1"


def test_stepping_ends_playing_and_stays_within(transport: Transport) -> None:
    transport.set_filled(2)
    transport.play()
    transport.step(-5)
    assert (transport.playing, transport.filled, transport.sentence) == (False, 0, "position 0 of 9")
    transport.step(100)
    assert transport.filled == 9


def test_nobody_plays_unseen(transport: Transport) -> None:
    transport.play()
    transport.hide()
    assert not transport.playing


def test_a_size_that_stays_keeps_the_place(transport: Transport) -> None:
    transport.set_filled(4)
    transport.set_positions(9, 3)
    assert transport.filled == 4
    transport.set_positions(16, 4)
    assert transport.filled == 16


def test_the_speed_suits_the_size_until_it_is_chosen(transport: Transport) -> None:
    assert transport.speed_per_s == 4
    transport.set_positions(676, 26)
    assert transport.speed_per_s == 60
    fastest(transport)
    transport.set_positions(9, 3)
    assert transport.speed_per_s == FASTEST


def test_a_million_positions_are_played_in_strides(transport: Transport, qtbot: QtBot) -> None:
    transport.set_positions(2**20, 2**20)
    fastest(transport)
    moved = told(transport.moved)
    transport.play()
    qtbot.waitUntil(lambda: len(moved) > 3)
    transport.pause()
    assert moved[2] - moved[1] > 100
