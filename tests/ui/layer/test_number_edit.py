"""The line over a number keeps keys to itself while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.layer.number_edit import NumberEdit


@pytest.fixture
def edit(show: Callable[..., Any], qtbot: QtBot) -> NumberEdit:
    box = QWidget()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made = NumberEdit("it", "It", box)
    show(box, 80, 26)
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    return made


def test_escape_closes_the_line_and_nothing_else(edit: NumberEdit, qtbot: QtBot) -> None:
    escaped: list[int] = []
    given: list[str] = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), edit.window())
    shortcut.activated.connect(lambda: escaped.append(1))
    edit.given.connect(given.append)
    edit.open("3")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.isVisible()
    assert edit.parentWidget().hasFocus()  # type: ignore[union-attr]
    assert (escaped, given) == ([], [])


def test_it_stays_open_while_another_window_is_in_front(edit: NumberEdit) -> None:
    given: list[str] = []
    edit.given.connect(given.append)
    edit.open("3", "12")
    for reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
        QApplication.sendEvent(edit, QFocusEvent(QEvent.Type.FocusOut, reason))
    assert edit.isVisible()
    assert (edit.text(), given) == ("12", [])


def test_the_mark_of_a_wrong_text_goes_with_the_next_key(edit: NumberEdit, qtbot: QtBot) -> None:
    edit.open("3", "x")
    edit.set_wrong(True)
    qtbot.keyClicks(edit, "1")
    assert not edit.wrong
    assert edit.text() == "1", "it takes the place of what was refused"


def test_a_click_on_a_refused_text_selects_it(edit: NumberEdit, qtbot: QtBot) -> None:
    edit.open("3", "0,001")
    edit.set_wrong(True)
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton, pos=edit.rect().center())
    assert edit.selectedText() == "0,001"
