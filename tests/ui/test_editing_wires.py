"""Pages and menus, connected with what they do to what is selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Experiment, Focus, State
from convviz.spec.kernels import PRESETS
from convviz.ui.actions import KINDS, TEMPLATES
from convviz.ui.editing_wires import EditingWires
from convviz.ui.kernel.operations import preset
from convviz.ui.network.inspector import Inspector
from convviz.ui.network_intents import NetworkIntents
from convviz.ui.undo import History

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """An inspector that follows an experiment, wired as in the window."""

    def __init__(self, state: State, inspector: Inspector, tools: dict[str, QAction]) -> None:
        self.experiment, self.inspector, self.tools = Experiment(state), inspector, tools
        self.history = History(self.experiment)
        self.intents = NetworkIntents(self.experiment, self.history)
        self.refused: list[str] = []
        self.intents.refused.connect(self.refused.append)
        self.wires = EditingWires(inspector, self.intents, self.experiment)
        self.wires.connect_actions(tools)
        self.experiment.changed.connect(inspector.show_state)
        inspector.show_state(None, state)

    @property
    def state(self) -> State:
        return self.experiment.state

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(i) for i in range(self.history.stack.count())]

    def select(self, layer: str, *index: int) -> None:
        self.experiment.change(focus=Focus(layer, index))

    def part(self, name: str) -> QAbstractButton:
        found = self.inspector.findChild(QAbstractButton, name)
        assert isinstance(found, QAbstractButton), name
        return found


@pytest.fixture
def desk(show: Callable[..., Any], make_state: Callable[..., State], tools: dict[str, QAction]) -> Desk:
    return Desk(make_state(), show(Inspector(), 300, 760), tools)


def test_a_preset_goes_into_the_selected_kernel(desk: Desk) -> None:
    desk.select("conv2", 7, 1, 1)
    name = next(iter(PRESETS))
    panel = desk.inspector.kernel
    panel.choose_slice(4)
    panel.commands.preset_chosen.emit(name)
    (text,) = desk.texts
    assert text.endswith(", conv2[7]")
    changed = (desk.state.weights["conv2.weight"] != desk.state.origin.weights["conv2.weight"]).any(axis=(2, 3))
    assert [tuple(at) for at in zip(*changed.nonzero(), strict=True)] == [(7, 4)]
    assert text.startswith(preset(name, None).text)  # type: ignore[arg-type]


def test_a_key_on_a_cell_is_an_edit_of_it(desk: Desk, qtbot: QtBot) -> None:
    desk.select("conv1", 2, 0, 0)
    grid = desk.inspector.kernel.grid
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_center((1, 3)))
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert desk.texts == ["kernel cell (1, 3), conv1[2]"]
    assert desk.state.weights["conv1.weight"][2, 0, 1, 3] == 0.0


def test_a_bias_is_dragged_by_its_field(desk: Desk) -> None:
    desk.select("fc1", 17)
    bias = desk.inspector.kernel.commands.bias
    bias.value_edited.emit(0.5)
    bias.value_edited.emit(0.75)
    bias.edit_finished.emit()
    assert desk.texts == ["bias, fc1[17]"]
    assert desk.state.weights["fc1.bias"][17] == 0.75


def test_a_gesture_that_ends_when_something_else_is_selected_is_called_what_it_edited(desk: Desk) -> None:
    desk.select("conv1", 4, 0, 0)
    kernel = desk.state.weights["conv1.weight"][4] + 1
    desk.inspector.kernel.kernel_edited.emit(kernel)
    desk.select("pool1", 9, 0, 0)
    desk.inspector.kernel.edit_finished.emit("kernel cell (0, 0)")
    assert desk.texts == ["kernel cell (0, 0), conv1[4]"]


def test_the_marks_of_page_and_menu_are_the_same(desk: Desk, qtbot: QtBot) -> None:
    desk.select("conv1", 6, 0, 0)
    for name in ("muted", "solo", "frozen"):
        desk.tools[name].trigger()
        assert desk.state.channels.has(name, "conv1", 6)  # type: ignore[arg-type]
        button = desk.part(f"{name}_toggle")
        assert button.isChecked()
        qtbot.mouseClick(button, LEFT)
        assert not desk.state.channels
    assert len(desk.texts) == 6


def test_resets_by_menu_and_page(desk: Desk) -> None:
    desk.select("conv1", 6, 0, 0)
    origin = desk.state.weights
    for what in ("kernel", "layer", "network"):
        desk.wires.toggle_mark("frozen")
        desk.intents.edit_bias("conv1", 6, 3.0)
        desk.intents.finish()
        desk.tools[f"reset_{what}"].trigger()
        assert desk.state.weights["conv1.bias"][6] == origin["conv1.bias"][6]
        desk.history.undo()
        desk.inspector.kernel.reset_wanted.emit(what)
        assert desk.state.weights["conv1.bias"][6] == origin["conv1.bias"][6]
    assert desk.refused == []


def test_the_layer_page_edits_its_layer(desk: Desk, qtbot: QtBot) -> None:
    desk.select("conv2", 0, 0, 0)
    desk.tools["page_layer"].trigger()
    assert desk.inspector.page == "layer"
    box = desk.inspector.layer.settings.numbers["padding"].boxes[0]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert desk.state.network["conv2"].padding == (2, 2)  # type: ignore[attr-defined]
    assert desk.texts == ["conv2 padding 1", "conv2 padding 2"], "two keys, two gestures"
    assert box.value == 2


def test_layers_are_moved_removed_and_inserted_after_the_selected_one(desk: Desk) -> None:
    desk.select("relu1", 0, 0, 0)
    start = [layer.id for layer in desk.state.network]
    desk.tools["move_earlier"].trigger()
    assert [layer.id for layer in desk.state.network][:3] == ["conv1", "relu1", "pool1"]
    desk.tools["move_later"].trigger()
    assert [layer.id for layer in desk.state.network] == start
    desk.tools["remove_layer"].trigger()
    assert "relu1" not in desk.state.network
    assert desk.state.focus is not None
    assert desk.state.focus.layer == "pool1"
    desk.tools["insert_Tanh"].trigger()
    assert desk.state.network.layers[2].kind == "Tanh"
    desk.select("input", 0, 0, 0)
    desk.tools["insert_Conv2d"].trigger()
    assert desk.state.network.layers[0].kind == "Conv2d", "after the input is first"
    assert desk.refused == []


def test_every_template_and_every_kind_has_an_action_that_works(desk: Desk) -> None:
    for name in TEMPLATES:
        desk.tools[f"new_{name}"].trigger()
        assert desk.state.origin.new
    for kind in KINDS:
        desk.tools["new_deep"].trigger()
        desk.select(desk.state.network.layers[-1 if kind == "Linear" else 0].id, 0, 0, 0)
        count = len(desk.refused)
        desk.tools[f"insert_{kind}"].trigger()
        if len(desk.refused) == count:
            assert any(layer.kind == kind for layer in desk.state.network)
    assert len(desk.refused) <= 1, desk.refused  # maps cannot be flattened and then convolved


@pytest.mark.parametrize("name", ["muted", "solo", "frozen", "reset_kernel"])
@pytest.mark.parametrize("focus", [None, Focus("input", (0, 3, 3)), Focus("pool1", (0, 1, 1))])
def test_without_a_kernel_it_says_what_to_select(desk: Desk, name: str, focus: Focus | None) -> None:
    desk.experiment.change(focus=focus)
    desk.tools[name].trigger()
    assert len(desk.refused) == 1
    assert "select" in desk.refused[0]
    assert desk.texts == []


@pytest.mark.parametrize("name", ["reset_layer", "move_earlier", "move_later", "remove_layer"])
@pytest.mark.parametrize("focus", [None, Focus("input", (0, 3, 3))])
def test_without_a_layer_it_says_what_to_select(desk: Desk, name: str, focus: Focus | None) -> None:
    desk.experiment.change(focus=focus)
    desk.tools[name].trigger()
    assert len(desk.refused) == 1
    assert "select a layer" in desk.refused[0]
    assert desk.texts == []


def test_without_a_selection_a_layer_is_inserted_at_the_end(desk: Desk) -> None:
    desk.experiment.change(focus=None)
    desk.tools["insert_ReLU"].trigger()
    assert desk.state.network.layers[-1].kind == "ReLU"


def test_what_a_page_refuses_is_said(desk: Desk) -> None:
    desk.select("conv1", 0, 0, 0)
    desk.inspector.kernel.grid.refused.emit("that is no number")
    desk.inspector.layer.refused.emit("that is too large")
    assert desk.refused == ["that is no number", "that is too large"]
