"""One workspace is in front, made when it is first shown; an edit that is seen in another brings that to the front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.edits import Edit
from convviz.ui.workspaces import TITLES, WorkspaceBar, Workspaces


def page(name: str) -> QWidget:
    made = QWidget()
    made.setObjectName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    column = QVBoxLayout(made)
    for number in range(2):
        line = QLineEdit()
        line.setObjectName(f"{name}_{number}")
        column.addWidget(line)
    return made


@pytest.fixture
def stack(show: Callable[..., Any]) -> Workspaces:
    made = Workspaces({name: lambda n=name: page(n) for name in TITLES})  # type: ignore[misc]
    made.choose("network")
    return show(made, 300, 200)  # type: ignore[no-any-return]


def edit(*names: str) -> Edit:
    return Edit("", dict.fromkeys(names), dict.fromkeys(names))


def test_the_bar_shows_and_says_what_was_clicked(show: Callable[..., Any], qtbot: QtBot) -> None:
    bar = show(WorkspaceBar())
    heard: list[str] = []
    bar.chosen.connect(heard.append)
    assert [button.text() for button in bar.buttons.values()] == list(TITLES.values())
    bar.choose("lab")
    assert (bar.current, heard) == ("lab", [])
    qtbot.mouseClick(bar.buttons["network"], Qt.MouseButton.LeftButton)
    assert (bar.current, heard) == ("network", ["network"])


def test_a_workspace_is_made_when_it_is_first_shown(stack: Workspaces) -> None:
    shown: list[str] = []
    stack.shown.connect(shown.append)
    assert stack.count() == 1
    stack.choose("lab")
    stack.choose("lab")
    lab = stack.currentWidget()
    assert (lab.objectName(), stack.count(), shown) == ("lab", 2, ["lab"])
    stack.choose("network")
    stack.choose("lab")
    assert stack.currentWidget() is lab
    stack.choose("no such")
    assert stack.name == "network"


def test_the_keyboard_comes_back_to_where_it_was(stack: Workspaces, qtbot: QtBot) -> None:
    stack.window().activateWindow()
    qtbot.waitUntil(stack.window().isActiveWindow)
    line = stack.findChild(QLineEdit, "network_1")
    line.setFocus()
    stack.choose("lab")
    assert QApplication.focusWidget() is stack.currentWidget()
    stack.choose("network")
    assert QApplication.focusWidget() is line


@pytest.mark.parametrize(
    ("start", "touched", "expected"),
    [
        ("network", ["lab"], "lab"),
        ("network", ["lab", "drawing"], "lab"),
        ("network", ["drawing"], "network"),
        ("lab", ["drawing"], "lab"),
        ("lab", ["weights"], "network"),
        ("lab", ["network", "weights", "kept"], "network"),
        ("lab", ["preparation"], "network"),
        ("lab", ["lab", "network"], "lab"),
        ("network", ["lab", "network"], "network"),
        ("network", ["plan"], "train"),
        ("lab", ["plan"], "train"),
        ("train", ["plan"], "train"),
        ("train", ["weights", "origin", "kept"], "train"),
        ("train", ["preparation"], "train"),
        ("train", ["channels"], "train"),
        ("train", ["drawing"], "train"),
        ("train", ["network", "weights"], "network"),
        ("train", ["network", "weights", "origin"], "train"),
        ("train", ["lab"], "lab"),
        ("lab", ["weights", "origin", "kept"], "network"),
        ("network", ["weights", "plan"], "network"),
    ],
)
def test_what_an_edit_touched_comes_to_the_front(
    stack: Workspaces, start: str, touched: list[str], expected: str
) -> None:
    stack.choose(start)
    stack.follow(edit(*touched))
    assert stack.name == expected
