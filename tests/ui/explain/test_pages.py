"""The pages of the value and of the gradient, with true frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.channels import Channels
from convviz.spec.geometry import describe
from convviz.spec.network import NetworkSpec
from convviz.spec.presets import lecture
from convviz.spec.probe import Probe
from convviz.ui.explain.follower import LATE_MS
from convviz.ui.explain.gradient_page import GradientPage
from convviz.ui.explain.value_page import ValuePage
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton
UNITS = [("input", (0, 14, 14))] + [
    (row.layer.id, tuple(n // 2 for n in row.output_shape)) for row in describe(lecture())
]
FrameOf = Callable[[State], Frame]


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state(focus=Focus("conv2", (21, 1, 2)), probe=Probe(gradients=True))


@pytest.fixture
def value(show: Callable[..., Any]) -> ValuePage:
    return show(ValuePage(), 256, 900)  # type: ignore[no-any-return]


@pytest.fixture
def gradient(show: Callable[..., Any]) -> GradientPage:
    return show(GradientPage(), 256, 900)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("layer", "index"), UNITS)
def test_the_sum_is_what_torch_computed(
    value: ValuePage, gradient: GradientPage, state: State, frame_of: FrameOf, layer: str, index: tuple[int, ...]
) -> None:
    frame = frame_of(state)
    assert frame.gradients is not None
    for page, numbers in ((value, frame.maps), (gradient, frame.gradients.maps)):
        page.show_state(replace(state, focus=Focus(layer, index)))
        page.show_frame(frame)
        found = page.sum.explanation
        assert found is not None
        assert found.shown == float(numbers[layer][index])
        size = np.abs(found.products).sum() + abs(found.shown)
        assert abs(found.difference) <= 1e-5 * max(size, 1e-9)
        page.grab()
    assert value.kernel.isVisible() == (layer in ("conv1", "conv2", "fc1", "fc2"))
    assert value.loss.isVisible() == (layer == "fc2")


def test_a_selection_is_explained_from_the_last_frame(value: ValuePage, state: State, frame_of: FrameOf) -> None:
    value.show_state(state)
    assert value.sum.explanation is None
    assert "computing" in value.sum.accessibleDescription()
    value.show_frame(frame_of(state))
    value.show_state(replace(state, focus=Focus("fc1", (7,))))
    assert value.sum.explanation is not None
    assert value.sum.explanation.index == (7,)


def test_a_late_frame_fades_the_number(value: ValuePage, state: State, frame_of: FrameOf, qtbot: QtBot) -> None:
    frame = frame_of(state)
    value.show_state(state)
    value.show_frame(frame)
    moved = replace(state, drawing=type(state.drawing)())
    value.show_state(moved)
    assert value.sum.fresh, "not at once: its frame comes within milliseconds"
    qtbot.waitUntil(lambda: not value.sum.fresh, timeout=LATE_MS * 10)
    value.show_frame(frame_of(moved))
    assert value.sum.fresh
    value.show_state(replace(moved, focus=Focus("fc1", (7,))))
    qtbot.wait(LATE_MS + 50)
    assert value.sum.fresh, "another selection needs no frame"


def test_a_number_of_another_network_is_never_shown(
    value: ValuePage, state: State, frame_of: FrameOf, make_state: Callable[..., State]
) -> None:
    value.show_state(state)
    value.show_frame(frame_of(state))
    other = make_state("lenet5", focus=Focus("conv2", (3, 1, 2)))
    value.show_state(other)
    assert value.sum.explanation is None
    assert "computing" in value.sum.accessibleDescription()
    value.show_frame(frame_of(state))
    assert value.sum.explanation is None
    value.show_frame(frame_of(other))
    assert value.sum.explanation is not None


def test_an_edited_network_waits_for_its_frame(value: ValuePage, state: State, frame_of: FrameOf, qtbot: QtBot) -> None:
    value.show_state(state)
    value.show_frame(frame_of(state))
    before = value.sum.explanation
    edited = NetworkSpec(state.network.name, state.network.input_shape, state.network.layers)
    value.show_state(replace(state, network=edited))
    assert value.sum.explanation is before
    qtbot.waitUntil(lambda: not value.sum.fresh, timeout=LATE_MS * 10)
    value.show_state(replace(state, network=edited, focus=Focus("conv1", (0, 0, 0))))
    assert value.sum.explanation is None, "it is of another unit"


def test_the_loss_is_against_the_chosen_class(value: ValuePage, state: State, frame_of: FrameOf) -> None:
    frame = frame_of(state)
    chosen = replace(state, focus=Focus("fc2", (3,)))
    value.show_state(chosen)
    value.show_frame(frame)
    loss = value.loss.lines.loss
    assert loss is not None
    assert loss.target == int(frame.scores.argmax())
    assert loss.loss == pytest.approx(-np.log(frame.probabilities[loss.target]), rel=1e-4)
    other = (loss.target + 1) % 10
    value.show_state(replace(chosen, probe=Probe(target=other)))
    assert value.loss.lines.loss is not None
    assert value.loss.lines.loss.loss == pytest.approx(-np.log(frame.probabilities[other]), rel=1e-4)
    heard: list[object] = []
    value.target_chosen.connect(heard.append)
    value.loss.chooser.activated.emit(6)
    assert heard == [5]


# --- gradients ----------------------------------------------------------------------------------------------------


def test_without_gradients_it_waits(gradient: GradientPage, state: State, frame_of: FrameOf) -> None:
    plain = replace(state, probe=Probe())
    gradient.show_state(plain)
    gradient.show_frame(frame_of(plain))
    for view in (gradient.sum, gradient.kernel.sum):
        assert view.explanation is None
        assert "computing" in view.accessibleDescription()
    assert not gradient.kernel.grid.isVisible()
    gradient.show_frame(frame_of(state))
    assert gradient.kernel.grid.isVisible()


@pytest.mark.parametrize("unit", [("conv1", (4, 10, 12)), ("conv2", (21, 1, 2)), ("fc1", (17,)), ("fc2", (3,))])
def test_every_cell_of_the_kernel_is_explained(
    gradient: GradientPage, state: State, frame_of: FrameOf, qtbot: QtBot, unit: tuple[str, tuple[int, ...]]
) -> None:
    state = replace(state, focus=Focus(*unit))
    frame = frame_of(state)
    assert frame.gradients is not None
    gradient.show_state(state)
    gradient.show_frame(frame)
    weights = frame.gradients.weights[f"{unit[0]}.weight"][unit[1][0]]
    kernel = gradient.kernel
    rows, columns = kernel.grid.values.shape
    slices = max(weights.size // (rows * columns), 1)
    rng = np.random.default_rng(3)
    for _ in range(6):
        number, cell = int(rng.integers(slices)), (int(rng.integers(rows)), int(rng.integers(columns)))
        kernel.choose_slice(number)
        qtbot.mouseClick(kernel.grid, LEFT, pos=kernel.grid.cell_center(cell))
        found = kernel.sum.explanation
        assert found is not None
        expected = float(weights.ravel()[(number * rows + cell[0]) * columns + cell[1]])
        assert found.shown == expected == float(kernel.grid.values[cell])
        assert abs(found.difference) <= 1e-5 * max(np.abs(found.products).sum(), 1e-9)


def test_arrows_walk_the_kernel(gradient: GradientPage, state: State, frame_of: FrameOf, qtbot: QtBot) -> None:
    gradient.show_state(state)
    gradient.show_frame(frame_of(state))
    grid = gradient.kernel.grid
    grid.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(grid, key)
    found = gradient.kernel.sum.explanation
    assert found is not None
    assert found.index == (21, 0, 1, 2)


def test_another_channel_shows_its_own_gradients(gradient: GradientPage, state: State, frame_of: FrameOf) -> None:
    gradient.show_state(state)
    gradient.show_frame(frame_of(state))
    for layer, index in (("conv2", (5, 0, 0)), ("conv1", (7, 3, 3)), ("fc1", (9,))):
        now = replace(state, focus=Focus(layer, index))
        gradient.show_state(now)
        assert gradient.kernel.grid.isVisible() == (layer == "conv2"), "no gradients of another layer"
        frame = frame_of(now)
        assert frame.gradients is not None
        gradient.show_frame(frame)
        shown = gradient.kernel.grid.values
        row = frame.gradients.weights[f"{layer}.weight"][index[0]]
        assert np.array_equal(shown.ravel(), row.ravel()[: shown.size])
    gradient.show_state(replace(state, focus=Focus("pool1", (7, 3, 3))))
    assert not gradient.kernel.isVisible()


def test_a_kernel_without_any_gradient_says_so(
    gradient: GradientPage, state: State, frame_of: FrameOf, pixel: Callable[..., Any]
) -> None:
    frame = frame_of(state)
    stopped = int(frame.maps["fc1"].argmin())
    for layer, index, text in (("fc1", (stopped,), "all 256 are 0"), ("fc2", (4,), "all 200 are 0"), ("fc2", (3,), "")):
        now = replace(state, focus=Focus(layer, index), probe=Probe(gradients=True, target=3))
        gradient.show_state(now)
        gradient.show_frame(frame_of(now))
        assert gradient.kernel.lines[3].text() == text
        assert not gradient.kernel.strip.isVisible()
        assert gradient.kernel.lines[2].text() != "−0"
        if layer == "fc2":
            corner = gradient.kernel.grid.rect().bottomRight()
            assert pixel(gradient.kernel.grid, corner).name() == theme.DARK.line


def test_a_channel_that_is_silent_says_so(value: ValuePage, gradient: GradientPage, state: State) -> None:
    for mark, channel, text in (("muted", 21, "muted"), ("solo", 20, "others are solo"), ("solo", 21, "")):
        now = replace(state, channels=Channels().toggled(mark, "conv2", channel))
        for page in (value, gradient):
            page.show_state(now)
            assert page.silent.text() == (f"{text}: this channel puts out 0" if text else "")
            assert page.silent.isVisible() == bool(text)
            page.show_state(replace(now, focus=Focus("input", (0, 1, 1))))
            assert not page.silent.isVisible()


def test_where_a_pool_sent_the_gradient_and_what_a_relu_stopped(
    gradient: GradientPage, state: State, frame_of: FrameOf
) -> None:
    frame = frame_of(state)
    window = frame.maps["conv1"][4, 9:12, 12:15]
    row, column = divmod(int(window.argmax()), 3)
    gradient.show_frame(frame)
    gradient.show_state(replace(state, focus=Focus("conv1", (4, 9 + row, 12 + column))))
    assert "the largest in 1 of 1 window" in gradient.sum.accessibleDescription()
    other = (row + 1) % 3
    gradient.show_state(replace(state, focus=Focus("conv1", (4, 9 + other, 12 + column))))
    assert "none of 1 window" in gradient.sum.accessibleDescription()
    stopped = tuple(int(i) for i in np.argwhere(frame.maps["pool1"] < 0)[0])
    gradient.show_state(replace(state, focus=Focus("pool1", stopped)))
    assert "stopped: the value was −" in gradient.sum.accessibleDescription()


def test_the_class_is_the_probes(gradient: GradientPage, state: State, frame_of: FrameOf) -> None:
    chosen = replace(state, probe=Probe(target=6, gradients=True), focus=Focus("fc2", (6,)))
    frame = frame_of(chosen)
    gradient.show_state(chosen)
    gradient.show_frame(frame)
    assert gradient.chooser.currentText() == "6"
    assert gradient.sum.explanation is not None
    assert gradient.sum.explanation.total == 1.0
    gradient.show_state(replace(chosen, focus=Focus("fc2", (5,))))
    assert gradient.sum.explanation.total == 0.0
