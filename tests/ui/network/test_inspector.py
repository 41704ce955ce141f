"""The selected unit: its exact value, its map, and the facts of its layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.geometry import describe
from convviz.spec.presets import lecture
from convviz.ui.look.numbers import exact
from convviz.ui.network.inspector import PAGES, Inspector

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]


class Shown:
    """An inspector on its map page, and the State it shows."""

    def __init__(self, widget: Inspector, state: State) -> None:
        self.widget, self.state = widget, state
        self.page = widget.map_page
        widget.show_state(None, state)
        widget.choose("map")

    def show(self, **values: Any) -> None:
        old, self.state = self.state, replace(self.state, **values)
        self.widget.show_state(old, self.state)

    def set_focus(self, focus: Focus | None) -> None:
        self.show(focus=focus)

    def show_frame(self, frame: Frame) -> None:
        self.widget.show_frame(frame)


@pytest.fixture
def inspector(show: Callable[..., Any], make_state: MakeState) -> Shown:
    return Shown(show(Inspector(), 300, 700), make_state())


def facts(inspector: Shown, qtbot: QtBot) -> dict[str, tuple[str, str]]:
    """What the grid of facts says: text and tooltip by name."""
    qtbot.wait(1)  # labels of the unit before are deleted later
    labels = [label for label in inspector.page.findChildren(QLabel) if label.isVisible() and not label.objectName()]
    found = {}
    for key in labels:
        right = [label for label in labels if label.y() == key.y() and label.x() > key.x()]
        if right:
            found[key.text()] = (right[0].text(), right[0].toolTip())
    return found


@pytest.mark.parametrize("index", [(0, 0, 0), (31, 23, 23), (7, 4, 19)])
def test_value_and_place_of_a_unit(
    inspector: Shown, make_state: MakeState, make_frame: MakeFrame, index: tuple[int, int, int]
) -> None:
    frame = make_frame(make_state())
    inspector.set_focus(Focus("conv1", index))
    assert inspector.widget.value.text() == "…"
    inspector.show_frame(frame)
    values = frame.maps["conv1"]
    assert inspector.widget.value.text() == exact(float(values[index]))
    assert float(inspector.widget.value.text()) == pytest.approx(float(values[index]), rel=5e-7)
    assert "conv1" in inspector.widget.title.text()
    assert str(index[0]) in inspector.widget.title.text()
    assert f"row {index[1]}, column {index[2]}" in inspector.widget.where.text()
    assert np.array_equal(inspector.page.map.values, values[index[0]][None])
    assert f"{values[index[0]].max():.1f}" in inspector.page.statistics.text()


def test_it_follows_the_frames(inspector: Shown, make_state: MakeState, make_frame: MakeFrame) -> None:
    state = make_state()
    inspector.set_focus(Focus("fc1", (17,)))
    for seed in range(3):
        frame = make_frame(state, seed)
        inspector.show_frame(frame)
        assert inspector.widget.value.text() == exact(float(frame.maps["fc1"][17]))
        assert np.array_equal(inspector.page.map.values, frame.maps["fc1"])
    assert "all 200 units" in inspector.page.map_caption.text()


@pytest.mark.parametrize("layer", [layer.id for layer in lecture()])
def test_facts_are_the_geometry(inspector: Shown, qtbot: QtBot, layer: str) -> None:
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


def test_the_input_is_no_layer(inspector: Shown, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame) -> None:
    inspector.set_focus(Focus("input", (0, 3, 4)))
    inspector.show_frame(make_frame(make_state()))
    assert "parameters" not in facts(inspector, qtbot)
    assert inspector.widget.value.text() != "…"


def test_a_click_in_the_enlarged_map_selects_that_unit(
    inspector: Shown, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    heard: list[Focus] = []
    inspector.widget.unit_selected.connect(heard.append)
    inspector.show_frame(make_frame(make_state()))
    inspector.set_focus(Focus("conv2", (40, 0, 0)))
    qtbot.mouseClick(inspector.page.map, Qt.MouseButton.LeftButton, pos=inspector.page.map.unit_center((0, 2, 3)))
    inspector.set_focus(Focus("fc2", (0,)))
    qtbot.mouseClick(inspector.page.map, Qt.MouseButton.LeftButton, pos=inspector.page.map.unit_center((7,)))
    assert heard == [Focus("conv2", (40, 2, 3)), Focus("fc2", (7,))]


def test_the_mouse_over_it_names_unit_and_layer(
    inspector: Shown, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    heard: list[tuple[str, object]] = []
    inspector.widget.unit_hovered.connect(lambda layer, index: heard.append((layer, index)))
    inspector.show_frame(make_frame(make_state()))
    inspector.set_focus(Focus("conv2", (40, 0, 0)))
    qtbot.mouseMove(inspector.page.map, inspector.page.map.unit_center((0, 1, 2)))
    assert heard[-1] == ("conv2", (40, 1, 2))


def test_nothing_selected_says_how_to(inspector: Shown) -> None:
    inspector.set_focus(Focus("conv1", (0, 0, 0)))
    assert inspector.widget.value.isVisible()
    for focus in (None, Focus("gone", (1,))):
        inspector.set_focus(focus)
        assert not inspector.widget.value.isVisible()
        assert not inspector.page.map.isVisible()
        assert inspector.page.hint.isVisible()
        assert "Click" in inspector.page.hint.text()


def test_another_network_forgets_the_old_numbers(
    inspector: Shown, make_state: MakeState, make_frame: MakeFrame
) -> None:
    inspector.set_focus(Focus("relu2", (3, 1, 1)))
    inspector.show_frame(make_frame(make_state()))
    lenet = make_state("lenet5")
    inspector.show(network=lenet.network, weights=lenet.weights, origin=lenet.origin)
    assert inspector.widget.value.text() == "…"
    frame = make_frame(make_state("lenet5"))
    inspector.show_frame(frame)
    assert inspector.widget.value.text() == exact(float(frame.maps["relu2"][3, 1, 1]))


def test_numbers_that_are_none(inspector: Shown, make_state: MakeState, make_frame: MakeFrame) -> None:
    frame = make_frame(make_state())
    frame.maps["conv1"][:] = np.nan
    inspector.set_focus(Focus("conv1", (0, 0, 0)))
    for per_map in (False, True):
        inspector.widget.set_per_map(per_map)
        inspector.show_frame(frame)
        inspector.widget.grab()
    assert inspector.widget.value.text() == "NaN"
    assert "no finite" in inspector.page.statistics.text()


@pytest.mark.parametrize("name", ["lecture", "lenet5"])
def test_every_enlarged_map_fits_the_panel(inspector: Shown, make_state: MakeState, name: str) -> None:
    spec = make_state(name).network
    inspector.show(network=spec, weights=make_state(name).weights, origin=make_state(name).origin)
    for row in describe(spec):
        inspector.set_focus(Focus(row.layer.id, (0,) * len(row.output_shape)))
        assert inspector.page.map.width() <= 244
        assert inspector.page.map.height() <= 244


# --- pages --------------------------------------------------------------------------------------------------------


def test_the_page_that_was_chosen_stays_whatever_is_selected(inspector: Shown) -> None:
    for page in PAGES:
        inspector.widget.choose(page)
        for focus in (Focus("conv2", (21, 1, 2)), Focus("pool2", (21, 1, 1)), Focus("fc1", (21,)), Focus("fc2", (1,))):
            inspector.set_focus(focus)
            assert inspector.widget.page == page
            assert inspector.widget.kernel.isVisible() == (page == "value" and focus.layer != "pool2")
        inspector.set_focus(None)
        assert inspector.widget.page == "map"


def test_a_click_on_a_tab_chooses_its_page(inspector: Shown, qtbot: QtBot) -> None:
    inspector.set_focus(Focus("conv2", (21, 1, 2)))
    for page in PAGES:
        qtbot.mouseClick(inspector.widget.tabs[page], Qt.MouseButton.LeftButton)
        assert inspector.widget.page == page
        assert [name for name, tab in inspector.widget.tabs.items() if tab.isChecked()] == [page]


def test_no_title_of_a_page_is_cut(show: Callable[..., Any], make_state: MakeState) -> None:
    narrow = show(Inspector(), 280, 700)
    narrow.show_state(None, make_state())
    for button in narrow.tabs.values():
        assert button.isVisible()
        assert button.fontMetrics().horizontalAdvance(button.text()) <= button.width() - 2
        assert button.mapTo(narrow, button.rect().topRight()).x() < narrow.width() - 10


def test_only_the_page_on_screen_follows_and_the_others_catch_up(
    inspector: Shown, make_state: MakeState, frame_of: Callable[..., Frame]
) -> None:
    widget = inspector.widget
    inspector.set_focus(Focus("conv2", (3, 1, 1)))
    frame = frame_of(inspector.state)
    inspector.show_frame(frame)
    assert widget.value_page.sum.explanation is None, "the map is on screen"
    widget.choose("value")
    found = widget.value_page.sum.explanation
    assert found is not None
    assert (found.layer, found.index, found.shown) == ("conv2", (3, 1, 1), float(frame.maps["conv2"][3, 1, 1]))
    inspector.set_focus(Focus("conv2", (4, 2, 2)))
    widget.choose("layer")
    inspector.set_focus(Focus("conv1", (5, 3, 3)))
    assert widget.value_page.sum.explanation is not None
    assert widget.value_page.sum.explanation.layer == "conv2", "it waits until it is seen"
    widget.choose("value")
    assert widget.value_page.sum.explanation.layer == "conv1"


@pytest.mark.parametrize(
    ("page", "needs"), [("value", False), ("gradient", True), ("field", False), ("why", True), ("layer", False)]
)
def test_a_page_asks_for_gradients_while_it_is_on_screen(
    inspector: Shown, qtbot: QtBot, page: str, needs: bool
) -> None:
    heard: list[tuple[bool, bool]] = []
    inspector.widget.probe_wanted.connect(lambda *wanted: heard.append(wanted))
    inspector.set_focus(Focus("conv2", (3, 1, 1)))
    inspector.widget.choose(page)
    qtbot.wait(1)
    assert heard == ([(True, False)] if needs else [])
    inspector.widget.hide()
    assert heard == ([(True, False), (False, False)] if needs else [])
    inspector.widget.show()
    assert heard[-1:] == ([(True, False)] if needs else [])
    inspector.widget.choose("map")
    qtbot.wait(1)
    assert heard[-1:] == ([(False, False)] if needs else [])


def test_the_effective_field_is_asked_for_while_it_is_on_screen(inspector: Shown, qtbot: QtBot) -> None:
    heard: list[tuple[bool, bool]] = []
    inspector.widget.probe_wanted.connect(lambda *wanted: heard.append(wanted))
    inspector.widget.choose("field")
    inspector.widget.field_page.effective_wanted.emit(True)
    inspector.widget.choose("layer")
    qtbot.wait(1)
    assert heard == [(False, True), (False, False)]
