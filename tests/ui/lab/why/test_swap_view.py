"""Two values are chosen to change places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from convviz.ui.lab.why.swap_view import SwapView


@pytest.fixture
def view(show: Callable[..., Any]) -> SwapView:
    shown: SwapView = show(SwapView("swap", "Values"), 200, 200)
    shown.show_values(np.arange(16, dtype=np.float32).reshape(1, 4, 4))
    return shown


def test_one_value_is_dragged_onto_another(
    view: SwapView, mouse: Callable[..., None], heard: Callable[..., Any]
) -> None:
    swaps = heard(view.swap_wanted)
    mouse(view, "press", view.rect_of((0, 0, 0)).center())
    mouse(view, "move", view.rect_of((0, 1, 0)).center())
    assert view.held == (0, 0, 0)
    mouse(view, "release", view.rect_of((0, 1, 1)).center())
    assert swaps == [((0, 0, 0), (0, 1, 1))]
    for end in (view.rect_of((0, 0, 0)).center(), QPointF(1, 1)):
        mouse(view, "press", view.rect_of((0, 0, 0)).center())
        mouse(view, "release", end)
    assert len(swaps) == 1, "onto itself or beside all"
    assert view.held is None


def test_return_takes_and_drops(view: SwapView, heard: Callable[..., Any], qtbot: QtBot) -> None:
    swaps = heard(view.swap_wanted)
    for key in ("Right", "Return", "Right", "Return", "Return", "Escape", "Return"):
        qtbot.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
    assert swaps == [((0, 0, 0), (0, 0, 1))]
    assert view.held == (0, 0, 1)
