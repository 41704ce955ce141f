"""The small parts of the page: figures, the table of formulas, and the switch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.presets import lecture
from convviz.ui.field.chain_table import ChainTable
from convviz.ui.field.fact_grid import FactGrid
from convviz.ui.field.facts import COLUMNS, chain, facts
from convviz.ui.field.outline import outline
from convviz.ui.field.switch import Switch
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize("role", ["tab", "toggle"])
def test_a_choice_is_filled_and_the_focus_goes_with_it(
    show: Callable[..., Any], qtbot: QtBot, pixel: Callable[[QWidget, QPoint], QColor], role: str
) -> None:
    switch = show(Switch("kind", {"a": ("A", "first"), "b": ("B", "second")}, role), 200, 30)
    switch.activateWindow()
    qtbot.waitUntil(switch.isActiveWindow)
    a, b = switch.buttons.values()
    edge, inside = QPoint(a.width() // 2, 0), QPoint(a.width() // 4, 4)
    a.setFocus()
    qtbot.mouseClick(b, LEFT)
    assert b.hasFocus(), "on the other it would look like a second choice"
    assert pixel(b, inside).name() == theme.DARK.chosen != pixel(a, inside).name()
    assert pixel(b, edge).name() == theme.DARK.accent != pixel(a, edge).name()
    switch.choose("a")
    assert a.hasFocus()
    a.clearFocus()
    qtbot.mouseClick(b, LEFT)
    assert not b.hasFocus(), "a mouse needs no mark"
    assert pixel(b, edge).name() != theme.DARK.accent


def tip(widget: QWidget, place: QPoint) -> str:
    QToolTip.hideText()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    text = QToolTip.text()
    QToolTip.hideText()
    for window in QApplication.topLevelWidgets():
        if window.metaObject().className() == "QTipLabel":
            window.hide()
    return text


@pytest.fixture
def table(show: Callable[..., Any]) -> ChainTable:
    shown: ChainTable = show(ChainTable(), 240, 200)
    shown.show_rows(chain(lecture(), "conv2"))
    return shown


def test_the_table_is_as_high_as_its_most_rows(table: ChainTable) -> None:
    assert table.height() == table.place(5, 0).bottom() + 1
    table.show_rows(chain(lecture(), "conv1"))
    assert table.height() == table.place(5, 0).bottom() + 1, "hovering other layers moves nothing"
    assert "conv1; k 5" in table.accessibleName()


def test_columns_lie_side_by_side_inside_the_table(table: ChainTable) -> None:
    edges = [table.place(1, column) for column in range(len(COLUMNS))]
    assert all(a.right() + 1 == b.left() for a, b in itertools.pairwise(edges))
    assert edges[0].left() == 0
    assert edges[-1].right() + 1 == table.width()


def test_a_row_explains_itself(table: ChainTable) -> None:
    assert "7 + (5 − 1)·1·3 = 19" in tip(table, table.place(5, 5).center())
    assert "dilation" in tip(table, table.place(0, 4).center())


def test_the_last_row_has_the_colour_of_fields(table: ChainTable, pixel: Callable[..., QColor]) -> None:
    last, other = (pixel(table, table.place(row, 1).topLeft() + QPoint(1, 1)).name() for row in (5, 4))
    assert other == theme.DARK.card
    assert last != other


def test_figures_explain_themselves(show: Callable[..., Any]) -> None:
    grid: FactGrid = show(FactGrid(), 240, 72)
    unit = "conv2", (21, 1, 2)
    grid.show_facts(facts(lecture(), *unit, outline(lecture(), *unit)))
    assert "size 19" in grid.accessibleName()
    assert "0 + 1·3 + (19 − 1)/2 = 12" in tip(grid, grid.place(3).center())
    assert not any(grid.place(a).intersects(grid.place(b)) for a in range(6) for b in range(a))


def test_one_of_the_switch_is_down(show: Callable[..., Any], qtbot: QtBot) -> None:
    switch: Switch = show(Switch("switch", {"a": ("A", "first"), "b": ("B", "second")}, "tab"), 200, 30)
    heard: list[str] = []
    switch.chosen.connect(heard.append)
    assert switch.current == "a"
    qtbot.mouseClick(switch.buttons["b"], LEFT)
    assert (switch.current, heard) == ("b", ["b"])
    switch.choose("a")
    assert (switch.current, heard) == ("a", ["b"])
