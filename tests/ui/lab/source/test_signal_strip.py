"""What is drawn in the strip is where the mouse was; keys do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.ui.lab.source.signal_strip import SignalStrip
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton
WIDTH, HEIGHT = 200, 100


@pytest.fixture
def strip(show: Callable[..., Any]) -> SignalStrip:
    made: SignalStrip = show(SignalStrip(), WIDTH, HEIGHT)
    made.activateWindow()
    made.set_values(np.zeros((1, 1, 10), np.float32))
    return made


@pytest.fixture
def said(strip: SignalStrip) -> list[Any]:
    heard: list[Any] = []
    strip.drawn.connect(lambda values: heard.append(values[0, 0].tolist()))
    strip.finished.connect(lambda: heard.append("finished"))
    return heard


@pytest.mark.parametrize("width", [1, 10, 199, 1000])
def test_where_one_presses(strip: SignalStrip, said: list[Any], qtbot: QtBot, width: int) -> None:
    strip.set_values(np.zeros((2, 1, width), np.float32))
    before = strip.values
    qtbot.mouseClick(strip, LEFT, pos=QPoint(50, 25))
    drawn = np.array(said[0])
    there = np.flatnonzero(drawn)
    assert drawn[there] == pytest.approx([0.5] * len(there))
    assert abs(there.mean() + 0.5 - width * 50 / WIDTH) <= max(width / WIDTH, 1)
    assert said[1:] == ["finished"]
    assert not before.any(), "what was shown is not changed in place"
    assert not strip.values[1].any(), "only the first channel is drawn"


def test_a_quick_move_leaves_no_gap(strip: SignalStrip, said: list[Any], qtbot: QtBot) -> None:
    qtbot.mousePress(strip, LEFT, pos=QPoint(10, 0))
    qtbot.mouseMove(strip, QPoint(190, 0))
    qtbot.mouseMove(strip, QPoint(190, 500))
    qtbot.mouseRelease(strip, LEFT, pos=QPoint(190, 500))
    assert said[1] == [1] * 10
    assert said[2][-1] == -1, "outside counts as the rim"
    assert said[-1] == "finished"
    assert said.count("finished") == 1


def test_the_scale_stays_while_one_draws(strip: SignalStrip, qtbot: QtBot) -> None:
    strip.drawn.connect(lambda values: strip.set_values(values, going_on=True))
    strip.set_values(np.array([[[8, 0, 0, 0]]], np.float32))
    assert strip.extreme == 8
    qtbot.mousePress(strip, LEFT, pos=QPoint(20, 40))
    assert strip.extreme == 8
    qtbot.mouseRelease(strip, LEFT, pos=QPoint(20, 40))
    strip.set_values(strip.values)
    assert strip.extreme == pytest.approx(1.6)


def test_the_keys_walk_and_lift(strip: SignalStrip, said: list[Any], qtbot: QtBot) -> None:
    strip.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(strip, key)
    assert not said
    qtbot.keyPress(strip, Qt.Key.Key_Up)
    qtbot.keyPress(strip, Qt.Key.Key_Up)
    qtbot.keyRelease(strip, Qt.Key.Key_Up)
    assert said[-2] == pytest.approx([0, 0.1, *[0] * 8])
    assert said[-1] == "finished"
    assert said.count("finished") == 1
    qtbot.keyClick(strip, Qt.Key.Key_End)
    for _ in range(25):
        qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert strip.values[0, 0, 9] == -1, "not beyond the rim"
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert strip.values[0, 0, 0] == pytest.approx(0.05)


def test_it_ends_when_it_is_hidden(strip: SignalStrip, said: list[Any], qtbot: QtBot) -> None:
    qtbot.mousePress(strip, LEFT, pos=QPoint(10, 10))
    strip.hide()
    assert said[-1] == "finished"


def test_colours_say_the_sign(strip: SignalStrip, pixel: Callable[..., QColor], qapp: QApplication) -> None:
    for look in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, look)
        strip.set_values(np.array([[[0.9, -0.9, np.nan, 0.1]]], np.float32))
        names = [pixel(strip, QPoint(25 + 50 * i, y)).name() for i, y in ((0, 30), (1, 70), (2, 30), (3, 30))]
        assert names == [look.positive, look.negative, look.not_a_number, look.raised]


@pytest.mark.parametrize("values", [[np.nan], [np.inf, -np.inf], [3e38, -3e38], [0.0] * 5000])
def test_any_values_can_be_painted_and_drawn_on(strip: SignalStrip, qtbot: QtBot, values: list[float]) -> None:
    strip.set_values(np.array([[values]], np.float32))
    strip.grab()
    qtbot.mouseClick(strip, LEFT, pos=QPoint(60, 20))
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    strip.grab()
    assert strip.values.dtype == np.float32
