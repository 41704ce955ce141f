"""From a State to a Frame: the same numbers as torch and the command line give, whatever came before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch.nn import functional

from convviz.core.network import build
from convviz.session.experiment import State
from convviz.session.forward import Forward
from convviz.session.reader import DrawingRead, read
from convviz.spec.errors import InputError
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.strokes import Canvas, Drawing, Stroke
from convviz.spec.weights import Weights, initial

MakeState = Callable[..., State]


def lecture_by_hand(weights: Weights, picture: NDArray[np.float32]) -> dict[str, torch.Tensor]:
    """The lecture's forward pass written out, with nothing but torch's functions."""
    w = {name: torch.tensor(array) for name, array in weights.items()}
    x = torch.tensor(picture)[None]
    out: dict[str, torch.Tensor] = {}
    out["conv1"] = x = functional.conv2d(x, w["conv1.weight"], w["conv1.bias"])
    out["pool1"] = x = functional.max_pool2d(x, 3)
    out["relu1"] = x = x.clamp(min=0)
    out["conv2"] = x = functional.conv2d(x, w["conv2.weight"], w["conv2.bias"])
    out["pool2"] = x = functional.max_pool2d(x, 2)
    out["relu2"] = x = x.clamp(min=0)
    out["flatten"] = x = x.reshape(1, -1)
    out["fc1"] = x = x @ w["fc1.weight"].T + w["fc1.bias"]
    out["relu3"] = x = x.clamp(min=0)
    out["fc2"] = x @ w["fc2.weight"].T + w["fc2.bias"]
    return {name: value[0] for name, value in out.items()}


def same(a: Any, b: Any) -> bool:
    return bool(np.allclose(np.asarray(a), np.asarray(b), rtol=1e-4, atol=1e-5))


@pytest.mark.parametrize(
    "steps",
    [Preparation(), Preparation(crop=False), Preparation(fit=False, centre=False), Preparation(smooth=False)],
)
def test_maps_equal_a_forward_pass_by_hand(make_state: MakeState, steps: Preparation) -> None:
    state = make_state(seed=3, preparation=steps)
    frame = Forward().frame(state, "cpu")
    picture = prepare(Canvas().show(state.drawing), steps).result[None]  # (1, 28, 28)
    assert np.array_equal(frame.maps["input"], picture)
    by_hand = lecture_by_hand(state.weights, picture)
    assert list(frame.maps) == ["input", *by_hand]
    for name, values in by_hand.items():
        assert frame.maps[name].dtype == np.float32
        assert same(frame.maps[name], values), name
    assert same(frame.probabilities, torch.softmax(by_hand["fc2"], 0))
    assert set(frame.layer_ms) == set(by_hand)
    assert all(ms >= 0 for ms in frame.layer_ms.values())
    assert frame.state is state
    assert frame.device == "cpu"
    assert frame.latency_ms > 0


def test_the_order_of_states_does_not_matter(make_state: MakeState, networks: dict[str, Any]) -> None:
    other = {name: initial(spec, 9) for name, (spec, _) in networks.items()}
    states = [make_state(name, seed) for name in networks for seed in range(2)]
    states += [make_state(name, 1, weights=other[name]) for name in networks]
    states += [make_state(drawing=Drawing())]
    reused = Forward()
    for i in np.random.default_rng(0).integers(len(states), size=40):
        frame, fresh = reused.frame(states[i], "cpu"), Forward().frame(states[i], "cpu")
        assert frame.maps.keys() == fresh.maps.keys()
        for name, values in fresh.maps.items():
            assert np.array_equal(frame.maps[name], values), name
        for name, values in fresh.steps.items():
            assert np.array_equal(frame.steps[name], values), name


def test_a_frame_is_not_touched_by_later_ones(make_state: MakeState) -> None:
    forward = Forward()
    frame = forward.frame(make_state(seed=1), "cpu")
    kept = {name: values.copy() for name, values in (frame.maps | frame.steps).items()}
    forward.frame(make_state(seed=2, weights=initial(frame.state.network, 5)), "cpu")
    forward.frame(make_state("lenet5", seed=2), "cpu")
    for name, values in kept.items():
        assert np.array_equal((frame.maps | frame.steps)[name], values), name


def test_one_changed_kernel_reaches_the_scores(make_state: MakeState) -> None:
    forward = Forward()
    before = make_state()
    old = forward.frame(before, "cpu")
    kernel = before.weights["conv1.weight"].copy()
    kernel[7] = 0
    new = forward.frame(replace(before, weights=before.weights.replaced("conv1.weight", kernel)), "cpu")
    changed = np.flatnonzero(np.abs(new.maps["conv1"] - old.maps["conv1"]).max(axis=(1, 2)))
    assert changed.tolist() == [7]
    assert np.all(new.maps["conv1"][7] == before.weights["conv1.bias"][7])
    assert not np.array_equal(new.probabilities, old.probabilities)


def test_wrong_weights_leave_what_was_there(make_state: MakeState, networks: dict[str, Any]) -> None:
    forward = Forward()
    good = make_state()
    first = forward.frame(good, "cpu")
    for wrong in (make_state(weights=networks["lenet5"][1]), make_state("lenet5", weights=networks["lecture"][1])):
        with pytest.raises(InputError, match=r"conv1\.weight"):
            forward.frame(wrong, "cpu")
        again = forward.frame(good, "cpu")
        assert all(np.array_equal(again.maps[name], values) for name, values in first.maps.items())


def test_not_a_number_comes_through(make_state: MakeState) -> None:
    state = make_state()
    kernel = state.weights["conv1.weight"].copy()
    kernel[0, 0, 0, 0] = np.nan
    frame = Forward().frame(replace(state, weights=state.weights.replaced("conv1.weight", kernel)), "cpu")
    assert np.isnan(frame.maps["conv1"][0]).all()
    assert np.isfinite(frame.maps["conv1"][1:]).all()
    assert np.isnan(frame.probabilities).all()


def test_a_network_with_an_input_that_is_not_square_is_refused() -> None:
    spec = NetworkSpec("wide", (1, 20, 32), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc", 3)))
    state = State(spec, initial(spec), Drawing((Stroke(np.array([[50, 50], [200, 200]])),)), Preparation())
    with pytest.raises(InputError, match="wide takes inputs of 20×32"):
        Forward().frame(state, "cpu")


def test_a_network_of_three_channels_sees_the_ink_three_times() -> None:
    spec = NetworkSpec("colour", (3, 32, 32), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc", 3)))
    state = State(spec, initial(spec), Drawing((Stroke(np.array([[50, 50], [200, 200]])),)), Preparation())
    values = Forward().frame(state, "cpu").maps["input"]
    assert values.shape == (3, 32, 32)
    assert values.max() > 0
    assert np.array_equal(values[0], values[1])
    assert np.array_equal(values[0], values[2])


@pytest.mark.parametrize("side", [28, 100, 560, 1500])
def test_a_picture_gives_what_predict_gives(make_state: MakeState, tmp_path: Path, side: int) -> None:
    from convviz.cli.predict import Digits

    picture = Image.new("L", (side, side), 255)
    ImageDraw.Draw(picture).line([(side * 0.4, side * 0.2), (side * 0.6, side * 0.8)], 0, max(side // 12, 2))
    path = tmp_path / "digit.png"
    picture.save(path)
    state = make_state()
    opened = read(path)
    assert isinstance(opened, DrawingRead)
    frame = Forward().frame(replace(state, drawing=opened.drawing), "cpu")
    network = build(state.network, state.weights)
    predicted = Digits(state.network, network, state.network.classes, state.preparation).of_picture(path)
    assert np.allclose(frame.probabilities, predicted, atol=1e-6)


def test_an_mnist_digit_without_preparation_arrives_as_it_is(make_state: MakeState) -> None:
    digit = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    off = Preparation(crop=False, fit=False, centre=False)
    frame = Forward().frame(make_state(drawing=Drawing(base=digit), preparation=off), "cpu")
    assert np.allclose(frame.maps["input"][0], digit, atol=1e-6)


def test_strokes_on_a_picture_add_ink(make_state: MakeState) -> None:
    base = np.zeros((28, 28), np.float32)
    base[5:20, 10:14] = 1
    forward = Forward()
    off = Preparation(crop=False, fit=False, centre=False)
    plain = forward.frame(make_state(drawing=Drawing(base=base), preparation=off), "cpu").maps["input"]
    stroke = Stroke(np.array([[200.0, 200.0], [240.0, 240.0]]))
    more = forward.frame(make_state(drawing=Drawing((stroke,), base), preparation=off), "cpu").maps["input"]
    assert np.abs(more - plain)[0, :19, :19].max() < 0.5, "the picture is sampled twice now, but stays where it was"
    assert np.abs(more - plain)[0, 6:19, 11:13].max() < 0.01
    assert more[0, 20:, 20:].max() > 0.9
    assert plain[0, 20:, 20:].max() == 0


def test_png_bytes_are_ink_whatever_their_polarity(make_state: MakeState) -> None:
    from convviz.spec.picture import ink, load

    frames = []
    for background, pen in ((255, 0), (0, 255)):
        picture = Image.new("L", (60, 60), background)
        ImageDraw.Draw(picture).rectangle((25, 10, 32, 50), pen)
        file = BytesIO()
        picture.save(file, "PNG")
        drawing = Drawing(base=ink(load(file.getvalue())))
        frames.append(Forward().frame(make_state(drawing=drawing), "cpu"))
    assert np.array_equal(frames[0].maps["input"], frames[1].maps["input"])
