"""The choice of the class that is explained says what was chosen, and never changes by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.spec.presets import lecture
from convviz.ui.class_choice import ClassChoice


def test_choosing_a_class_is_told_and_nothing_else(show: Callable[..., Any], qtbot: QtBot) -> None:
    choice = show(ClassChoice("any_class"))
    heard: list[object] = []
    choice.target_chosen.connect(heard.append)
    choice.set_classes(lecture(), 10)
    choice.show_predicted(3)
    choice.show_target(None)
    assert choice.currentText() == "predicted (3)"
    assert heard == []
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert heard == [0]
    choice.show_target(7)
    assert choice.currentText() == "7"
    qtbot.keyClick(choice, Qt.Key.Key_Home)
    assert heard == [0, None]
    choice.show_predicted(None)
    assert choice.currentText() == "predicted", "nothing is drawn"
    choice.set_classes(lecture(), 4)
    choice.show_predicted(1)
    choice.show_target(7)
    assert choice.currentText() == "predicted (1)", "there is no class 7 any more"
    assert choice.count() == 5


def test_classes_have_their_names_and_those_without_one_their_numbers(show: Callable[..., Any]) -> None:
    choice = show(ClassChoice("any_class"))
    choice.set_classes(replace(lecture(), classes=("cat", "dog")), 3)
    choice.show_predicted(1)
    assert [choice.itemText(i) for i in range(choice.count())] == ["predicted (dog)", "cat", "dog", "2"]
