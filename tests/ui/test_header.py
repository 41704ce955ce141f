"""The bar on top shows what is, and emits only what a person chose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from convviz.ui.actions import ACTIONS
from convviz.ui.header import Header

NAMES = ("lecture", "lenet5")
DEVICES = (("cpu", "CPU"), ("cuda:0", "RTX"), ("cuda:1", "RTX"))


@pytest.fixture
def header(show: Callable[..., Any], tools: dict[str, QAction]) -> Header:
    return show(Header(tools, NAMES), 1000, 44)  # type: ignore[no-any-return]


def choose(box: QComboBox, qtbot: QtBot, row: int) -> None:
    """As a person does: opens the list and presses Return on a line."""
    box.setFocus()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(row, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    box.hidePopup()


def entries(box: QComboBox) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


def test_choosing_emits_showing_does_not(header: Header, qtbot: QtBot) -> None:
    heard: list[str] = []
    header.network_chosen.connect(heard.append)
    header.device_chosen.connect(heard.append)
    header.set_devices(DEVICES, "cuda:0")
    for name in ("lenet5", "mine", "lecture"):
        header.set_network(name)
        assert header.network.currentText() == name
    for device in ("cuda:1", "cpu"):
        header.set_device(device)
        assert header.device.currentData() == device
    assert heard == []
    choose(header.network, qtbot, 1)
    choose(header.device, qtbot, 2)
    assert heard == ["lenet5", "cuda:1"]


def test_a_network_from_a_file_is_listed_while_it_is_shown(header: Header) -> None:
    header.set_network("mine")
    assert entries(header.network) == [*NAMES, "mine"]
    header.set_network("other")
    assert entries(header.network) == [*NAMES, "other"]
    header.set_network("lenet5")
    assert entries(header.network) == list(NAMES)


def test_devices_of_one_name_can_be_told_apart(header: Header) -> None:
    header.set_devices(DEVICES, "cpu")
    assert len(set(entries(header.device))) == 3
    assert [header.device.itemData(i) for i in range(3)] == [device for device, _ in DEVICES]


def test_a_device_that_was_asked_for_but_is_not_there_stays_visible(header: Header) -> None:
    header.set_devices(DEVICES, "cuda:7")
    assert header.device.currentData() == "cuda:7"
    header.set_devices(DEVICES, "cpu")
    assert header.device.count() == 3


def test_undo_and_redo_have_buttons(header: Header, tools: dict[str, QAction], qtbot: QtBot) -> None:
    heard: list[str] = []
    for name in ("undo", "redo"):
        tools[name].triggered.connect(lambda _=False, name=name: heard.append(name))
        button = header.findChild(QToolButton, f"{name}_button")
        assert isinstance(button, QToolButton)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        tools[name].setEnabled(False)
        assert not button.isEnabled()
    assert heard == ["undo", "redo"]


def test_every_action_is_in_a_menu(header: Header, tools: dict[str, QAction]) -> None:
    listed = [action for menu in header.menus.actions() for action in menu.menu().actions()]  # type: ignore[union-attr]
    inner = [action.menu() for action in listed if action.menu() is not None and action.menu() is not header.recent]
    listed = [action for action in listed if action.menu() is None]
    listed += [action for menu in inner for action in menu.actions()]  # type: ignore[union-attr]
    assert {action.objectName() for action in listed if not action.isSeparator()} == {
        f"action_{spec.name}" for spec in ACTIONS
    }
    assert all(action in listed for action in tools.values())


def test_recent_files_are_chosen_from_the_menu(header: Header, tmp_path: Path) -> None:
    heard: list[Path] = []
    header.recent_chosen.connect(heard.append)
    header.set_recent([])
    assert not header.recent.isEnabled(), "an empty menu cannot be opened"
    paths = [tmp_path / "one" / "a.convviz", tmp_path / "two" / "a.convviz", tmp_path / "you & me.convviz"]
    header.set_recent(paths)
    assert header.recent.isEnabled()
    actions = header.recent.actions()
    assert [action.text() for action in actions] == ["a.convviz", "a.convviz", "you && me.convviz"]
    assert [action.toolTip() for action in actions] == [str(path) for path in paths]
    assert header.recent.toolTipsVisible(), "else files of one name cannot be told apart"
    actions[1].trigger()
    assert heard == [paths[1]]
    header.set_recent(paths[:1])
    assert len(header.recent.actions()) == 1


def test_the_menu_of_recent_files_stands_below_open(header: Header, tools: dict[str, QAction]) -> None:
    (file,) = [action.menu() for action in header.menus.actions() if action.text() == "&File"]
    listed = file.actions()  # type: ignore[union-attr]
    assert listed[listed.index(tools["open"]) + 1].menu() is header.recent
