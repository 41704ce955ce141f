"""What is done in the Lab becomes one edit, or one sentence; a drag starts again from where it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from convviz.session.experiment import Experiment, State
from convviz.spec.lab import presets
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.source import FromDrawing, Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.ui.lab.intents import LabIntents
from convviz.ui.undo import History

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    """Experiment, history and intents, as the window has them."""

    def __init__(self, state: State) -> None:
        self.experiment = Experiment(state)
        self.history = History(self.experiment)
        self.intents = LabIntents(self.experiment, self.history)
        self.refused: list[str] = []
        self.intents.refused.connect(self.refused.append)

    @property
    def lab(self) -> Lab:
        return self.experiment.state.lab

    @property
    def layer(self) -> Conv2d:
        assert isinstance(self.lab.layer, Conv2d)
        return self.lab.layer

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(i) for i in range(self.history.stack.count())]


@pytest.fixture
def desk(make_state: Callable[..., State]) -> Desk:
    return Desk(make_state())


def test_a_preset_is_one_edit(desk: Desk) -> None:
    before = desk.lab
    desk.intents.choose_preset("signal")
    assert perform(desk.lab).output.ravel().tolist() == [7, 12, 17]
    assert desk.lab.preset == "signal"
    assert desk.texts == [f"Lab: {presets.PRESETS['signal'].title}"]
    desk.history.undo()
    assert desk.lab is before


def test_a_dragged_setting_is_one_edit_and_starts_from_its_beginning(desk: Desk) -> None:
    desk.intents.edit_kernel(0, np.arange(9, dtype=np.float32).reshape(1, 3, 3))
    desk.intents.finish("kernel cell (0, 0)")
    kernels = desk.lab.weights["conv.weight"]
    for side in (5, 1, 3):
        desk.intents.edit_layer(replace(desk.layer, kernel=(side, side)), f"kernel {side}")
        assert desk.layer.kernel == (side, side)
        assert desk.lab.weights["conv.weight"].shape[2:] == (side, side)
    assert np.array_equal(desk.lab.weights["conv.weight"], kernels), "there and back loses nothing"
    desk.intents.edit_layer(replace(desk.layer, stride=(2, 2)), "stride 2")
    desk.intents.finish()
    assert desk.texts == ["Lab: kernel cell (0, 0)", "Lab: stride 2"]
    desk.history.undo()
    assert desk.layer.stride == (1, 1)


def test_a_setting_that_does_not_fit_is_refused(desk: Desk) -> None:
    before = desk.lab
    desk.intents.edit_layer(replace(desk.layer, kernel=(29, 29)), "kernel 29")
    desk.intents.finish()
    assert "does not fit" in desk.refused[0]
    assert desk.lab is before
    assert desk.texts == []


def test_kernel_and_bias(desk: Desk) -> None:
    desk.intents.choose_preset("five-filters")
    values = np.full((1, 3, 3), 2.0, np.float32)
    desk.intents.edit_kernel(3, values)
    desk.intents.edit_bias(3, 0.5)  # another gesture: the first one ends
    desk.intents.finish("bias")
    assert np.array_equal(desk.lab.weights["conv.weight"][3], values)
    assert desk.lab.weights["conv.bias"][3] == 0.5
    assert desk.texts[1:] == ["Lab: kernel 3", "Lab: bias"]
    desk.intents.reset_kernel(3)
    original = desk.lab.origin.weights
    assert np.array_equal(desk.lab.weights["conv.weight"], original["conv.weight"])
    assert np.array_equal(desk.lab.weights["conv.bias"], original["conv.bias"])


def test_a_kernel_of_another_size_cannot_be_reset(desk: Desk) -> None:
    desk.intents.edit_layer(replace(desk.layer, kernel=(5, 5)), "kernel 5")
    desk.intents.finish()
    desk.intents.reset_kernel(0)
    assert "choose that size" in desk.refused[0]


def test_kinds_and_senses(desk: Desk) -> None:
    desk.intents.set_flipped(False)
    assert desk.texts == [], "it was so before"
    desk.intents.set_flipped(True)
    desk.intents.choose_kind("MaxPool2d")
    desk.intents.choose_kind("Conv2d")
    assert desk.texts == ["Lab: true convolution", "Lab: max pooling", "Lab: convolution"]
    assert desk.lab.flipped
    desk.intents.choose_kind("ReLU")
    desk.intents.edit_kernel(0, np.zeros((1, 3, 3), np.float32))
    assert desk.refused == ["the operation has no kernel 0; choose a convolution"]


def test_a_drawn_signal_is_one_edit(desk: Desk) -> None:
    wave = [Grid(np.full((1, 1, 8), value, np.float32)) for value in range(4)]
    desk.intents.choose_source(wave[0], "numbers")
    for grid in wave[1:]:
        desk.intents.preview_source(grid, "draw the signal")
    desk.intents.finish()
    assert desk.lab.source is wave[3]
    assert desk.lab.dims == 1
    assert desk.texts == ["Lab: numbers", "Lab: draw the signal"]
    desk.history.undo()
    assert desk.lab.source is wave[0]


def test_a_source_that_ends_its_own_preview_is_one_edit(desk: Desk) -> None:
    grids = [Grid(np.full((1, 4, 4), value, np.float32)) for value in range(3)]
    desk.intents.preview_source(grids[0], "numbers")
    desk.intents.preview_source(grids[1], "numbers")
    desk.intents.choose_source(grids[2], "numbers")
    assert desk.texts == ["Lab: numbers"]
    desk.history.undo()
    assert isinstance(desk.lab.source, FromDrawing)


def test_a_pose_is_previewed(desk: Desk) -> None:
    for right in range(1, 4):
        desk.intents.move(Pose(right=right))
    assert desk.lab.pose.right == 3
    desk.intents.finish("shift by 3")
    assert desk.texts == ["Lab: shift by 3"]


def test_a_refusal_calls_the_operation_by_its_name(desk: Desk) -> None:
    for sentence, words in (
        ("conv: its kernel 9×9", "convolution: its kernel 9×9"),
        ("conv stays as it is", "convolution stays as it is"),
        ("pool: its window", "pooling: its window"),
        ("the photo is missing", "the photo is missing"),
        ("convert it first", "convert it first"),
    ):
        desk.intents.refuse(sentence)
        assert desk.refused[-1] == words
    desk.intents.choose_kind("ConvTranspose2d")
    desk.intents.refuse("conv: too large")
    assert desk.refused[-1] == "transposed convolution: too large"


def test_putting_the_input_back_is_an_edit(desk: Desk) -> None:
    desk.intents.move(Pose(right=2))
    desk.intents.put_back()
    assert desk.lab.pose == Pose()
    assert [desk.history.stack.text(i) for i in range(desk.history.stack.count())] == [
        "Lab: move the input",
        "Lab: put the input back",
    ]
