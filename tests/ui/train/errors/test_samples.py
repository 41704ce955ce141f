"""The mosaic of test images: what is where, what is opened, and that thousands are cheap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.training.news import Judged, Samples
from convviz.ui.train.errors.samples import SIDE_PX, SampleGrid
from convviz.ui.train.errors.scrolled import Scrolled

LEFT = Qt.MouseButton.LeftButton
COUNT = 3000


@pytest.fixture
def grid(show: Callable[..., Any]) -> Iterator[SampleGrid]:
    made = SampleGrid()
    around = show(Scrolled(made, "scroll"), 500, 220)
    images = np.zeros((COUNT, 1, 28, 28), np.uint8)
    images[:] = (np.arange(COUNT) % 256).astype(np.uint8)[:, None, None, None]
    labels = np.arange(COUNT) % 10
    judged = Judged(5, (labels + 1) % 10, np.full(COUNT, 0.9, np.float32), np.full(COUNT, 0.05, np.float32))
    made.show_samples(np.arange(COUNT)[::-1], Samples(images, labels), judged, tuple(map(str, range(10))))
    yield made
    around.hide()


def test_only_what_can_be_seen_is_made(grid: SampleGrid, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: grid.height() > 10_000)
    grid.parentWidget().parentWidget().grab()
    assert 0 < len(grid._pictures) < 60
    assert grid.height() >= COUNT // grid.columns * SIDE_PX


def test_each_tile_shows_its_image(grid: SampleGrid, pixel: Callable[[QWidget, QPoint], QColor], qtbot: QtBot) -> None:
    viewport = grid.parentWidget().parentWidget()
    for place in (0, 3, 9):
        grey = (COUNT - 1 - place) % 256
        at = grid.mapTo(viewport, grid.tile(place).topLeft() + QPoint(grid.tile(place).width() // 2, SIDE_PX // 2))
        assert pixel(viewport, at).red() == grey


def test_a_click_opens_and_pointing_says(grid: SampleGrid, qtbot: QtBot) -> None:
    opened: list[int] = []
    grid.sample_clicked.connect(opened.append)
    qtbot.mouseMove(grid, grid.tile(4).center())
    assert grid.hovered == 4
    assert grid.words == "test image 2,995: 5, at step 5 read as 6 with 90.0 %; 5 got 5.0 %"
    qtbot.mouseClick(grid, LEFT, pos=grid.tile(4).center())
    assert opened == [2995]
    right = grid.tile(grid.columns - 1).topRight() + QPoint(3, 5)
    qtbot.mouseMove(grid, right)
    assert grid.hovered is None, "between two tiles there is none"


def test_keys_walk_and_open(grid: SampleGrid, qtbot: QtBot) -> None:
    opened: list[int] = []
    grid.sample_clicked.connect(opened.append)
    grid.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    assert opened == [COUNT - 1 - (1 + grid.columns)]


def test_fewer_images_take_what_was_pointed_at_away(grid: SampleGrid, qtbot: QtBot) -> None:
    qtbot.mouseMove(grid, grid.tile(4).center())
    assert grid._samples is not None
    assert grid._judged is not None
    grid.show_samples(np.array([7, 8]), grid._samples, grid._judged, ())
    assert grid.hovered is None
    grid.show_samples(np.zeros(0, np.int64), grid._samples, grid._judged, ())
    grid.grab()


def test_long_names_are_cut_and_nothing_overlaps(grid: SampleGrid) -> None:
    assert grid._samples is not None
    assert grid._judged is not None
    grid.show_samples(np.arange(50), grid._samples, grid._judged, ("a very long name of a class",) * 10)
    tiles = [grid.tile(place) for place in range(50)]
    assert not any(a.intersects(b) for i, a in enumerate(tiles) for b in tiles[:i])
    assert all(tile.left() >= 0 and tile.right() <= grid.width() for tile in tiles)
    grid.grab()
