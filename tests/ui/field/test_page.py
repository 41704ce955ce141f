"""The Field page: which unit it speaks of, the switch to the effective field, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.session.editing import with_layer
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame, UnitGradient
from convviz.session.probing import AveragedField
from convviz.spec.network import Conv2d, MaxPool2d, NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.weights import initial
from convviz.ui.field.page import ASK_MS, FieldPage

LEFT = Qt.MouseButton.LeftButton
UNIT = Focus("conv2", (21, 1, 2))


@pytest.fixture
def page(show: Callable[..., Any]) -> FieldPage:
    return show(FieldPage(), 256, 600)  # type: ignore[no-any-return]


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state(focus=UNIT)


def facts(page: FieldPage) -> dict[str, str]:
    return {fact.name: fact.value for fact in page.facts.facts}


def gradient(state: State, unit: Focus = UNIT, fill: float = 0.0) -> UnitGradient:
    values = np.full(state.network.input_shape, fill, np.float32)
    values[0, 10:14, 12:16] = -1.0
    return UnitGradient(unit, values)


def test_it_speaks_of_the_selected_unit(page: FieldPage, state: State, make_frame: Callable[..., Frame]) -> None:
    page.show_state(state)
    assert facts(page)["size"] == "19", "geometry needs no frame"
    frame = make_frame(state)
    page.show_frame(frame)
    assert page.title.text() == "conv2[21] row 1, column 2"
    assert page.picture.picture is frame.maps["input"]
    assert page.picture.shown_outline is not None
    assert [row.cells[0] for row in page.chain.rows] == ["input", "conv1", "pool1", "relu1", "conv2"]


def test_the_unit_under_the_mouse_comes_first(page: FieldPage, state: State, make_frame: Callable[..., Frame]) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    page.show_hover(("pool1", (3, 2, 1)))
    assert page.title.text() == "under the mouse: pool1[3] row 2, column 1"
    assert facts(page)["size"] == "7"
    page.show_hover(("nowhere", (0, 0, 0)))
    assert facts(page)["size"] == "19", "a unit that vanished is passed over"
    page.show_hover(None)
    assert page.title.text() == "conv2[21] row 1, column 2"


@pytest.mark.parametrize(
    ("setting", "size"),
    [({"stride": (2, 2)}, "17"), ({"dilation": (2, 2)}, "15"), ({"padding": (2, 2)}, "11"), ({"kernel": (3, 3)}, "9")],
)
def test_an_edit_changes_the_figures_at_once(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], setting: dict[str, Any], size: str
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    pool = state.network["pool1"]
    assert isinstance(pool, MaxPool2d)
    wide = with_layer(state, replace(pool, stride=(1, 1)))
    edited = with_layer(wide, replace(wide.network["conv1"], **setting))
    page.show_state(replace(edited, focus=Focus("conv2", (21, 0, 0))))
    assert facts(page)["size"] == size
    assert page.picture.shown_outline is not None


def test_another_size_of_input_waits_for_its_frame(
    page: FieldPage, state: State, make_frame: Callable[..., Frame]
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    network = replace(state.network, input_shape=(1, 34, 34), layers=state.network.layers[:3])
    other = replace(state, network=network, focus=Focus("pool1", (0, 9, 9)))
    page.show_state(other)
    assert page.picture.dimmed
    assert page.picture.shown_outline is None, "a field of one input is not drawn over another"
    page.show_frame(make_frame(other))
    assert not page.picture.dimmed
    assert page.picture.shown_outline is not None


def test_nothing_selected_says_what_to_do(page: FieldPage, state: State, make_frame: Callable[..., Frame]) -> None:
    bare = replace(state, focus=None)
    page.show_state(bare)
    page.show_frame(make_frame(bare))
    assert "click a value" in page.title.text()


def test_a_pixel_is_selected_by_a_click(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    heard: list[Focus] = []
    page.unit_selected.connect(heard.append)
    qtbot.mouseClick(page.picture, LEFT, pos=page.picture.center_of((4, 9)).toPoint())
    assert heard == [Focus("input", (0, 4, 9))]


def test_the_pixel_under_the_mouse_is_read(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    qtbot.mouseMove(page.picture, page.picture.center_of((4, 9)).toPoint())
    assert page.reading.text().startswith("row 4, column 9 = ")


# --- the effective field -----------------------------------------------------------------------------------------


def effective(page: FieldPage, qtbot: QtBot) -> list[bool]:
    wanted: list[bool] = []
    page.effective_wanted.connect(wanted.append)
    qtbot.mouseClick(page.views.buttons["effective"], LEFT)
    return wanted


def test_the_effective_field_is_asked_for_and_waits(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    wanted = effective(page, qtbot)
    assert wanted == [True]
    assert page.picture.dimmed
    assert (page.picture.note, page.result.text()) == ("computing…", "…")
    qtbot.mouseClick(page.views.buttons["field"], LEFT)
    assert wanted == [True, False]
    assert not page.picture.dimmed
    assert page.picture.heat is None


def test_its_size_stands_beside_the_theoretical_one(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    effective(page, qtbot)
    page.show_frame(make_frame(state, unit_gradient=gradient(state)))
    assert page.result.text() == "effective 4.0 of 19 pixels", "16 of the pixels move it, all alike"
    assert not page.picture.dimmed
    heat = page.picture.heat
    assert heat is not None
    assert heat.max() == 1.0


def test_the_gradient_of_another_unit_is_not_shown_as_this_ones(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    effective(page, qtbot)
    frame = make_frame(state, unit_gradient=gradient(state))
    page.show_frame(frame)
    page.show_state(replace(state, focus=Focus("conv2", (3, 0, 0))))
    assert page.picture.dimmed
    assert page.result.text() == "…"


def test_no_gradient_says_what_stopped_it(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    unit = Focus("relu2", (5, 1, 1))
    chosen = replace(state, focus=unit)
    page.show_state(chosen)
    effective(page, qtbot)
    frame = make_frame(chosen)
    frame.maps["pool2"][unit.index] = -0.8
    frame.maps["relu2"][unit.index] = 0.0
    nothing = UnitGradient(unit, np.zeros(state.network.input_shape, np.float32))
    page.show_frame(replace(frame, unit_gradient=nothing))
    assert page.result.text() == "no pixel moves it"
    assert "pool2 puts out −0.8 here" in page.note.text()


def test_gradients_that_are_not_numbers_say_so(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    effective(page, qtbot)
    page.show_frame(make_frame(state, unit_gradient=gradient(state, fill=np.nan)))
    assert page.result.text() == "not a number"


def test_an_average_is_asked_for_once_and_shown_as_it_comes(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    frame = make_frame(state)
    page.show_state(state)
    page.show_frame(frame)
    wanted = effective(page, qtbot)
    asked: list[int] = []
    page.average_wanted.connect(lambda: asked.append(1))
    qtbot.mouseClick(page.samples.buttons["average"], LEFT)
    assert wanted == [True, False], "frames need not hold the gradient"
    for _ in range(5):
        page.show_frame(frame)
        qtbot.wait(ASK_MS // 2)
    assert asked == [1]
    values = np.abs(gradient(state).values[0])
    page.show_average(average(state, values, 17, 0.25))
    assert "17 digits, more" in page.note.text()
    page.show_average(average(state, values, 64, 1.0))
    assert "Averaged over 64 digits." in page.note.text()
    assert page.result.text() == "effective 4.0 of 19 pixels"
    assert not page.picture.picture.any(), "it is not that of this drawing"


def test_a_page_that_is_left_asks_for_no_average(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    effective(page, qtbot)
    asked: list[int] = []
    page.average_wanted.connect(lambda: asked.append(1))
    qtbot.mouseClick(page.samples.buttons["average"], LEFT)
    page.hide()
    qtbot.wait(2 * ASK_MS)
    assert asked == []
    page.show()
    page.show_frame(make_frame(state))
    qtbot.waitUntil(lambda: asked == [1])


def test_an_average_of_earlier_weights_is_dimmed(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    effective(page, qtbot)
    qtbot.mouseClick(page.samples.buttons["average"], LEFT)
    page.show_average(average(state, np.abs(gradient(state).values[0]), 64, 1.0))
    weights = state.weights.replaced("conv1.bias", state.weights["conv1.bias"] + 1)
    page.show_state(replace(state, weights=weights))
    assert (page.picture.dimmed, page.picture.note) == (True, "of earlier weights")
    assert page.result.dim, "its size is not today's either"
    asked: list[int] = []
    page.average_wanted.connect(lambda: asked.append(1))
    qtbot.mouseClick(page.again, LEFT)
    assert asked == [1]


def test_an_average_of_digits_prepared_otherwise_is_dimmed(
    page: FieldPage, state: State, make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    effective(page, qtbot)
    qtbot.mouseClick(page.samples.buttons["average"], LEFT)
    page.show_average(average(state, np.abs(gradient(state).values[0]), 64, 1.0))
    assert not page.picture.dimmed
    page.show_state(replace(state, preparation=Preparation(centre=False)))
    assert (page.picture.dimmed, page.picture.note) == (True, "prepared otherwise")


def test_an_average_of_another_network_is_never_shown(
    page: FieldPage, state: State, make_state: Callable[..., State], make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    page.show_state(state)
    page.show_frame(make_frame(state))
    effective(page, qtbot)
    qtbot.mouseClick(page.samples.buttons["average"], LEFT)
    page.show_average(average(state, np.abs(gradient(state).values[0]), 64, 1.0))
    small = NetworkSpec("small", (1, 12, 12), (Conv2d("conv2", 22, (3, 3)),))
    other = make_state(network=small, weights=initial(small), focus=UNIT)
    page.show_state(other)
    for _ in range(3):  # also while it waits until the selection rests
        page.show_frame(make_frame(other))
        assert (page.result.text(), page.picture.note) == ("…", "computing…")
        page.picture.grab()


def average(state: State, values: Any, samples: int, done: float) -> AveragedField:
    assert state.focus is not None
    return AveragedField(state, state.focus, values, samples, done)
