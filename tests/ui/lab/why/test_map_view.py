"""Maps under the mouse and the arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from convviz.ui.lab.why.map_view import MapView
from convviz.ui.look.theme import DARK

VALUES = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


@pytest.fixture
def view(show: Callable[..., Any]) -> MapView:
    shown: MapView = show(MapView("map", "Some maps"), 300, 200)
    shown.show_values(VALUES)
    return shown


def test_every_cell_is_found(view: MapView) -> None:
    for index in np.ndindex(VALUES.shape):
        assert view.index_at(view.rect_of(index).center()) == index  # type: ignore[arg-type]
    assert view.index_at(QPointF(0, 0)) is None


def test_the_mouse_hovers(view: MapView, mouse: Callable[..., None], heard: Callable[..., Any], qtbot: QtBot) -> None:
    hovered = heard(view.hovered)
    mouse(view, "move", view.rect_of((1, 2, 3)).center(), held=False)
    assert hovered == [(1, 2, 3)]
    assert view.accessibleDescription() == "channel 1, row 2, column 3: 23"
    mouse(view, "move", QPointF(0, 0), held=False)
    assert hovered[-1] is None


def test_arrows_walk(view: MapView, heard: Callable[..., Any], qtbot: QtBot) -> None:
    hovered = heard(view.hovered)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert hovered == [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 0, 1)]


def test_lit_cells_are_marked(view: MapView, pixel: Callable[..., QColor]) -> None:
    lit = np.zeros(VALUES.shape, np.bool_)
    lit[0, 1, 1] = True
    view.show_lit(lit)
    corner = view.rect_of((0, 1, 1)).topLeft().toPoint()
    assert pixel(view, corner + QPointF(1, 1).toPoint()).name() == DARK.field
    view.show_values(VALUES[:, :2])
    assert view.lit is None, "marks of another shape go"


def test_many_channels_are_cut_and_said(view: MapView) -> None:
    view.show_values(np.zeros((20, 2, 2), np.float32))
    assert view.size_text == "20×2×2, the first 16"
    view.show_lit(np.ones((20, 2, 2), np.bool_))
    view.grab()
    view.show_values(np.zeros((1, 1, 9), np.float32), dims=1)
    assert view.size_text == "1×9"


def test_a_note_has_no_cells(view: MapView, heard: Callable[..., Any], qtbot: QtBot) -> None:
    hovered = heard(view.hovered)
    view.show_note("too large")
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.index_at(QPointF(150, 100)) is None
    assert hovered == []
    view.grab()


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, 3e38])
def test_special_values_are_painted(view: MapView, special: float) -> None:
    values = VALUES.copy()
    values[0, 0, 0] = special
    for dims, shown in ((2, values), (1, values[:, :1])):
        view.show_values(shown, dims=dims)
        view.grab()
