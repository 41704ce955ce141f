"""What is done to the network becomes one edit, or one sentence; a drag starts again from where it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.session.edits import UNDOABLE
from convviz.session.experiment import Experiment, Focus, State
from convviz.spec.network import Conv2d
from convviz.spec.strokes import Drawing
from convviz.spec.weight_edit import same
from convviz.ui.network_intents import NetworkIntents
from convviz.ui.undo import History

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    """Experiment, history and intents, as the window has them."""

    def __init__(self, state: State) -> None:
        self.experiment = Experiment(state)
        self.history = History(self.experiment)
        self.intents = NetworkIntents(self.experiment, self.history)
        self.refused: list[str] = []
        self.intents.refused.connect(self.refused.append)

    @property
    def state(self) -> State:
        return self.experiment.state

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(i) for i in range(self.history.stack.count())]

    def kernel(self, value: float, layer: str = "conv1", channel: int = 3) -> None:
        """A drag of one cell arrives at ``value``."""
        kernel = self.history.start.weights[f"{layer}.weight"][channel].copy()
        kernel[0, 1, 1] = value
        self.intents.edit_kernel(layer, channel, kernel)

    def conv1(self, **values: Any) -> Conv2d:
        layer = self.history.start.network["conv1"]
        assert isinstance(layer, Conv2d)
        return replace(layer, **values)


@pytest.fixture
def desk(make_state: Callable[..., State]) -> Desk:
    return Desk(make_state())


def test_a_drag_of_a_cell_is_one_entry_that_names_it(desk: Desk) -> None:
    start = desk.state
    for value in (0.5, 1.5, 2.5):
        desk.kernel(value)
        assert desk.state.weights["conv1.weight"][3, 0, 1, 1] == value, "it follows at once"
        assert desk.texts == []
    desk.intents.finish("kernel cell (1, 1), conv1[3]")
    assert desk.texts == ["kernel cell (1, 1), conv1[3]"]
    changed = np.argwhere(desk.state.weights["conv1.weight"] != start.weights["conv1.weight"])
    assert changed.tolist() == [[3, 0, 1, 1]]
    desk.history.undo()
    assert same(desk.state.weights, start.weights)


def test_a_drag_there_and_back_is_no_entry(desk: Desk) -> None:
    start = desk.state
    for value in (0.5, float(start.weights["conv1.weight"][3, 0, 1, 1])):
        desk.kernel(value)
    desk.intents.finish()
    assert desk.texts == []
    assert same(desk.state.weights, start.weights)


def test_a_setting_dragged_there_and_back_loses_nothing(desk: Desk) -> None:
    start = desk.state
    desk.intents.edit_layer(desk.conv1(kernel=(1, 1)), "conv1 kernel 1")
    assert desk.state.weights["conv1.weight"].shape == (32, 1, 1, 1)
    desk.intents.edit_layer(desk.conv1(kernel=(9, 9)), "conv1 kernel 9")
    outer = desk.state.weights["conv1.weight"][:, :, 2:7, 2:7]
    assert np.array_equal(outer, start.weights["conv1.weight"]), "what was cut on the way is there again"
    desk.intents.edit_layer(desk.conv1(), "conv1 kernel 5")
    assert all(getattr(desk.state, name) is getattr(start, name) for name in UNDOABLE)
    desk.intents.finish()
    assert desk.texts == []


def test_a_drag_is_called_what_it_came_to(desk: Desk) -> None:
    for side in (1, 2, 3):
        desk.intents.edit_layer(desk.conv1(padding=(side, side)), f"conv1 padding {side}")
    desk.intents.finish()
    assert desk.texts == ["conv1 padding 3"]


def test_another_gesture_ends_the_one_before(desk: Desk) -> None:
    desk.kernel(1.0)
    desk.kernel(2.0)
    desk.kernel(1.0, channel=4)
    desk.intents.edit_bias("conv1", 4, 9.0)
    desk.intents.edit_layer(desk.conv1(padding=(1, 1)), "conv1 padding 1")
    desk.intents.toggle_mark("muted", "conv1", 0)
    assert desk.texts == [
        "kernel of conv1[3]",
        "kernel of conv1[4]",
        "bias of conv1[4]",
        "conv1 padding 1",
        "mute conv1[0]",
    ]
    assert desk.state.weights["conv1.weight"][[3, 4], 0, 1, 1].tolist() == [2.0, 1.0]
    assert desk.state.weights["conv1.bias"][4] == 9.0


def test_what_cannot_be_leaves_the_last_that_could(desk: Desk) -> None:
    desk.intents.edit_layer(desk.conv1(padding=(2, 2)), "conv1 padding 2")
    kept = desk.state
    desk.intents.edit_layer(desk.conv1(kernel=(99, 99)), "conv1 kernel 99")
    assert desk.state is kept
    (sentence,) = desk.refused
    assert "99" in sentence
    desk.intents.finish()
    assert desk.texts == ["conv1 padding 2"]


def test_a_stroke_during_a_gesture_stays(desk: Desk) -> None:
    desk.kernel(1.0)
    drawing = Drawing()
    desk.history.preview("stroke", drawing=drawing)
    desk.kernel(2.0)
    assert desk.state.drawing is drawing


def test_undo_in_the_middle_of_a_drag(desk: Desk) -> None:
    start = desk.state
    desk.kernel(1.0)
    desk.history.undo()
    assert same(desk.state.weights, start.weights)
    desk.kernel(2.0)  # the button is still down
    desk.intents.finish()
    assert desk.texts == ["kernel of conv1[3]"]
    desk.history.undo()
    assert same(desk.state.weights, start.weights)


def test_marks_are_set_and_taken_away_again(desk: Desk) -> None:
    for mark, word in (("muted", "mute"), ("solo", "solo"), ("frozen", "freeze")):
        desk.intents.toggle_mark(mark, "conv2", 5)  # type: ignore[arg-type]
        assert desk.state.channels.has(mark, "conv2", 5)  # type: ignore[arg-type]
        desk.intents.toggle_mark(mark, "conv2", 5)  # type: ignore[arg-type]
        assert not desk.state.channels
        assert desk.texts[-2:] == [f"{word} conv2[5]", f"un{word} conv2[5]"]


Do = Callable[[NetworkIntents], None]
EDITS: dict[str, tuple[str, Do]] = {
    "kind": ("pool1 to AvgPool2d", lambda i: i.change_kind("pool1", "AvgPool2d")),
    "insert": ("insert ReLU", lambda i: i.insert(1, "ReLU")),
    "move": ("move relu1 earlier", lambda i: i.move("relu1", -1)),
    "later": ("move pool1 later", lambda i: i.move("pool1", 1)),
    "remove": ("remove relu1", lambda i: i.remove("relu1")),
    "template": ("new network small", lambda i: i.start_from("small")),
    "network": ("reset the network", lambda i: i.reset_network()),
    "layer": ("reset conv1", lambda i: i.reset_layer("conv1")),
    "kernel": ("reset kernel conv1[3]", lambda i: i.reset_kernel("conv1", 3)),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_other_edit_is_one_entry_and_can_be_undone(desk: Desk, name: str) -> None:
    text, do = EDITS[name]
    desk.kernel(5.0)
    desk.intents.finish()
    before = desk.state
    do(desk.intents)
    assert desk.refused == []
    assert desk.texts[1:] == [text]
    after = desk.state
    desk.history.undo()
    assert desk.state.network == before.network
    assert same(desk.state.weights, before.weights)
    assert desk.state.kept is before.kept
    desk.history.redo()
    assert desk.state.network == after.network
    assert same(desk.state.weights, after.weights)


REFUSED: dict[str, Do] = {
    "no such channel": lambda i: i.edit_bias("conv1", 99, 1.0),
    "no kernels": lambda i: i.reset_kernel("pool1", 0),
    "a template nobody knows": lambda i: i.start_from("vast"),
    "moved out of the network": lambda i: i.move("conv1", -1),
    "removing what the rest needs": lambda i: i.remove("flatten"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_a_sentence(desk: Desk, name: str) -> None:
    before = desk.state
    REFUSED[name](desk.intents)
    (sentence,) = desk.refused
    assert sentence
    assert "\n" not in sentence
    assert desk.state is before
    assert desk.texts == []


def test_an_inserted_layer_is_selected_and_a_removed_one_gives_its_place_on(desk: Desk) -> None:
    desk.experiment.change(focus=Focus("pool1", (2, 1, 1)))
    desk.intents.insert(2, "Tanh")
    focus = desk.state.focus
    assert focus is not None
    assert focus.layer == desk.state.network.layers[2].id
    desk.intents.remove(focus.layer)
    assert desk.state.focus == Focus("pool1", (2, 1, 1))
