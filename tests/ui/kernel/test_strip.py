"""Thumbnails: they fit, or scroll, and a click means the slice under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.ui.kernel.strip import HIGH_PX, SliceStrip, thumbnails

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "shape", [(2, 3, 3), (32, 5, 5), (64, 2, 2), (512, 3, 3), (96, 1, 1), (3, 11, 11), (64, 28, 28), (16, 2, 7)]
)
def test_the_strip_is_no_wider_than_its_place(shape: tuple[int, int, int], ratio: float) -> None:
    layout = thumbnails(shape, int(230 * ratio), ratio)
    assert (layout.count, layout.height, layout.width) == shape
    assert layout.size[1] <= 230 * ratio
    assert layout.size[0] <= HIGH_PX * ratio or max(layout.cell) <= 9 * ratio
    assert min(layout.cell) >= 1
    last = layout.map_rect(shape[0] - 1)
    assert last[1] + last[3] == layout.size[0]  # no empty row


@pytest.mark.parametrize("count", [2, 32, 512])
def test_clicks_and_keys_choose(show: Callable[..., Any], qtbot: QtBot, count: int) -> None:
    strip = SliceStrip()
    strip.show_slices(np.random.default_rng(0).normal(size=(count, 3, 3)).astype(np.float32), 0, 1.0, 242)
    show(strip, 242, strip.height())
    heard: list[int] = []
    strip.slice_chosen.connect(heard.append)
    middle = strip.thumbnails.slice_rect(count - 1).center().toPoint()
    qtbot.mouseClick(strip.thumbnails, LEFT, pos=middle)
    qtbot.mouseClick(strip.thumbnails, LEFT, pos=strip.thumbnails.slice_rect(0).center().toPoint())
    assert heard == [count - 1]  # slice 0 was chosen already
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert heard == [count - 1, 1]


def test_the_chosen_slice_is_scrolled_to(show: Callable[..., Any]) -> None:
    strip = SliceStrip()
    values = np.zeros((512, 3, 3), np.float32)
    strip.show_slices(values, 0, 1.0, 242)
    show(strip, 242, strip.height())
    assert strip.height() == HIGH_PX
    strip.show_slices(values, 511, 1.0, 242)
    assert strip.verticalScrollBar().value() == strip.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("shape", [(4, 1, 5), (2, 1, 7), (3, 9, 1), (40, 1, 5)])
def test_flat_slices_can_be_seen(shape: tuple[int, int, int], ratio: float) -> None:
    layout = thumbnails(shape, int(230 * ratio), ratio)
    assert min(layout.cell) >= 8 * ratio
    assert layout.size[1] <= 230 * ratio
