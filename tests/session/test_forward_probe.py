"""Frames that hold what a probe asks for, and those that nothing is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from convviz.core.attribution import recorded
from convviz.core.network import build
from convviz.session.engine import Engine
from convviz.session.experiment import Focus, State
from convviz.session.forward import Forward
from convviz.session.outbox import Failure, Frame
from convviz.spec.channels import Channels, effective
from convviz.spec.preparation import Preparation
from convviz.spec.probe import Patch, Probe
from convviz.spec.strokes import PAD, Drawing, Stroke

MakeState = Callable[..., State]


def autograd(frame: Frame, layer: str, index: tuple[int, ...]) -> np.ndarray:
    """∂unit/∂input, by a pass through the modules one by one."""
    network = build(frame.state.network, frame.weights)
    x = picture = torch.tensor(frame.maps["input"])[None].requires_grad_()
    for name, module in network.named_children():
        x = module(x)
        if name == layer:
            break
    return torch.autograd.grad(x[0][index], picture)[0][0].numpy()


def test_nothing_asked_nothing_given(make_state: MakeState) -> None:
    frame = Forward().frame(make_state(focus=Focus("conv1", (0, 0, 0))), "cpu")
    assert frame.gradients is None
    assert frame.unit_gradient is None
    assert frame.grid is not None
    assert dict(frame.weights) == dict(frame.state.weights)


@pytest.mark.parametrize("target", [None, 0, 7])
def test_gradients_of_the_score(make_state: MakeState, target: int | None) -> None:
    state = make_state(seed=2, probe=Probe(target=target, gradients=True), focus=Focus("fc2", (3,)))
    frame = Forward().frame(state, "cpu")
    plain = Forward().frame(replace(state, probe=Probe()), "cpu")
    assert frame.gradients is not None
    assert frame.gradients.target == (int(frame.scores.argmax()) if target is None else target)
    assert list(frame.gradients.maps) == list(frame.maps) == list(plain.maps)
    assert set(frame.gradients.weights) == {"fc2.weight", "fc2.bias"}
    for name, values in plain.maps.items():
        assert np.allclose(frame.maps[name], values, rtol=1e-5, atol=1e-6), name
        assert frame.gradients.maps[name].shape == values.shape
        assert frame.gradients.maps[name].dtype == np.float32
    wanted = autograd(plain, "fc2", (frame.gradients.target,))
    assert np.allclose(frame.gradients.maps["input"], wanted, rtol=1e-4, atol=1e-7)
    one_hot = np.eye(10)[frame.gradients.target]
    assert np.array_equal(frame.gradients.maps["fc2"], one_hot)
    assert np.array_equal(frame.gradients.weights["fc2.bias"], one_hot)
    outer = np.outer(one_hot, plain.maps["relu3"])
    assert np.allclose(frame.gradients.weights["fc2.weight"], outer, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "index"),
    [("conv1", (3, 0, 23)), ("relu1", (31, 4, 4)), ("conv2", (5, 2, 3)), ("flatten", (200,)), ("fc2", (9,))],
)
def test_gradient_of_the_selected_unit(make_state: MakeState, layer: str, index: tuple[int, ...]) -> None:
    state = make_state(seed=4, probe=Probe(effective=True), focus=Focus(layer, index))
    frame = Forward().frame(state, "cpu")
    assert frame.gradients is None
    assert frame.unit_gradient is not None
    assert frame.unit_gradient.unit is state.focus
    assert np.allclose(frame.unit_gradient.values, autograd(frame, layer, index), rtol=1e-4, atol=1e-7)


def test_both_at_once_are_each_by_itself(make_state: MakeState) -> None:
    state = make_state(probe=Probe(gradients=True, effective=True), focus=Focus("conv2", (0, 1, 1)))
    both = Forward().frame(state, "cpu")
    gradients = Forward().frame(replace(state, probe=Probe(gradients=True)), "cpu").gradients
    unit = Forward().frame(replace(state, probe=Probe(effective=True)), "cpu").unit_gradient
    assert both.gradients is not None
    assert gradients is not None
    assert both.unit_gradient is not None
    assert unit is not None
    for name, values in gradients.maps.items():
        assert np.array_equal(both.gradients.maps[name], values), name
    assert np.array_equal(both.unit_gradient.values, unit.values)


def test_a_pixel_sees_itself(make_state: MakeState) -> None:
    state = make_state(probe=Probe(effective=True), focus=Focus("input", (0, 5, 6)))
    seen = Forward().frame(state, "cpu").unit_gradient
    assert seen is not None
    assert np.argwhere(seen.values).tolist() == [[0, 5, 6]]
    assert seen.values.max() == 1


def test_a_unit_that_vanished_gives_way_to_the_nearest(make_state: MakeState) -> None:
    state = make_state(probe=Probe(effective=True), focus=Focus("conv1", (99, 99, 99)))
    seen = Forward().frame(state, "cpu").unit_gradient
    assert seen is not None
    assert seen.unit == Focus("conv1", (31, 23, 23))
    gone = replace(state, focus=Focus("conv9", (0, 0, 0)))
    assert Forward().frame(gone, "cpu").unit_gradient is None


def test_silent_channels_have_no_say(make_state: MakeState) -> None:
    channels = Channels().toggled("muted", "conv2", 3)
    state = make_state(probe=Probe(gradients=True), channels=channels)
    frame = Forward().frame(state, "cpu")
    assert frame.gradients is not None
    assert not frame.weights["conv2.weight"][3].any()
    expected = effective(state.network, state.weights, channels)
    assert all(np.array_equal(frame.weights[name], expected[name]) for name in expected)


def test_a_patch_lies_over_the_input(make_state: MakeState) -> None:
    state = make_state(seed=1)
    patch = Patch(10, 12, 5, 4, 0.5)
    forward = Forward()
    plain = forward.frame(state, "cpu")
    covered = forward.frame(replace(state, probe=Probe(patch=patch)), "cpu")
    assert np.array_equal(covered.maps["input"], patch.over(plain.maps["input"]))
    network = build(state.network, state.weights)
    scores = network(torch.tensor(covered.maps["input"])[None])[0].detach().numpy()
    assert np.allclose(covered.scores, scores, rtol=1e-5, atol=1e-6)
    again = forward.frame(state, "cpu")
    assert np.array_equal(again.maps["input"], plain.maps["input"])


def test_the_untouched_network_sees_the_patch_as_well(make_state: MakeState) -> None:
    state = make_state(seed=1)
    edited = replace(state, weights=state.weights.replaced("fc2.bias", state.weights["fc2.bias"] + 1))
    edited = replace(edited, origin=state.origin)
    forward = Forward()
    for top in range(0, 28, 9):
        frame = forward.frame(replace(edited, probe=Probe(patch=Patch(top, 8, 9, 12, 1.0))), "cpu")
        changes = frame.score_changes
        assert changes is not None
        assert np.allclose(changes, 1, atol=1e-5)


@pytest.mark.parametrize(
    "steps", [Preparation(), Preparation(crop=False, fit=False, centre=False), Preparation(centre=False)]
)
def test_the_grid_says_where_the_pixels_lie_on_the_pad(make_state: MakeState, steps: Preparation) -> None:
    centre = np.array([70.0, 190.0])  # (x, y) on the pad, a dot that lies apart
    strokes = (Stroke(np.array([[150.0, 60.0], [200.0, 90.0]]), 18.0), Stroke(centre[None], 18.0))
    frame = Forward().frame(make_state(drawing=Drawing(strokes), preparation=steps), "cpu")
    assert frame.grid is not None
    values = frame.maps["input"][0]
    y, x = (frame.grid[:2] + frame.grid.pixel * (np.arange(28)[:, None] + 0.5)).T
    dot = values * ((x[None, :] < 110) & (y[:, None] > 140))
    assert dot.sum() > 0.5
    assert abs((dot.sum(0) @ x) / dot.sum() - centre[0]) < 0.25 * frame.grid.pixel
    assert abs((dot.sum(1) @ y) / dot.sum() - centre[1]) < 0.25 * frame.grid.pixel


def test_the_grid_of_the_whole_pad_is_the_pad(make_state: MakeState) -> None:
    off = Preparation(crop=False, fit=False, centre=False)
    for drawing in (make_state().drawing, Drawing(base=np.ones((50, 50), np.float32)), Drawing()):
        grid = Forward().frame(make_state(drawing=drawing, preparation=off), "cpu").grid
        assert grid == pytest.approx((0, 0, PAD / 28))


def test_the_grid_of_a_wide_picture_is_that_of_the_pad_around_it(make_state: MakeState) -> None:
    base = np.ones((20, 50), np.float32)  # on the pad: rows 84 to 196, all columns; cropped it has nothing around
    grid = Forward().frame(make_state(drawing=Drawing(base=base)), "cpu").grid
    assert grid == pytest.approx((140 - 14 * 14, 140 - 14 * 14, 14))  # its 50 columns, 280 units, become 20 pixels


def test_without_gradients_the_frame_comes_and_the_reason_once(
    make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("not implemented for 'Quaternion'\nmore")

    monkeypatch.setattr(recorded, "_gradient", fails)
    engine = Engine()
    for seed in range(3):
        engine.show(make_state(seed=seed, probe=Probe(gradients=True)))
        engine.step()
        frame, messages = engine.outbox.take()
        assert frame is not None
        assert frame.gradients is None
        assert np.isfinite(frame.scores).all()
        told = [message.text for message in messages if isinstance(message, Failure)]
        assert told == (
            ["cpu cannot compute gradients of this network (not implemented for 'Quaternion'); "
             "the activations are shown without them"] if seed == 0 else []
        )  # fmt: skip


def test_not_a_number_has_gradients_without_a_warning(make_state: MakeState) -> None:
    state = make_state(probe=Probe(gradients=True, effective=True), focus=Focus("conv2", (0, 0, 0)))
    kernel = state.weights["conv1.weight"].copy()
    kernel[0, 0, 0, 0] = np.nan
    frame = Forward().frame(replace(state, weights=state.weights.replaced("conv1.weight", kernel)), "cpu")
    assert frame.gradients is not None
    assert frame.gradients.target == 0
    assert frame.unit_gradient is not None


def test_a_frame_is_not_touched_by_later_ones(make_state: MakeState) -> None:
    forward = Forward()
    probe = Probe(gradients=True, effective=True)
    frame = forward.frame(make_state(seed=1, probe=probe, focus=Focus("conv2", (0, 0, 0))), "cpu")
    assert frame.gradients is not None
    assert frame.unit_gradient is not None
    arrays = [*frame.gradients.maps.values(), *frame.gradients.weights.values(), frame.unit_gradient.values]
    kept = [array.copy() for array in arrays]
    forward.frame(make_state(seed=2, probe=probe, focus=Focus("conv2", (1, 1, 1))), "cpu")
    assert all(np.array_equal(a, b) for a, b in zip(arrays, kept, strict=True))


def test_gradients_of_weights_are_those_of_the_selected_layer(make_state: MakeState) -> None:
    """All of them may take gigabytes; only the selected layer's are looked at."""
    state = make_state(probe=Probe(gradients=True), focus=Focus("conv2", (0, 0, 0)))
    found = Forward().frame(state, "cpu").gradients
    assert found is not None
    assert {name: array.shape for name, array in found.weights.items()} == {
        "conv2.weight": (64, 32, 5, 5),
        "conv2.bias": (64,),
    }
    assert set(found.maps) == {"input", *(layer.id for layer in state.network)}
