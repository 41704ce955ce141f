"""The selected unit: its exact value, its map, and the facts of its layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.geometry import describe
from convviz.spec.presets import lecture, lenet5
from convviz.ui.look.numbers import exact
from convviz.ui.network.inspector import Inspector

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def inspector(show: Callable[..., Any]) -> Inspector:
    made = show(Inspector(), 300, 700)
    made.set_network(lecture())
    return made  # type: ignore[no-any-return]


def facts(inspector: Inspector, qtbot: QtBot) -> dict[str, tuple[str, str]]:
    """What the grid of facts says: text and tooltip by name."""
    qtbot.wait(1)  # labels of the unit before are deleted later
    labels = [label for label in inspector.findChildren(QLabel) if label.isVisible() and not label.objectName()]
    found = {}
    for key in labels:
        right = [label for label in labels if label.y() == key.y() and label.x() > key.x()]
        if right:
            found[key.text()] = (right[0].text(), right[0].toolTip())
    return found


@pytest.mark.parametrize("index", [(0, 0, 0), (31, 23, 23), (7, 4, 19)])
def test_value_and_place_of_a_unit(
    inspector: Inspector, make_state: MakeState, make_frame: MakeFrame, index: tuple[int, int, int]
) -> None:
    frame = make_frame(make_state())
    inspector.set_focus(Focus("conv1", index))
    assert inspector.value.text() == "…"
    inspector.show_frame(frame)
    values = frame.maps["conv1"]
    assert inspector.value.text() == exact(float(values[index]))
    assert float(inspector.value.text()) == pytest.approx(float(values[index]), rel=5e-7)
    assert "conv1" in inspector.title.text()
    assert str(index[0]) in inspector.title.text()
    assert f"row {index[1]}, column {index[2]}" in inspector.where.text()
    assert np.array_equal(inspector.map.values, values[index[0]][None])
    assert f"{values[index[0]].max():.1f}" in inspector.statistics.text()


def test_it_follows_the_frames(inspector: Inspector, make_state: MakeState, make_frame: MakeFrame) -> None:
    state = make_state()
    inspector.set_focus(Focus("fc1", (17,)))
    for seed in range(3):
        frame = make_frame(state, seed)
        inspector.show_frame(frame)
        assert inspector.value.text() == exact(float(frame.maps["fc1"][17]))
        assert np.array_equal(inspector.map.values, frame.maps["fc1"])
    assert "all 200 units" in inspector.map_caption.text()


@pytest.mark.parametrize("layer", [layer.id for layer in lecture()])
def test_facts_are_the_geometry(inspector: Inspector, qtbot: QtBot, layer: str) -> None:
    row = next(row for row in describe(lecture()) if row.layer.id == layer)
    index = tuple(n - 1 for n in row.output_shape)
    inspector.set_focus(Focus(layer, index))
    shown = facts(inspector, qtbot)
    assert f"{row.params:,}" in shown["parameters"][0]
    assert shown["parameters"][1] == row.formulas["params"]
    assert shown["products"] == (f"{row.products:,}", row.formulas["products"])
    assert shown["output"][1] == row.formulas["output"]
    if row.receptive_field is None:
        assert "whole input" in shown["sees"][0]
    else:
        top, left, bottom, right = row.receptive_field.box(index[1], index[2])
        assert f"rows {top}…{bottom - 1}" in shown["sees"][0]
        assert f"columns {left}…{right - 1}" in shown["sees"][0]
        assert shown["field"][1] == row.formulas["field"]


def test_the_input_is_no_layer(
    inspector: Inspector, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    inspector.set_focus(Focus("input", (0, 3, 4)))
    inspector.show_frame(make_frame(make_state()))
    assert "parameters" not in facts(inspector, qtbot)
    assert inspector.value.text() != "…"


def test_a_click_in_the_enlarged_map_selects_that_unit(
    inspector: Inspector, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    heard: list[Focus] = []
    inspector.unit_selected.connect(heard.append)
    inspector.show_frame(make_frame(make_state()))
    inspector.set_focus(Focus("conv2", (40, 0, 0)))
    qtbot.mouseClick(inspector.map, Qt.MouseButton.LeftButton, pos=inspector.map.unit_center((0, 2, 3)))
    inspector.set_focus(Focus("fc2", (0,)))
    qtbot.mouseClick(inspector.map, Qt.MouseButton.LeftButton, pos=inspector.map.unit_center((7,)))
    assert heard == [Focus("conv2", (40, 2, 3)), Focus("fc2", (7,))]


def test_the_mouse_over_it_names_unit_and_layer(
    inspector: Inspector, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    heard: list[tuple[str, object]] = []
    inspector.unit_hovered.connect(lambda layer, index: heard.append((layer, index)))
    inspector.show_frame(make_frame(make_state()))
    inspector.set_focus(Focus("conv2", (40, 0, 0)))
    qtbot.mouseMove(inspector.map, inspector.map.unit_center((0, 1, 2)))
    assert heard[-1] == ("conv2", (40, 1, 2))


def test_nothing_selected_says_how_to(inspector: Inspector) -> None:
    inspector.set_focus(Focus("conv1", (0, 0, 0)))
    assert inspector.value.isVisible()
    for focus in (None, Focus("gone", (1,))):
        inspector.set_focus(focus)
        assert not inspector.value.isVisible()
        assert not inspector.map.isVisible()
        assert inspector.hint.isVisible()
        assert "Click" in inspector.hint.text()


def test_another_network_forgets_the_old_numbers(
    inspector: Inspector, make_state: MakeState, make_frame: MakeFrame
) -> None:
    inspector.set_focus(Focus("relu2", (3, 1, 1)))
    inspector.show_frame(make_frame(make_state()))
    inspector.set_network(lenet5())
    assert inspector.value.text() == "…"
    frame = make_frame(make_state("lenet5"))
    inspector.show_frame(frame)
    assert inspector.value.text() == exact(float(frame.maps["relu2"][3, 1, 1]))


def test_numbers_that_are_none(inspector: Inspector, make_state: MakeState, make_frame: MakeFrame) -> None:
    frame = make_frame(make_state())
    frame.maps["conv1"][:] = np.nan
    inspector.set_focus(Focus("conv1", (0, 0, 0)))
    for per_map in (False, True):
        inspector.set_per_map(per_map)
        inspector.show_frame(frame)
        inspector.grab()
    assert inspector.value.text() == "NaN"
    assert "no finite" in inspector.statistics.text()


@pytest.mark.parametrize("name", ["lecture", "lenet5"])
def test_every_enlarged_map_fits_the_panel(inspector: Inspector, make_state: MakeState, name: str) -> None:
    spec = make_state(name).network
    inspector.set_network(spec)
    for row in describe(spec):
        inspector.set_focus(Focus(row.layer.id, (0,) * len(row.output_shape)))
        assert inspector.map.width() <= 244
        assert inspector.map.height() <= 244
