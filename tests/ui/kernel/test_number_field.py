"""A number under drag, keys and wheel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.kernel.number_field import NumberField

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
MIDDLE = QPoint(26, 11)


class Heard:
    """What the field said, in order."""

    def __init__(self, field: NumberField) -> None:
        self.said: list[object] = []
        self.refusals: list[str] = []
        field.value_edited.connect(self.said.append)
        field.edit_finished.connect(lambda: self.said.append("end"))
        field.refused.connect(self.refusals.append)


@pytest.fixture
def field(show: Callable[..., Any], qtbot: QtBot) -> Iterator[NumberField]:
    window = QWidget()
    column = QVBoxLayout(window)
    other = QPushButton("other")
    column.addWidget(other)
    made = NumberField("bias", "Bias")
    made.set_value(0.25)
    column.addWidget(made)
    show(window, 90, 120)
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    yield made
    del window


@pytest.fixture
def heard(field: NumberField) -> Heard:
    return Heard(field)


def mouse(field: NumberField, kind: QEvent.Type, up: int, *, down: bool, fine: bool = False) -> None:
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    held = Qt.KeyboardModifier.ShiftModifier if fine else Qt.KeyboardModifier.NoModifier
    place = QPointF(MIDDLE - QPoint(0, up))
    event = QMouseEvent(kind, place, field.mapToGlobal(place), button, LEFT if down else NONE, held)
    QApplication.sendEvent(field, event)


def drag(field: NumberField, *ups: int, fine: bool = False, let_go: bool = True) -> None:
    mouse(field, QEvent.Type.MouseButtonPress, 0, down=True)
    for up in ups:
        mouse(field, QEvent.Type.MouseMove, up, down=True, fine=fine)
    if let_go:
        mouse(field, QEvent.Type.MouseButtonRelease, ups[-1], down=False)


def wheel(field: NumberField, notches: int) -> QWheelEvent:
    place = QPointF(MIDDLE)
    none, phase = QPoint(0, 0), Qt.ScrollPhase.NoScrollPhase
    turn = QPoint(0, 120 * notches)
    event = QWheelEvent(place, field.mapToGlobal(place), none, turn, NONE, Qt.KeyboardModifier.NoModifier, phase, False)
    QApplication.sendEvent(field, event)
    return event


def test_setting_says_nothing(field: NumberField, heard: Heard) -> None:
    field.set_value(-3.5)
    assert field.text() == "-3.5"
    assert field.value == -3.5
    assert heard.said == []


def test_drag(field: NumberField, heard: Heard) -> None:
    drag(field, 30, 60)
    assert heard.said == [0.75, 1.25, "end"]
    assert not field.hasFocus()


def test_fine_drag(field: NumberField, heard: Heard) -> None:
    drag(field, 60, fine=True)
    assert heard.said == [0.35, "end"]


def test_values_that_come_during_a_drag_disturb_nothing(field: NumberField, heard: Heard) -> None:
    drag(field, 30, let_go=False)
    field.set_value(9.0)
    assert field.busy
    mouse(field, QEvent.Type.MouseMove, 60, down=True)
    mouse(field, QEvent.Type.MouseButtonRelease, 60, down=False)
    assert heard.said == [0.75, 1.25, "end"]


def test_a_drag_that_was_undone_sets_nothing_more(field: NumberField, heard: Heard) -> None:
    start = field.value
    drag(field, 30, let_go=False)
    field.set_value(float(np.float32(heard.said[-1])))  # the owner has it
    assert field.busy
    field.set_value(start)  # and takes it back
    assert not field.busy
    mouse(field, QEvent.Type.MouseMove, 60, down=True)
    mouse(field, QEvent.Type.MouseButtonRelease, 60, down=False)
    assert heard.said == [0.75]
    assert field.value == start


def test_after_a_drag_the_number_is_what_was_set_last(field: NumberField, heard: Heard) -> None:
    drag(field, 30, let_go=False)
    field.set_value(9.0)
    mouse(field, QEvent.Type.MouseButtonRelease, 30, down=False)
    assert field.value == 9.0
    assert heard.said == [0.75, "end"]


def test_a_release_that_was_missed(field: NumberField, heard: Heard) -> None:
    drag(field, 30, let_go=False)
    mouse(field, QEvent.Type.MouseMove, 60, down=False)
    assert heard.said == [0.75, "end"]


def test_escape_in_a_drag(field: NumberField, heard: Heard, qtbot: QtBot) -> None:
    field.setFocus()
    drag(field, 30, let_go=False)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    mouse(field, QEvent.Type.MouseMove, 60, down=True)
    assert heard.said == [0.75, 0.25, "end"]


def test_a_click_is_for_typing(field: NumberField, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(field, LEFT, pos=MIDDLE)
    assert field.hasFocus()
    assert field.selectedText() == "0.25"
    qtbot.keyClicks(field, "-.5")
    assert heard.said == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.said == [-0.5, "end"]
    assert field.text() == "-0.5"


@pytest.mark.parametrize("text", ["1,5", "1e999", "", "abc", "NaN", "inf", "1e38"])
def test_bad_texts(field: NumberField, heard: Heard, qtbot: QtBot, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.wrong
    assert field.text() == text
    assert len(heard.refusals) == 1
    field.set_value(0.25)  # what is typed stays, whatever comes
    assert field.text() == text
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.25"
    assert not field.wrong
    assert heard.said == []


def test_enter_on_what_was_not_changed_is_no_edit(field: NumberField, heard: Heard, qtbot: QtBot) -> None:
    field.set_value(float(np.float32(0.15)))
    qtbot.mouseClick(field, LEFT, pos=MIDDLE)
    assert field.text() == "0.15"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.said == []


def test_leaving_takes_what_was_typed_or_forgets_it(field: NumberField, heard: Heard, qtbot: QtBot) -> None:
    other = field.window().findChild(QPushButton)
    for text in ("0.5", "x"):
        field.setFocus()
        qtbot.keyClicks(field, text)
        other.setFocus()
    assert heard.said == [0.5, "end"]
    assert len(heard.refusals) == 1
    assert field.text() == "+0.5"
    assert not field.wrong


def test_keys_and_wheel_step_only_with_the_focus(field: NumberField, heard: Heard, qtbot: QtBot) -> None:
    assert not wheel(field, 1).isAccepted()
    assert heard.said == []
    field.setFocus()
    assert wheel(field, -2).isAccepted()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert heard.said == [0.05, "end", 0.15, "end"]


def test_single_letters_are_text(field: NumberField, qtbot: QtBot) -> None:
    fired: list[str] = []
    for name in ("R", "E", "?", "Delete", "Escape"):
        shortcut = QShortcut(QKeySequence(name), field.window())
        shortcut.activated.connect(lambda n=name: fired.append(n))
    field.setFocus()
    qtbot.keyClicks(field, "ER?")
    assert field.text() == "ER?"
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert fired == []


@pytest.mark.parametrize("value", [0.0, -0.571234, 0.00378, 1e-7, -123456.0, 1e6])
def test_what_is_shown_fits(field: NumberField, value: float) -> None:
    field.setFixedWidth(52)
    field.set_value(value)
    assert field.fontMetrics().horizontalAdvance(field.text()) <= 42
    assert field.cursorPosition() == 0
