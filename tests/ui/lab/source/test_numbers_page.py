"""Numbers are typed, pasted, or come at one click; what cannot be meant is told in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from convviz.spec.lab.charts import chart
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import Grid
from convviz.ui.lab.source.numbers_page import CHANNELS, NumbersPage, lecture

if TYPE_CHECKING:
    from .conftest import Desk

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(desk: Desk) -> NumbersPage:
    desk.show(Grid(np.array([[[1, 2], [3, 4]]])))
    return desk.panel.numbers


def retype(page: NumbersPage, text: str, qtbot: QtBot) -> None:
    page.text.setFocus()
    page.text.selectAll()
    qtbot.keyClicks(page.text, text)


def test_typed_and_applied_with_the_keys(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    assert page.text.toPlainText() == "1  2\n3  4"
    retype(page, "1, 2, 3, 4", qtbot)
    assert not desk.chosen
    qtbot.keyClick(page.text, Qt.Key.Key_Return, CONTROL)
    assert desk.values == [[[1, 2, 3, 4]]]
    assert desk.state.lab.dims == 1
    assert [text for _, text in desk.chosen] == ["typed numbers, 1×1×4"]
    qtbot.keyClick(page.text, Qt.Key.Key_Return, CONTROL)
    qtbot.keyClick(page.text, Qt.Key.Key_Tab)
    assert len(desk.chosen) == 1, "once is enough"


def test_the_button_and_leaving_apply(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    retype(page, "5 6", qtbot)
    qtbot.mouseClick(page.apply, LEFT)
    assert desk.values == [[[5, 6]]]
    retype(page, "7 8", qtbot)
    qtbot.keyClick(page.text, Qt.Key.Key_Tab)
    assert desk.values == [[[7, 8]]]
    assert len(desk.chosen) == 2


def test_pasted_from_a_spreadsheet(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n")
    page.text.setFocus()
    page.text.selectAll()
    qtbot.keySequence(page.text, QKeySequence("Ctrl+V"))
    qtbot.mouseClick(page.apply, LEFT)
    assert desk.values == [[[1, 2, 3], [4, 5, 6]]]


def test_a_mistake_is_told_and_the_last_input_stays(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    retype(page, "1, 2,5", qtbot)
    qtbot.mouseClick(page.apply, LEFT)
    assert desk.values == [[[1, 2], [3, 4]]]
    assert page.sentence.isVisible()
    assert page.sentence.text().startswith("Line 1, number 2: '2,5' has a comma")
    assert page.text.toPlainText() == "1, 2,5", "to be mended"
    page.text.setFocus()
    qtbot.keyClick(page.text, Qt.Key.Key_Escape)
    assert page.text.toPlainText() == "1  2\n3  4"
    assert not page.sentence.isVisible()
    assert not desk.chosen
    assert not desk.refused


@pytest.mark.parametrize("channels", CHANNELS)
def test_the_lectures_input_at_one_click(page: NumbersPage, desk: Desk, qtbot: QtBot, channels: int) -> None:
    qtbot.mouseClick(page.lecture[channels], LEFT)
    assert desk.source.values.shape == (channels, 3, 5)
    assert len(desk.chosen) == 1
    assert np.array_equal(desk.source.values[:2], lecture(4)[:channels][:2])


def test_the_lectures_input_is_that_of_the_preset() -> None:
    source = lab("stride-padding").source
    assert isinstance(source, Grid)
    assert np.array_equal(lecture(2), source.values)


def test_random_and_zeros_keep_the_shape(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.random, LEFT)
    first = desk.values
    qtbot.mouseClick(page.random, LEFT)
    assert desk.values != first
    assert np.shape(desk.values) == (1, 2, 2)
    qtbot.mouseClick(page.zeros, LEFT)
    assert desk.values == [[[0, 0], [0, 0]]]
    assert [text.split(",")[0] for _, text in desk.chosen] == ["random numbers", "random numbers", "zeros"]


def test_too_many_numbers_are_no_text(page: NumbersPage, desk: Desk, qtbot: QtBot) -> None:
    desk.show(Grid(chart("texture").values, "typed numbers"))
    assert page.text.toPlainText() == ""
    assert "too many" in page.note.text()
    qtbot.mouseClick(page.apply, LEFT)
    assert not desk.chosen
