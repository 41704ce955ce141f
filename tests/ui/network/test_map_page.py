"""The page of a map: its enlarged values, what is said of them, and clicks that select a neighbour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus
from convviz.spec.geometry import describe
from convviz.spec.presets import lecture
from convviz.ui.look import theme
from convviz.ui.network.map_page import LEAST_MAP_PX, MAP_PX, MapPage

LEFT = Qt.MouseButton.LeftButton
ROWS = {row.layer.id: row for row in describe(lecture())}


@pytest.fixture
def page(show: Callable[..., Any]) -> MapPage:
    return show(MapPage(), 270, 640)  # type: ignore[no-any-return]


def select(page: MapPage, layer: str, *index: int) -> tuple[int, ...]:
    shape = ROWS[layer].output_shape if layer in ROWS else lecture().input_shape
    page.set_focus(Focus(layer, index), ROWS.get(layer), shape)
    return shape


def values(shape: tuple[int, ...], seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_the_selected_map_is_enlarged(page: MapPage, pixel: Callable[..., QColor]) -> None:
    shape = select(page, "conv2", 5, 1, 2)
    given = values(shape)
    page.show_values(given, per_map=True)
    assert np.array_equal(page.map.values, given[5:6])
    assert page.map_caption.text() == "map 5, enlarged"
    strongest = np.unravel_index(np.abs(given[5]).argmax(), given[5].shape)
    at = page.map.unit_center((0, *(int(i) for i in strongest))) - QPoint(20, 20)  # beside its number
    sign = given[5][strongest]
    assert pixel(page.map, at).name() == (theme.DARK.positive if sign > 0 else theme.DARK.negative)


@pytest.mark.parametrize("per_map", [False, True])
def test_its_colours_are_those_of_the_card(page: MapPage, per_map: bool, pixel: Callable[..., QColor]) -> None:
    given = np.zeros(select(page, "conv2", 5, 0, 0), np.float32)
    given[5], given[9] = 1.0, 2.0
    page.show_values(given, per_map=per_map)
    at = page.map.unit_center((0, 1, 1)) - QPoint(20, 20)
    assert (pixel(page.map, at).name() == theme.DARK.positive) == per_map, "of the layer, another map is stronger"


def test_what_is_said_of_a_map(page: MapPage) -> None:
    given = np.zeros(select(page, "pool2", 3, 0, 0), np.float32)
    given[3] = [[0, 4], [-2, 0]]
    page.show_values(given, per_map=False)
    assert page.statistics.text() == "min -2.0   mean 0.5   max 4.0"
    assert page.zeros.text() == "50% of 4 values are zero"
    given[3] = np.nan
    page.show_values(given, per_map=False)
    assert page.statistics.text() == "no finite value"
    assert page.zeros.text() == ""


def test_units_of_a_flat_layer_are_shown_all_together(page: MapPage, qtbot: QtBot) -> None:
    heard: list[Focus] = []
    page.unit_selected.connect(heard.append)
    given = values(select(page, "fc2", 7))
    page.show_values(given, per_map=False)
    assert page.map_caption.text() == "all 10 units"
    assert np.array_equal(page.map.values, given)
    for unit in (0, 4, 9):
        qtbot.mouseClick(page.map, LEFT, pos=page.map.unit_center((unit,)))
    assert heard == [Focus("fc2", (unit,)) for unit in (0, 4, 9)]


def test_a_click_selects_in_the_same_map_and_the_mouse_names_it(page: MapPage, qtbot: QtBot) -> None:
    heard: list[Any] = []
    page.unit_selected.connect(heard.append)
    page.unit_hovered.connect(lambda layer, index: heard.append((layer, index)))
    page.show_values(values(select(page, "conv2", 60, 1, 1)), per_map=False)
    qtbot.mouseMove(page.map, page.map.unit_center((0, 3, 2)))
    assert heard == [("conv2", (60, 3, 2))]
    qtbot.mouseClick(page.map, LEFT, pos=page.map.unit_center((0, 3, 2)))
    assert heard[-1] == Focus("conv2", (60, 3, 2))
    QApplication.sendEvent(page.map, QEvent(QEvent.Type.Leave))
    assert heard[-1] == ("", None)


def test_values_of_another_shape_wait(page: MapPage) -> None:
    """A stride is dragged: the focus has the new shape already, the frame comes later."""
    given = values(select(page, "conv2", 5, 1, 2))
    page.show_values(given, per_map=False)
    page.show_values(values((64, 9, 9)), per_map=False)
    assert np.array_equal(page.map.values, given[5:6])


def test_nothing_selected_says_how_to(page: MapPage) -> None:
    select(page, "conv2", 5, 1, 2)
    page.set_focus(None, None, ())
    assert not page.map.isVisible()
    assert not page.statistics.isVisible()
    assert "Click a value" in page.hint.text()
    page.show_values(values((64, 4, 4)), per_map=False)
    page.grab()
    select(page, "conv2", 5, 1, 2)
    assert page.map.isVisible()


def test_showing_emits_nothing(page: MapPage) -> None:
    page.unit_selected.connect(lambda focus: pytest.fail(f"selected {focus}"))
    for layer, index in (("conv1", (3, 2, 1)), ("fc1", (7,)), ("input", (0, 1, 1))):
        page.show_values(values(select(page, layer, *index)), per_map=True)


def test_the_map_is_as_large_as_there_is_room(page: MapPage) -> None:
    for height, layer, index in ((900, "conv1", (0, 0, 0)), (400, "conv1", (0, 0, 0)), (640, "fc1", (0,))):
        page.resize(270, height)
        select(page, layer, *index)
        assert LEAST_MAP_PX * 0.7 <= page.map.height() <= MAP_PX
        assert page.map.width() <= MAP_PX
    page.resize(270, 900)
    select(page, "conv1", 0, 0, 0)
    large = page.map.height()
    page.resize(270, 420)
    assert page.map.height() < large
    assert not page.hint.isVisible(), "the hint gives way"


def test_facts_follow_the_layer_and_leave_no_labels_behind(page: MapPage, qtbot: QtBot) -> None:
    def labels() -> int:
        qtbot.wait(1)
        return len(page.findChildren(QLabel))

    select(page, "conv1", 0, 0, 0)
    first = labels()
    for layer, index in (("pool1", (0, 0, 0)), ("fc1", (0,)), ("input", (0, 0, 0)), ("conv1", (0, 0, 0))):
        select(page, layer, *index)
    assert labels() == first
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert "32×24×24" in texts
    assert "832" in texts
