"""The strip below the curves: kernels of a layer and the maps of the digit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.network import Conv2d, NetworkSpec, ReLU
from convviz.spec.weights import Weights, initial
from convviz.ui.look import theme
from convviz.ui.look.choice import Choice
from convviz.ui.look.colours import indices, table
from convviz.ui.train.kernels.kernel_layout import Place
from convviz.ui.train.kernels.strip import LiveStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(
    trainer: Any, make_state: Callable[..., State], make_frame: Callable[..., Frame], show: Callable[..., Any]
) -> LiveStrip:
    state = make_state()
    shown: LiveStrip = show(LiveStrip(trainer), 690, 152)
    shown.show_state(None, state)
    shown.show_frame(make_frame(state))
    return shown


def test_the_first_convolution_is_chosen(strip: LiveStrip) -> None:
    assert strip.layer == "conv1"
    assert strip.kernels.array.shape == (32, 1, 5, 5)
    assert strip.maps.values.shape == (32, 24, 24)
    assert not strip.inputs.isVisibleTo(strip)


@pytest.mark.parametrize("size", [(690, 152), (520, 110), (1100, 260)])
def test_all_of_it_is_inside(strip: LiveStrip, size: tuple[int, int], qtbot: QtBot) -> None:
    strip.resize(*size)
    for layer in ("conv1", "conv2", "fc1", "fc2"):
        strip.choose_layer(layer)
        assert strip.kernels.geometry().right() < strip._field.x()
        assert strip.kernels.geometry().bottom() <= strip.height()
        assert strip.maps.width() <= strip._field.width() or size[0] < 600
        assert strip.bar.geometry().bottom() <= strip.height()


def test_a_chip_chooses_a_layer_and_arrows_go_along(strip: LiveStrip, qtbot: QtBot) -> None:
    chips: Any = strip.chips.part
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)
    qtbot.mouseClick(chips.buttons["conv2"], LEFT)
    assert strip.layer == "conv2"
    assert strip.inputs.isVisibleTo(strip)
    assert strip.kernels.layout_ is not None
    assert strip.kernels.layout_.slice == 0
    qtbot.keyClick(chips.buttons["conv2"], Qt.Key.Key_Right)
    assert strip.layer == "fc1"
    assert strip.maps.values.shape == (200,)


def test_the_input_channel_can_be_chosen(strip: LiveStrip, qtbot: QtBot) -> None:
    strip.choose_layer("conv2")
    qtbot.keyClick(strip.inputs, Qt.Key.Key_Down)
    assert strip.kernels.layout_ is not None
    assert strip.kernels.layout_.slice == 1
    assert strip.inputs.currentText() == "on relu1[1]"


def test_it_follows_weights_and_frames(strip: LiveStrip, make_frame: Callable[..., Frame], pixel: Any) -> None:
    assert strip._state is not None
    old = strip._state
    new = replace(old, weights=Weights({name: -array for name, array in old.weights.items()}))
    strip.show_state(old, new)
    assert strip.kernels.array is new.weights["conv1.weight"]
    frame = make_frame(new, 5)
    strip.show_frame(frame)
    values = frame.maps["conv1"]
    at = strip.maps.unit_center((2, 5, 7))
    colour = int(table(theme.DARK)[indices(values, float(np.abs(values).max()))][2, 5, 7])
    assert pixel(strip.maps, at) == QColor.fromRgb(colour)


def test_the_mouse_names_weights_and_units(strip: LiveStrip, qtbot: QtBot) -> None:
    said: list[str] = []
    opened: list[object] = []
    strip.pointed_at.connect(said.append)
    strip.channel_opened.connect(opened.append)
    at = strip.kernels.center_of(Place(1, 0, 1, 1)).toPoint()
    qtbot.mouseMove(strip.kernels, at)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith("conv1[1] on input[0], row 1, column 1: weight ")
    qtbot.mouseClick(strip.kernels, LEFT, pos=at)
    at = strip.maps.unit_center((2, 5, 7))
    qtbot.mouseMove(strip.maps, at)
    qtbot.waitUntil(lambda: said[-1].startswith("conv1[2] row 5, column 7: "))
    qtbot.mouseClick(strip.maps, LEFT, pos=at)
    assert opened == [("conv1", 1), ("conv1", 2)]


def test_it_waits_for_a_frame(trainer: Any, make_state: Callable[..., State], show: Callable[..., Any]) -> None:
    strip = show(LiveStrip(trainer), 690, 152)
    strip.show_state(None, make_state())
    assert strip.waiting.isVisibleTo(strip)
    assert not strip.bar.isVisibleTo(strip)


def test_many_layers_are_in_a_list_and_none_shows_nothing(
    strip: LiveStrip, make_state: Callable[..., State], qtbot: QtBot
) -> None:
    deep = NetworkSpec("deep", (1, 28, 28), tuple(Conv2d(f"conv{n}", 2, (3, 3)) for n in range(1, 9)))
    strip.show_state(strip._state, make_state(network=deep, weights=initial(deep), focus=None))
    choice = strip.chips.part
    assert isinstance(choice, Choice)
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert strip.layer == "conv2"
    bare = NetworkSpec("bare", (1, 28, 28), (ReLU("relu1"),))
    strip.show_state(strip._state, make_state(network=bare, weights=initial(bare), focus=None))
    assert strip.layer == ""
    strip.grab()
