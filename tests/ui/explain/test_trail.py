"""The trail: it grows as terms are followed, is cut by going back, and begins anew with any other selection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State, nearest
from convviz.spec.network import NetworkSpec
from convviz.ui.explain.trail import Trail, TrailLine, hint
from convviz.ui.look.theme import CAPTION_PX, font

WAY = (Focus("fc2", (3,)), Focus("relu3", (17,)), Focus("fc1", (17,)), Focus("flatten", (72,)))
DOWN = (*WAY, Focus("relu2", (18, 0, 0)), Focus("pool2", (18, 0, 0)), Focus("conv2", (18, 1, 1)))


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state(focus=WAY[0])


def walked(state: State, way: tuple[Focus, ...] = WAY) -> Trail:
    trail = Trail()
    trail.show_state(replace(state, focus=way[0]))
    for focus in way[1:]:
        trail.follow(focus)
        trail.show_state(replace(state, focus=focus))
    return trail


def test_it_grows_and_is_cut(state: State) -> None:
    trail = walked(state)
    assert trail.crumbs == WAY
    assert trail.cut(1) == WAY[1]
    trail.show_state(replace(state, focus=WAY[1]))
    assert trail.crumbs == WAY[:2]


def test_another_selection_begins_a_new_one(state: State) -> None:
    trail = walked(state)
    other = Focus("conv1", (0, 1, 1))
    trail.show_state(replace(state, focus=other))
    assert trail.crumbs == (other,)
    trail.follow(WAY[1])
    trail.show_state(replace(state, focus=WAY[2]))
    assert trail.crumbs == (WAY[2],), "it went elsewhere"
    trail.show_state(replace(state, focus=None))
    assert trail.crumbs == ()


def test_the_same_selection_keeps_it(state: State) -> None:
    trail = walked(state)
    trail.show_state(replace(state, focus=WAY[-1]))
    assert trail.crumbs == WAY


def test_units_that_are_gone_fall_away(state: State) -> None:
    trail = walked(state, DOWN)
    smaller = NetworkSpec("", state.network.input_shape, state.network.layers[:6])
    trail.show_state(replace(state, network=smaller, focus=DOWN[-1]))
    assert trail.crumbs == DOWN[4:]


def test_another_network_begins_a_new_one(state: State, make_state: Callable[..., State]) -> None:
    trail = walked(state)
    assert nearest(make_state("lenet5").network, WAY[1]) == WAY[1], "it has a unit of that name"
    trail.show_state(make_state("lenet5", focus=WAY[-1]))
    assert trail.crumbs == WAY[-1:]


@pytest.fixture
def line(show: Callable[..., Any], state: State) -> TrailLine:
    widget = show(TrailLine(), 256, 18)
    widget.show_trail(walked(state))
    return widget  # type: ignore[no-any-return]


def test_it_fits_and_the_last_crumb_is_always_there(line: TrailLine, state: State) -> None:
    line.show_trail(walked(state, DOWN))
    for width in (60, 120, 256, 700):
        line.resize(width, 18)
        assert line.text.endswith("conv2[18,1,1]")
        room = max(width, 110)  # one crumb is there in any case
        assert QFontMetrics(font(CAPTION_PX)).horizontalAdvance(line.text) <= room
    assert line.text.startswith("fc2[3] › relu3[17]")
    line.resize(256, 18)
    assert line.text.startswith("… › ")


def test_a_click_leads_back(line: TrailLine, qtbot: QtBot) -> None:
    heard: list[int] = []
    line.crumb_chosen.connect(heard.append)
    line.resize(700, 18)
    for at in (0, 2, 3):
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.crumb_center(at).toPoint())
    assert heard == [0, 2], "the last is where one is"


def test_keys_lead_back(line: TrailLine, qtbot: QtBot) -> None:
    heard: list[int] = []
    line.crumb_chosen.connect(heard.append)
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Left)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard == [2, 1]


def test_a_single_unit_says_how_to_go_on(line: TrailLine, state: State) -> None:
    line.set_hint("Click a term")
    line.show_trail(walked(state, WAY[:1]))
    assert line.text == "Click a term"
    line.show_trail(walked(state, WAY[:2]))
    assert "Click" not in line.text
    line.show_trail(Trail())
    assert line.text == ""


def test_the_hint_says_where_terms_lead(state: State) -> None:
    def at(layer: str, *index: int) -> State:
        return replace(state, focus=Focus(layer, index))

    assert hint("value", at("conv1", 0, 1, 1)).endswith("to the pixels")
    assert hint("value", at("input", 0, 1, 1)) == ""
    assert hint("gradient", at("input", 0, 1, 1)).endswith("towards the score")
    assert hint("gradient", at("fc2", 3)) == "", "there the gradient begins"
    assert hint("value", at("fc2", 3)).endswith("to the pixels")
    assert [hint(page, at("conv1", 0, 1, 1)) for page in ("field", "why", "layer", "map")] == [""] * 4
    assert hint("value", replace(state, focus=None)) == ""
