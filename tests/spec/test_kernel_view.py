"""Kernels as slices: with them a person could compute the layer by hand, as torch does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convviz.core.network import build
from convviz.spec.adapt import adapt
from convviz.spec.kernel_view import WIDEST, KernelView, kernel_view, with_bias, with_kernel
from convviz.spec.network import Conv2d, Dropout, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.preparation import Preparation
from convviz.spec.state import State
from convviz.spec.strokes import Drawing
from convviz.spec.weight_edit import WeightEdit
from convviz.spec.weights import initial

SPEC = NetworkSpec(
    "views",
    (2, 6, 7),
    (
        Conv2d("conv1", 4, (3, 2)),
        ReLU("relu1"),
        Conv2d("conv2", 6, (2, 3), groups=2, bias=False),
        Flatten("flatten"),
        ReLU("relu2"),
        Dropout("dropout"),
        Linear("fc1", 7),
        ReLU("relu3"),
        Linear("fc2", 3, bias=False),
    ),
)


def state_of(spec: NetworkSpec) -> State:
    return State(spec, initial(spec, 2), Drawing(), Preparation())


def view_of(state: State, layer: str, channel: int) -> KernelView:
    view = kernel_view(state, layer, channel)
    assert view is not None
    return view


def test_slices_times_maps_are_what_torch_computes() -> None:
    """At one position: Σ slice · (the maps from ``first`` on) + bias."""
    state = state_of(SPEC)
    values = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 2, 6, 7)).astype(np.float32))
    maps = values[0].numpy()
    with torch.inference_mode():
        for layer, module in zip(SPEC, build(SPEC, state.weights), strict=True):
            output = module(values)
            for channel in range(getattr(layer, "out_channels", getattr(layer, "out_features", 0))):
                view = view_of(state, layer.id, channel)
                count, height, width = view.values.shape
                grid = (
                    maps
                    if maps.ndim == 3
                    else np.append(maps, np.zeros(height * width - maps.size)).reshape(count, height, width)
                )
                seen = grid[view.first : view.first + count, :height, :width]
                found = float((view.values * seen).sum()) + (view.bias or 0.0)
                assert found == pytest.approx(float(output[0, channel].flatten()[0]), abs=1e-5)
            values = output
            shaped = output.ndim == 4 or isinstance(layer, Linear)
            if shaped:
                maps = output[0].numpy()
            elif not isinstance(layer, Flatten):
                maps = output[0].numpy().reshape(maps.shape)  # of the maps, though they lie in a row


def test_what_each_view_says_of_itself() -> None:
    state = state_of(SPEC)
    expected = {
        "conv1": ((2, 3, 2), 6, "input", 0),
        "conv2": ((2, 2, 3), 6, "relu1", 2),
        "fc1": ((6, 3, 4), 12, "dropout", 0),
        "fc2": ((1, 1, 7), 7, "relu3", 0),
    }
    for layer, (shape, cells, reads, first) in expected.items():
        channel = 5 if layer == "conv2" else 2
        view = view_of(state, layer, channel)
        assert (view.values.shape, view.cells, view.reads, view.first) == (shape, cells, reads, first)
        assert (view.layer, view.channel) == (layer, channel)
        assert (view.bias is None) == (layer in ("conv2", "fc2"))


@given(st.sampled_from(["conv1", "conv2", "fc1", "fc2"]), st.integers(0, 2), st.data())
def test_a_cell_of_the_view_is_one_weight(layer: str, channel: int, data: st.DataObject) -> None:
    state = state_of(SPEC)
    view = view_of(state, layer, channel)
    values = view.values.copy()
    at = data.draw(st.integers(0, values.size - 1))
    values.ravel()[at] = data.draw(st.sampled_from([np.float32(v) for v in (np.nan, np.inf, -0.0, 3.5)]))
    weights = with_kernel(state.weights, view, values)
    edit = WeightEdit.between(state.weights, weights)
    assert list(edit.cells) == [f"{layer}.weight"]
    assert edit.cells[f"{layer}.weight"].at.tolist() == [channel * values.size + at]
    again = view_of(replace(state, weights=weights), layer, channel)
    assert again.values.tobytes() == values.tobytes()
    assert again.original is not None
    assert again.original.tobytes() == view.values.tobytes()


@given(st.integers(1, 700))
def test_features_are_wrapped_into_rows(count: int) -> None:
    """Every number of them, primes too: no row wider than the editor, blank cells only in the last row."""
    layers = (Flatten("flatten"), Linear("fc1", count), Linear("fc2", 2))
    spec = NetworkSpec("wrap", (1, 1, 1), layers)
    state = state_of(spec)
    view = view_of(state, "fc2", 1)
    slices, rows, columns = view.values.shape
    assert (slices, view.cells) == (1, count)
    assert columns <= min(WIDEST, count)
    assert (rows - 1) * columns < count <= rows * columns
    row = state.weights["fc2.weight"][1]
    np.testing.assert_array_equal(view.values.ravel()[:count], row)
    assert not view.values.ravel()[count:].any()
    doubled = with_kernel(state.weights, view, view.values * 2 + 1)  # blank cells are painted over too
    np.testing.assert_array_equal(doubled["fc2.weight"], np.stack([state.weights["fc2.weight"][0], row * 2 + 1]))


def test_a_bias_is_set_and_its_original_stays() -> None:
    state = state_of(SPEC)
    view = view_of(state, "fc1", 6)
    edited = replace(state, weights=with_bias(state.weights, view, -2.5))
    again = view_of(edited, "fc1", 6)
    assert again.bias == -2.5
    assert again.original_bias == view.bias
    changed = WeightEdit.between(state.weights, edited.weights).cells
    assert [(name, cells.at.tolist()) for name, cells in changed.items()] == [("fc1.bias", [6])]


def test_values_cannot_be_written_to() -> None:
    view = view_of(state_of(SPEC), "conv1", 0)
    with pytest.raises(ValueError, match="read-only"):
        view.values[0, 0, 0] = 1


def test_another_shape_has_no_original() -> None:
    state = state_of(SPEC)
    network = SPEC.with_layer(replace(SPEC["conv1"], kernel=(5, 2), padding=(1, 0), out_channels=6))  # type: ignore[call-arg]
    weights, kept = adapt(SPEC, state.weights, network)
    changed = replace(state, network=network, weights=weights, kept=kept)
    view = view_of(changed, "conv1", 5)
    assert view.original is None
    assert view.original_bias is None  # there was no channel 5
    assert view_of(changed, "fc1", 5).original is not None


@pytest.mark.parametrize(("layer", "channel"), [("relu1", 0), ("gone", 0), ("conv1", 4), ("conv1", -1), ("fc2", 3)])
def test_where_there_is_no_kernel(layer: str, channel: int) -> None:
    assert kernel_view(state_of(SPEC), layer, channel) is None
