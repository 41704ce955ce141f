"""The mosaic of channels: where things lie, and what mouse and keys mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, NetworkSpec, ReLU
from convviz.spec.training.news import Best, Samples
from convviz.ui.train.channels.answers import Answers
from convviz.ui.train.channels.grid import ChannelGrid
from convviz.ui.train.channels.grid_layout import GridLayout, Spot
from convviz.ui.train.errors.scrolled import Scrolled

LEFT = Qt.MouseButton.LeftButton
SPEC = NetworkSpec("one", (1, 28, 28), (Conv2d("conv", 70, (5, 5)), ReLU("relu")))


def answers(layer: str = "conv") -> Answers:
    rng = np.random.default_rng(0)
    values = -np.sort(-rng.random((70, 9)).astype(np.float32), axis=1)
    values[3], values[5] = -1.0, np.nan
    images, places = rng.integers(0, 30, (70, 9)), rng.integers(0, 24, (70, 9, 2))
    best = Best(1, {layer: values}, {layer: images}, {layer: places})
    samples = Samples(rng.integers(0, 256, (30, 1, 28, 28)).astype(np.uint8), np.arange(30) % 10)
    row = next(row for row in describe(SPEC) if row.layer.id == layer)
    return Answers(SPEC, row, best, samples, ())


@pytest.fixture
def grid(show: Callable[..., Any]) -> Iterator[ChannelGrid]:
    made = ChannelGrid()
    around = show(Scrolled(made, "scroll"), 640, 400)
    made.show_answers(answers(), whole=False)
    yield made
    around.hide()


@given(st.integers(1, 300), st.integers(1, 9), st.integers(100, 1500))
def test_every_spot_is_found_where_it_lies(channels: int, pictures: int, width: int) -> None:
    layout = GridLayout(channels, pictures, width)
    rng = np.random.default_rng(channels)
    for channel in rng.integers(0, channels, 5).tolist():
        for number in range(-1, pictures):
            rect = layout.rect(Spot(channel, number))
            assert layout.spot_at(rect.center().x(), rect.center().y()) == (channel, number)
            assert rect.bottom() < layout.height
            assert channel in layout.within(rect.top(), rect.bottom())
            if width > 150:
                assert rect.right() <= width


@given(st.integers(1, 30), st.integers(1, 9), st.sampled_from([(-1, 0), (1, 0), (0, -1), (0, 1)]), st.data())
def test_a_step_leads_to_a_spot_that_there_is(
    channels: int, pictures: int, step: tuple[int, int], data: st.DataObject
) -> None:
    layout = GridLayout(channels, pictures, 500)
    spot = Spot(data.draw(st.integers(0, channels - 1)), data.draw(st.integers(-1, pictures - 1)))
    moved = layout.moved(spot, *step)
    assert 0 <= moved.channel < channels
    assert -1 <= moved.number < pictures


def test_pictures_are_what_the_units_see(grid: ChannelGrid) -> None:
    shown, spot = answers(), Spot(8, 4)
    row, column = shown.place(*spot)
    expected = shown.samples.images[shown.index(*spot), 0, row : row + 5, column : column + 5]
    picture = grid.picture(spot)
    found = [[picture.pixelColor(c, r).red() for c in range(5)] for r in range(5)]
    assert np.array_equal(found, expected)
    grid.show_answers(shown, whole=True)
    assert grid.picture(spot).width() == 28


def test_pointing_says_value_image_class_and_place(grid: ChannelGrid, qtbot: QtBot) -> None:
    shown, spot = answers(), Spot(1, 2)
    qtbot.mouseMove(grid, grid.placement.rect(spot).center())
    assert grid.hovered == spot
    index, (row, column) = shown.index(*spot), shown.place(*spot)
    assert grid.words == (
        f"conv[1] is {shown.value(*spot):.6g} at row {row}, column {column}, "
        f"on test image {index}, which shows {index % 10}"
    )


def test_clicks_and_keys(grid: ChannelGrid, qtbot: QtBot) -> None:
    heard: list[Spot] = []
    grid.spot_clicked.connect(heard.append)
    qtbot.mouseClick(grid, LEFT, pos=grid.placement.rect(Spot(2, -1)).center())
    qtbot.mouseClick(grid, LEFT, pos=grid.placement.rect(Spot(2, 8)).center())
    assert heard == [Spot(2, -1), Spot(2, 8)]
    grid.setFocus()
    qtbot.mouseMove(grid, QPoint(grid.width() - 1, grid.placement.rect(Spot(0, -1)).bottom() + 1))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    assert heard[-1] == Spot(0, 4)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    assert heard[-1] == Spot(1, 3), "from block to block"
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    assert heard[-1] == Spot(1, -1), "above the pictures is the name"


def test_channels_that_say_nothing_are_named() -> None:
    shown = answers()
    assert shown.dead == {3}
    assert [shown.note(channel) for channel in (2, 3, 5)] == ["", "dead", "not a number"]
    assert "is dead" in shown.words(3, -1)
    assert shown.words(5, 0) == "conv[5] gives no number"


def test_only_what_can_be_seen_is_made(grid: ChannelGrid) -> None:
    grid._pictures.clear()
    grid.parentWidget().parentWidget().grab()
    assert 0 < len(grid._pictures) < 250
