"""What of a slice is painted again when it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.ui.kernel.slice_view import SliceView, strongest

VALUES = np.linspace(-1, 1, 25, dtype=np.float32).reshape(5, 5)


class Watched(SliceView):
    """Remembers what it was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[QRect] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.append(event.rect())
        super().paintEvent(event)


@pytest.fixture
def view(show: Callable[..., Any]) -> Watched:
    made = Watched()
    made.show_slice(VALUES, VALUES, extreme=1.0)
    show(made)
    QApplication.processEvents()
    made.painted.clear()
    return made


def test_one_cell_repaints_one_cell(view: Watched) -> None:
    values = VALUES.copy()
    values[2, 3] = 0.9
    view.show_slice(values, VALUES.copy(), extreme=1.0)
    QApplication.processEvents()
    assert view.painted == [view.cell_rect((2, 3))]
    view.show_slice(values.copy(), VALUES, extreme=1.0)
    QApplication.processEvents()
    assert len(view.painted) == 1


def test_another_scale_or_original_repaints_all(view: Watched) -> None:
    view.show_slice(VALUES, VALUES, extreme=2.0)
    QApplication.processEvents()
    assert view.painted == [view.rect()]
    view.show_slice(VALUES, None, extreme=2.0)
    QApplication.processEvents()
    assert view.painted == [view.rect()] * 2


def test_what_is_on_screen_is_what_a_fresh_view_paints(view: Watched, show: Callable[..., Any], qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    values = VALUES.copy()
    for _ in range(20):
        values = values.copy()
        values[tuple(rng.integers(5, size=2))] = rng.uniform(-1, 1)
        view.show_slice(values, VALUES, extreme=1.0)
    fresh = show(SliceView())
    fresh.show_slice(values, VALUES, extreme=1.0)
    assert view.grab().toImage() == fresh.grab().toImage()


def test_the_strongest_value() -> None:
    assert strongest(np.array([np.nan, -2.0, np.inf], np.float32), None) == 2.0
    assert strongest(np.array([1.0], np.float32), np.array([-3.0], np.float32)) == 3.0
    assert strongest(np.array([np.nan], np.float32), None) == 0.0
