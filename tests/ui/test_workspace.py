"""What is pointed at is named with its value, and stays named while frames arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.session import editing
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame, Gradients, PixelGrid
from convviz.spec.footprint import Footprint, fields, seen_by
from convviz.spec.state import Origin
from convviz.ui.look.numbers import exact
from convviz.ui.network.hover_tip import HoverTip
from convviz.ui.workspace import NetworkWorkspace

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def workspace(show: Callable[..., Any], tools: dict[str, QAction], make_state: MakeState) -> NetworkWorkspace:
    room = show(QWidget(), 1256, 700)
    made = NetworkWorkspace(tools, room)
    made.resize(1256, 700)
    made.show_state(None, make_state())
    made.show()
    return made


def test_value_under_the_mouse_follows_the_frames(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    state = make_state()
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state, 0))
    mosaic = workspace.layers.cards["pool1"].mosaic
    qtbot.mouseMove(mosaic, mosaic.unit_center((5, 3, 2)))
    index = mosaic.hovered
    assert index is not None
    tip = workspace.parent().findChild(QWidget, "hover_tip")
    assert isinstance(tip, HoverTip)
    for seed in range(3):
        frame = make_frame(state, seed)
        workspace.show_frame(frame)
        value = exact(float(frame.maps["pool1"][index]))
        assert said[-1].startswith(
            f"pool1[{index[0]}] row {index[1]}, column {index[2]} = {value}   receptive field 7×7"
        )
        assert tip.isVisible()
        assert value in tip.text()
    QApplication.sendEvent(mosaic, QEvent(QEvent.Type.Leave))
    assert said[-1] == ""
    assert not tip.isVisible()


def test_before_the_first_frame_nothing_is_named(workspace: NetworkWorkspace, qtbot: QtBot) -> None:
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    qtbot.mouseMove(workspace.layers.cards["conv1"].mosaic, QPoint(5, 5))
    assert set(said) <= {""}


def test_switching_under_the_mouse(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old, new = make_state(), make_state("lenet5")
    workspace.show_state(None, old)
    workspace.show_frame(make_frame(old))
    mosaic = workspace.layers.cards["conv2"].mosaic
    qtbot.mouseMove(mosaic, mosaic.unit_center((63, 3, 3)))
    workspace.show_state(old, new)
    workspace.show_frame(make_frame(new))
    workspace.show_state(new, old)
    workspace.show_frame(make_frame(old))


def test_the_focus_is_shown_in_cards_table_and_inspector(workspace: NetworkWorkspace, make_state: MakeState) -> None:
    old = make_state()
    workspace.unit_selected.connect(lambda focus: pytest.fail(f"echoed {focus}"))
    workspace.show_state(None, old)
    for focus, row in (
        (Focus("conv2", (3, 1, 1)), 3),
        (Focus("fc2", (9,)), 9),
        (Focus("input", (0, 1, 1)), None),
        (None, None),
    ):
        new = replace(old, focus=focus)
        workspace.show_state(old, new)
        rows = [index.row() for index in workspace.table.selectionModel().selectedRows()]
        assert rows == ([] if row is None else [row])
        shown = workspace.inspector.title.text()
        assert (focus.layer in shown) if focus else ("Nothing" in shown)
        old = new


def test_a_row_of_the_table_selects_in_its_layer(workspace: NetworkWorkspace, qtbot: QtBot) -> None:
    heard: list[Focus] = []
    workspace.unit_selected.connect(heard.append)
    table = workspace.table
    for row in (1, 9):
        middle = table.visualRect(table.model().index(row, 1)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert heard == [Focus("pool1", (0, 0, 0)), Focus("fc2", (0,))]


def edited(state: State, **values: Any) -> State:
    """The State with conv2 changed."""
    return editing.with_layer(state, replace(state.network["conv2"], **values))


def test_the_cards_of_an_edited_network_wait_for_its_frame(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state()
    frame = make_frame(old)
    workspace.show_frame(frame)
    card = workspace.layers.cards["conv2"]
    before = card.mosaic.grab().toImage()
    new = edited(old, padding=(2, 2))
    workspace.show_state(old, new)
    assert card.mosaic.values is frame.maps["conv2"]
    assert card.mosaic.grab().toImage() == before, "the last picture stays"
    assert workspace.layers.shape_of("conv2") == (64, 4, 4)
    assert workspace.table.model().data(workspace.table.model().index(3, 1)) == "64×4×4"
    later = make_frame(new, 1)
    workspace.show_frame(later)
    assert workspace.layers.cards["conv2"] is card
    assert card.mosaic.values is later.maps["conv2"]
    assert workspace.layers.shape_of("conv2") == (64, 8, 8)
    assert workspace.table.model().data(workspace.table.model().index(3, 1)) == "64×8×8"


def test_an_edit_taken_back_before_its_frame_came(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state()
    workspace.show_frame(make_frame(old))
    new = editing.with_inserted(old, 1, "Tanh")
    workspace.show_state(old, new)
    workspace.show_state(new, replace(old, focus=Focus("conv1", (3, 1, 1))))
    assert list(workspace.layers.cards) == ["input", *(layer.id for layer in old.network)]
    assert workspace.inspector.title.text() == "conv1 · map 3"
    frame = make_frame(old, 1)
    workspace.show_frame(frame)
    assert workspace.layers.cards["conv2"].mosaic.values is frame.maps["conv2"]


def test_marks_and_focus_follow_at_once(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state()
    workspace.show_frame(make_frame(old))
    plain = workspace.layers.cards["conv1"].mosaic.grab().toImage()
    new = editing.with_mark(old, "muted", "conv1", 30)
    workspace.show_state(old, new)
    assert workspace.layers.cards["conv1"].mosaic.grab().toImage() != plain
    workspace.show_state(new, old)
    assert workspace.layers.cards["conv1"].mosaic.grab().toImage() == plain


def test_what_the_selected_layer_does_not_read_is_hatched_before_it(
    workspace: NetworkWorkspace, tools: dict[str, QAction], make_state: MakeState, make_frame: MakeFrame
) -> None:
    tools["fields"].setChecked(False)
    old = make_state()
    pool = old.network["pool1"]
    new = editing.with_layer(old, replace(pool, stride=(4, 4)))  # type: ignore[call-arg]
    new = replace(new, focus=Focus("fc2", (0,)))
    workspace.show_state(old, new)
    frame = make_frame(new)
    workspace.show_frame(frame)
    plain = {layer: card.mosaic.grab().toImage() for layer, card in workspace.layers.cards.items()}
    on_pool = replace(new, focus=Focus("pool1", (0, 0, 0)))
    workspace.show_state(new, on_pool)
    hatched = [layer for layer, card in workspace.layers.cards.items() if card.mosaic.grab().toImage() != plain[layer]]
    assert hatched == ["conv1", "pool1", "fc2"], "the maps it reads; and another unit is framed"
    mosaic = workspace.layers.cards["conv1"].mosaic
    shot = mosaic.grab().toImage()
    assert shot.pixelColor(mosaic.unit_center((0, 2, 2))) == plain["conv1"].pixelColor(mosaic.unit_center((0, 2, 2)))
    workspace.show_state(on_pool, new)
    assert all(card.mosaic.grab().toImage() == plain[layer] for layer, card in workspace.layers.cards.items())


def test_the_table_compares_with_the_network_as_it_was_opened(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state()
    new = edited(old, padding=(2, 2))
    workspace.show_state(old, new)
    workspace.show_frame(make_frame(new))
    model = workspace.table.model()
    tip = Qt.ItemDataRole.ToolTipRole
    assert "before the edits: 64×4×4" in model.data(model.index(3, 1), tip)
    imported = replace(new, origin=Origin(new.network, new.weights))
    workspace.show_state(new, imported)
    assert "before the edits" not in model.data(model.index(3, 1), tip)


# --- receptive fields ----------------------------------------------------------------------------------------


def shown(workspace: NetworkWorkspace) -> tuple[dict[str, Footprint], dict[str, Footprint]]:
    """What the cards show: footprints backwards and forwards."""
    kinds: tuple[dict[str, Footprint], dict[str, Footprint]] = {}, {}
    for layer, card in workspace.layers.cards.items():
        if card.mosaic.field is not None:
            seen, forwards = card.mosaic.field
            kinds[forwards][layer] = seen
    return kinds


def test_fields_of_the_unit_under_the_mouse_else_of_the_selected_one(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state(focus=Focus("conv1", (0, 14, 14)))
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state))
    network = state.network
    assert shown(workspace) == (fields(network, "conv1", (0, 14, 14)), {}), "light that stays would hide the colours"
    heard: list[object] = []
    workspace.hovered.connect(heard.append)
    mosaic = workspace.layers.cards["conv2"].mosaic
    qtbot.mouseMove(mosaic, mosaic.unit_center((5, 1, 2)))
    assert heard == [("conv2", (5, 1, 2))]
    assert shown(workspace) == (fields(network, "conv2", (5, 1, 2)), seen_by(network, "conv2", (5, 1, 2)))
    QApplication.sendEvent(mosaic, QEvent(QEvent.Type.Leave))
    assert heard[-1] is None
    assert shown(workspace) == (fields(network, "conv1", (0, 14, 14)), {})


def test_a_pixel_of_the_pad_lights_up_all_that_see_it(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state()
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state, grid=PixelGrid(0.0, 0.0, 10.0)))
    pad = workspace.input.pad
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    qtbot.mouseMove(pad, QPoint(round(9.5 * pad.width() / 28), round(4.5 * pad.width() / 28)))
    assert shown(workspace)[1] == seen_by(state.network, "input", (0, 4, 9))
    assert said[-1].startswith("input[0] row 4, column 9 = ")
    tip = workspace.parent().findChild(QWidget, "hover_tip")
    assert isinstance(tip, HoverTip)
    assert not tip.isVisible(), "it would lie where one draws"
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert said[-1] == ""
    assert "conv1" in shown(workspace)[0], "the selected unit's again"
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))


def test_no_tip_lies_over_a_sum(workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame) -> None:
    state = make_state()
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state))
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    tip = workspace.parent().findChild(QWidget, "hover_tip")
    for signal, seen in ((workspace.inspector.term_hovered, False), (workspace.inspector.unit_hovered, True)):
        signal.emit("conv2", (0, 3, 3))
        assert said[-1].startswith("conv2[0] row 3, column 3 = ")
        assert tip.isVisible() == seen
        signal.emit("", None)
        assert not tip.isVisible()


def test_the_status_line_states_the_field(
    workspace: NetworkWorkspace, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state()
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state))
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    for layer, index, words in (
        ("conv2", (0, 3, 2), "   receptive field 19×19 at rows 9…27, columns 6…24, jump 3"),
        ("fc2", (3,), "   sees the whole input"),
    ):
        mosaic = workspace.layers.cards[layer].mosaic
        qtbot.mouseMove(mosaic, mosaic.unit_center(index))
        assert said[-1].endswith(words)


def test_fields_change_with_the_frame_of_an_edited_network(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state(focus=Focus("conv2", (0, 3, 3)))
    workspace.show_state(None, old)
    workspace.show_frame(make_frame(old))
    before = shown(workspace)
    new = edited(old, dilation=(2, 2), kernel=(3, 3), padding=(2, 2))
    workspace.show_state(old, new)
    assert shown(workspace) == before, "as long as the old maps are on screen"
    workspace.show_frame(make_frame(new))
    assert shown(workspace) == (fields(new.network, "conv2", (0, 3, 3)), {})


def test_no_fields_of_a_unit_that_is_gone_nor_when_they_are_switched_off(
    workspace: NetworkWorkspace, tools: dict[str, QAction], make_state: MakeState, make_frame: MakeFrame
) -> None:
    old = make_state(focus=Focus("conv2", (0, 3, 3)))
    workspace.show_state(None, old)
    workspace.show_frame(make_frame(old))
    tools["fields"].setChecked(False)
    assert shown(workspace) == ({}, {})
    tools["fields"].setChecked(True)
    assert "input" in shown(workspace)[0]
    workspace.inspector.unit_hovered.emit("conv2", (0, 4, 0))  # of a network that is edited just now
    assert shown(workspace) == ({}, {})
    workspace.inspector.unit_hovered.emit("", None)
    assert "input" in shown(workspace)[0]
    workspace.show_state(old, replace(old, focus=None))
    assert shown(workspace) == ({}, {})


def test_who_sees_a_selected_pixel_stays_lit(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state(focus=Focus("input", (0, 4, 9)))
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state))
    assert shown(workspace)[1] == seen_by(state.network, "input", (0, 4, 9))


def test_cards_show_gradients_and_say_so(
    workspace: NetworkWorkspace, tools: dict[str, QAction], make_state: MakeState, make_frame: MakeFrame, qtbot: QtBot
) -> None:
    state = make_state(focus=Focus("conv2", (0, 3, 3)))
    workspace.show_state(None, state)
    plain = make_frame(state)
    workspace.show_frame(plain)
    mosaic = workspace.layers.cards["conv2"].mosaic
    said: list[str] = []
    workspace.pointed_at.connect(said.append)
    tools["gradients"].setChecked(True)
    assert np.array_equal(mosaic.values, plain.maps["conv2"]), "until there are gradients, the values stay"
    slopes = {layer: np.full_like(values, 0.25) for layer, values in plain.maps.items()}
    workspace.show_frame(replace(plain, gradients=Gradients(7, slopes, {})))
    assert np.array_equal(mosaic.values, slopes["conv2"])
    qtbot.mouseMove(mosaic, mosaic.unit_center((5, 1, 2)))
    assert said[-1].startswith("∂ score of 7 / ∂ conv2[5] row 1, column 2 = 0.25")
    tools["gradients"].setChecked(False)
    assert np.array_equal(mosaic.values, plain.maps["conv2"])
    assert said[-1].startswith("conv2[5] row 1, column 2 = ")


def test_a_click_on_a_class_asks_how_its_score_came_about(
    workspace: NetworkWorkspace, make_state: MakeState, make_frame: MakeFrame, qtbot: QtBot
) -> None:
    state = make_state(focus=Focus("conv2", (0, 3, 3)))
    workspace.show_state(None, state)
    workspace.show_frame(make_frame(state))
    workspace.inspector.choose("layer")
    bars = workspace.input.bars
    with qtbot.waitSignal(workspace.unit_selected) as heard:
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(60, round(7.5 * bars.height() / 10)))
    assert heard.args == [Focus("fc2", (7,))]
    assert workspace.inspector.page == "value"
