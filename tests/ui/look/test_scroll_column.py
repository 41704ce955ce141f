"""A column is as wide as its place, scrolls where that is too low, and leaves the keys to what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.look.scroll_column import ScrollColumn


@pytest.mark.parametrize(("high", "scrolls"), [(200, False), (60, True)])
def test_it_scrolls_only_up_and_down(show: Callable[..., Any], qtbot: QtBot, high: int, scrolls: bool) -> None:
    content = QWidget()
    inside = QVBoxLayout(content)
    lines = [QLineEdit() for _ in range(3)]
    for line in lines:
        inside.addWidget(line)
    column: ScrollColumn = show(ScrollColumn(content, "lines"), 90, high)
    assert column.objectName() == "lines"
    assert column.verticalScrollBar().isVisible() is scrolls
    assert not column.horizontalScrollBar().isVisible()
    assert content.width() == column.viewport().width()
    lines[0].setFocus()
    qtbot.keyClick(lines[0], Qt.Key.Key_Tab)
    assert lines[1].hasFocus(), "the column itself is no stop"
    assert column.focusPolicy() is Qt.FocusPolicy.NoFocus
