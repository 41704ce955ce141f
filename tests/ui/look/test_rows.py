"""Tables of whole rows: heads that say what they mean, widths that share what is left, and a way out by Tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.look.rows import AnyIndex, HeadedRows, RowTable

Role, Flag = Qt.ItemDataRole, Qt.AlignmentFlag
HEADERS, MEANINGS = ("name", "size", "why"), ("what it is called", "how large it is", "what for")
ACROSS = Qt.Orientation.Horizontal


class Rows(HeadedRows):
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else 4

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        return f"{index.row()}, {index.column()}" if role == Role.DisplayRole else None


@pytest.fixture
def table(show: Callable[..., Any]) -> Iterator[RowTable]:
    window = QWidget()
    column = QVBoxLayout(window)
    made = RowTable(30, 24)
    made.setModel(Rows(HEADERS, MEANINGS, numbers=(1,)))
    made.model().setParent(made)
    column.addWidget(made)
    column.addWidget(QLineEdit())
    show(window, 420, 300)
    yield made
    window.hide()


def test_heads_say_what_they_are() -> None:
    rows = Rows(HEADERS, MEANINGS, numbers=(1,))
    assert rows.columnCount() == 3
    assert [rows.headerData(n, ACROSS) for n in range(3)] == list(HEADERS)
    assert [rows.headerData(n, ACROSS, Role.ToolTipRole) for n in range(3)] == list(MEANINGS)
    sides = [rows.headerData(n, ACROSS, Role.TextAlignmentRole) for n in range(3)]
    assert [bool(side & Flag.AlignRight) for side in sides] == [False, True, False]
    assert sides == [rows.side(n) for n in range(3)]
    assert rows.headerData(0, Qt.Orientation.Vertical) is None
    assert Rows(HEADERS).headerData(0, ACROSS, Role.ToolTipRole) is None


def test_columns_without_a_width_share_what_is_left(table: RowTable) -> None:
    table.set_widths((50, 0, 0))
    left = table.horizontalHeader().viewport().width() - 50
    assert table.columnWidth(0) == 50
    assert abs(table.columnWidth(1) - left / 2) <= 1
    assert table.columnWidth(1) + table.columnWidth(2) == left
    table.set_widths((50, 70, 0), QHeaderView.ResizeMode.Interactive)
    assert [table.columnWidth(n) for n in range(3)] == [50, 70, left - 70]
    modes = [table.horizontalHeader().sectionResizeMode(n) for n in range(3)]
    assert modes == [QHeaderView.ResizeMode.Interactive] * 2 + [QHeaderView.ResizeMode.Stretch]


def test_rows_are_one_line_each_and_are_selected_whole(table: RowTable, qtbot: QtBot) -> None:
    assert [table.rowHeight(n) for n in range(4)] == [30] * 4
    assert table.horizontalHeader().height() == 24
    assert table.verticalHeader().isHidden()
    middle = table.visualRect(table.model().index(2, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]


def test_tab_leads_out_of_it(table: RowTable, qtbot: QtBot) -> None:
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
    window = table.parentWidget()
    assert window is not None
    line = window.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    assert line.hasFocus()
