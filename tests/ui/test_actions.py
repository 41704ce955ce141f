"""Every action has words, and no two answer to the same key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from convviz.ui.actions import ACTIONS
from convviz.ui.shortcuts import ShortcutsDialog
from convviz.ui.workspaces import TITLES


def test_no_key_means_two_things(tools: dict[str, QAction]) -> None:
    for workspace in TITLES:
        there = [spec for spec in ACTIONS if spec.only_in in ("", workspace)]
        keys = Counter(key.toString() for spec in there for key in spec.keys(workspace))
        assert [key for key, count in keys.items() if count > 1] == []
        assert all(not QKeySequence(key).isEmpty() for key in keys)
    assert all(action.shortcuts() == spec.keys("") for spec, action in zip(ACTIONS, tools.values(), strict=True))


def test_letters_of_one_menu_differ(tools: dict[str, QAction]) -> None:
    submenus = {(spec.menu, spec.submenu): spec.submenu for spec in ACTIONS if spec.submenu}
    for menu in {(spec.menu, spec.submenu) for spec in ACTIONS}:
        texts = [spec.text for spec in ACTIONS if (spec.menu, spec.submenu) == menu]
        texts += [title for (owner, _), title in submenus.items() if menu == (owner, "")]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(letters) == len(set(letters)), menu


def test_tool_tips_name_the_key(tools: dict[str, QAction]) -> None:
    for spec in ACTIONS:
        action = tools[spec.name]
        assert action.toolTip()
        assert "&" not in action.toolTip()
        if spec.shortcuts:
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            assert f"({key})" in action.toolTip()


def test_the_list_of_keys_is_complete(show: Callable[..., Any], tools: dict[str, QAction]) -> None:
    room = show(QWidget(), 900, 700)
    dialog = ShortcutsDialog(tools, room)
    dialog.open()
    said = [label.text() for label in dialog.findChildren(QLabel)]
    for spec in ACTIONS:
        for key in spec.keys(spec.home):
            text = key.toString(QKeySequence.SequenceFormat.NativeText)
            assert any(text in line.split(", ") for line in said), text
    for words in ("Arrow keys", "PgUp, PgDown on a card", "Right button"):
        assert words in said
    dialog.close()


def test_a_key_of_two_workspaces_says_which_is_which(show: Callable[..., Any], tools: dict[str, QAction]) -> None:
    room = show(QWidget(), 900, 700)
    dialog = ShortcutsDialog(tools, room)
    labels = [label.text() for label in dialog.area.findChildren(QLabel)]
    lines = list(zip(labels[::2], labels[1::2], strict=True))
    keys = Counter(key for key, _ in lines if key != "Arrow keys")
    twice = [(key, words) for key, words in lines if keys[key] > 1]
    assert ("Alt+2", "Network: page Gradient") in twice
    assert ("Alt+2", "Train: page Kernels") in twice
    assert ("Ctrl+Right", "Network: next layer") in twice
    assert ("Ctrl+P", "Network: PyTorch code") in lines
    assert [words for _, words in twice if words.partition(":")[0] not in TITLES.values()] == []
    dialog.close()


def test_in_an_ordinary_window_the_list_of_keys_needs_no_scrolling(
    show: Callable[..., Any], tools: dict[str, QAction]
) -> None:
    room = show(QWidget(), 1280, 740)  # less a bar of the desktop's, and its own title
    dialog = ShortcutsDialog(tools, room)
    dialog.open()
    QApplication.processEvents()
    assert dialog.area.verticalScrollBar().maximum() == 0
    assert dialog.height() <= 740
    dialog.close()


def test_the_list_of_keys_fits_the_window(show: Callable[..., Any], tools: dict[str, QAction]) -> None:
    room = show(QWidget(), 1280, 560)
    dialog = ShortcutsDialog(tools, room)
    dialog.open()
    QApplication.processEvents()
    assert dialog.height() <= 560
    bar = dialog.area.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    last = dialog.findChildren(QLabel)[-2]
    assert not last.visibleRegion().isEmpty()
    for label in dialog.area.findChildren(QLabel):
        right = label.mapTo(dialog.area, label.rect().topRight()).x()
        assert right < dialog.area.width() - bar.width(), label.text()
    dialog.close()
