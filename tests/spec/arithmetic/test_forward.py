"""Explained values against what torch computed, for every layer type."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from convviz.core.network import build
from convviz.core.trace import trace
from convviz.spec.arithmetic import explain
from convviz.spec.errors import InputError
from convviz.spec.network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Sigmoid,
)
from convviz.spec.presets import lecture
from convviz.spec.weights import Weights, initial

NETWORKS_DRAWN = 400


@pytest.mark.parametrize("part", range(4))
def test_sums_are_torchs_and_every_term_is_a_unit_of_the_layer_before(
    part: int, drawing: Callable, choosing: Callable
) -> None:
    for seed in range(part, NETWORKS_DRAWN, 4):
        rng, run = np.random.default_rng(seed), drawing(seed)
        for layer, values in run.maps.items():
            for _ in range(3):
                found = explain(run.network, run.weights, run.maps, layer, choosing(rng, values.shape))
                assert found.shown == values[found.index]
                run.explained(found)
                assert_terms_lie_in(run.maps, found)


@pytest.mark.parametrize("kind", [Conv2d, MaxPool2d, AvgPool2d])
def test_every_unit_of_windows_at_all_borders(kind: type, drawing: Callable) -> None:
    for seed in range(1000, 1008):
        run = drawing(seed, (kind,))
        for layer, values in run.maps.items():
            for index in list(np.ndindex(values.shape))[:300]:
                run.explained(explain(run.network, run.weights, run.maps, layer, index))


def assert_terms_lie_in(maps: dict[str, np.ndarray], found) -> None:
    assert len(found.labels) == found.values.shape[0]
    for part, i, j in product(*map(range, found.values.shape)):
        source = found.source_of(part, i, j)
        if source is None:
            assert found.values[part, i, j] == (-np.inf if found.kind == "max" else 0)
        else:
            assert maps[source[0]][source[1]] == found.values[part, i, j]


def test_a_score_is_followed_down_to_pixels(drawing: Callable) -> None:
    """One term after another, always the one that adds most: each is the value that the next one explains."""
    for seed in range(50):
        run = drawing(seed)
        layer = next(reversed(run.maps))
        unit = (layer, tuple(0 for _ in run.maps[layer].shape))
        for _ in range(len(run.maps)):
            found = explain(run.network, run.weights, run.maps, *unit)
            if found.kind == "picture":
                break
            cells = list(product(*map(range, found.values.shape)))
            places = [cell for cell in cells if found.source_of(*cell) is not None]
            if not places:
                break
            cell = max(places, key=lambda cell: abs(found.products[cell]))
            unit = found.source_of(*cell)
            assert explain(run.network, run.weights, run.maps, *unit).shown == found.values[cell]


def test_a_row_of_weights_lies_as_the_maps_it_came_from() -> None:
    network, picture = lecture(), np.random.default_rng(0).random((1, 28, 28), np.float32)
    weights = initial(network)
    maps = {"input": picture, **trace(build(network, weights), picture).maps}
    found = explain(network, weights, maps, "fc1", (7,))
    assert found.values.shape == (64, 2, 2)
    assert found.labels[18] == "relu2[18]"
    assert found.values[18].tolist() == maps["relu2"][18].tolist()
    assert found.weights[18].ravel().tolist() == weights["fc1.weight"][7, 72:76].tolist()
    assert found.source_of(18, 1, 0) == ("flatten", (74,))
    one_down = explain(network, weights, maps, "flatten", (74,))
    assert one_down.source_of(0, 0, 0) == ("relu2", (18, 1, 0))
    mixed = explain(network, weights, maps, "fc2", (3,))  # no maps any more
    assert mixed.values.shape == (200, 1, 1)
    assert mixed.labels[5] == "relu3[5]"
    assert np.abs(mixed.subtotals)[mixed.order].tolist() == sorted(np.abs(mixed.subtotals), reverse=True)


def test_layers_that_keep_the_order_keep_the_layout(running: Callable, weighing: Callable) -> None:
    network = NetworkSpec(
        "",
        (2, 3, 4),
        (
            ReLU("relu1"),
            Flatten("flatten"),
            Dropout("drop1"),
            Flatten("again"),
            Linear("fc1", 2),
            Linear("fc2", 2),
        ),
    )
    run = running(network, weighing(network, np.random.default_rng(0)), np.ones((2, 3, 4), np.float32))
    found = explain(network, run.weights, run.maps, "fc1", (0,))
    assert (found.source, found.values.shape, found.labels) == ("again", (2, 3, 4), ("relu1[0]", "relu1[1]"))
    assert explain(network, run.weights, run.maps, "fc2", (0,)).labels == ("fc1[0]", "fc1[1]")


def test_mirrored_padding_names_where_the_value_really_is(running: Callable) -> None:
    picture = np.arange(9, dtype=np.float32).reshape(1, 3, 3)
    for mode, rows in (
        ("reflect", (1, 0, 1)),
        ("replicate", (0, 0, 1)),
        ("circular", (2, 0, 1)),
        ("zeros", (None, 0, 1)),
    ):
        network = NetworkSpec(
            "", (1, 3, 3), (Conv2d("conv1", 1, (3, 3), padding=(1, 1), padding_mode=mode, bias=False),)
        )
        run = running(network, Weights({"conv1.weight": np.ones((1, 1, 3, 3))}), picture)
        found = explain(network, run.weights, run.maps, "conv1", (0, 0, 0))
        assert (found.rows, found.columns) == (rows, rows)


def test_written_out(running: Callable) -> None:
    network = NetworkSpec(
        "",
        (1, 1, 4),
        (BatchNorm2d("norm1"), ReLU("relu1"), MaxPool2d("pool1", (1, 2)), AvgPool2d("pool2", (1, 2)), Sigmoid("s")),
    )
    arrays = {"weight": [1.2], "bias": [0.3], "running_mean": [0.12], "running_var": [0.04]}
    weights = Weights({f"norm1.{name}": np.array(array) for name, array in arrays.items()})
    run = running(network, weights, np.array([[[0.31, -0.2, 0.12, 0.1]]], np.float32))

    def says(layer: str, column: int = 0) -> str:
        return explain(network, weights, run.maps, layer, (0, 0, column)).numbers

    assert says("norm1") == "(0.31 − 0.12) / √(0.04 + 1e−05) · 1.2 + 0.3 = 1.44"
    assert says("norm1", 1) == "(−0.2 − 0.12) / √(0.04 + 1e−05) · 1.2 + 0.3 = −1.62"
    assert says("relu1", 1) == "max(0, −1.62) = 0"
    assert says("pool1") == "max(1.44, 0) = 1.44"
    assert says("pool2") == "(1.44 + 0.3) / 2 = 0.8699"
    assert says("s") == "1 / (1 + exp(−0.8699)) = 0.7047"


@pytest.mark.parametrize("seed", range(30))
def test_the_largest_is_the_one_torch_picks_also_among_equals_and_nan(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.choice([-2.0, -1.0, 0.0, np.nan if seed % 2 else 1.0, -np.inf], (1, 7, 7)).astype(np.float32)
    layer = MaxPool2d("pool1", (3, 2), (2, 1), (1, 1), (1, 2), ceil_mode=bool(seed % 3))
    network = NetworkSpec("", (1, 7, 7), (layer,))
    values, places = F.max_pool2d(
        torch.tensor(picture), (3, 2), (2, 1), (1, 1), (1, 2), layer.ceil_mode, return_indices=True
    )
    maps = {"input": picture, "pool1": values.numpy()}
    for index in np.ndindex(values.shape):
        found = explain(network, {}, maps, "pool1", index)
        assert found.chosen is not None
        _, (_, row, column) = found.source_of(0, *found.chosen)
        assert row * 7 + column == places[index]
        np.testing.assert_equal(found.total, found.shown)


def test_numbers_that_are_not_finite_flow_through(drawing: Callable, choosing: Callable) -> None:
    for seed in range(60):
        rng, run = np.random.default_rng(seed), drawing(seed)
        for bad in (np.nan, np.inf, -np.inf):
            maps = {name: np.where(rng.random(array.shape) < 0.3, bad, array) for name, array in run.maps.items()}
            maps = {name: array.astype(np.float32) for name, array in maps.items()}
            for layer, values in maps.items():
                found = explain(run.network, run.weights, maps, layer, choosing(rng, values.shape))
                assert found.subtotals[found.order].shape == found.subtotals.shape
                assert isinstance(found.difference, float)


def test_nan_where_torch_has_nan(weighing: Callable) -> None:
    layers = (
        Conv2d("conv1", 2, (2, 2)),
        ReLU("relu1"),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 2),
    )
    network = NetworkSpec("", (1, 5, 5), layers)
    weights = weighing(network, np.random.default_rng(0))
    picture = np.ones((1, 5, 5), np.float32)
    picture[0, 0, 0] = np.nan
    maps = {"input": picture, **trace(build(network, weights), picture).maps}
    for layer, values in maps.items():
        for index in np.ndindex(values.shape):
            assert np.isnan(explain(network, weights, maps, layer, index).total) == np.isnan(values[index])


def test_an_activation_in_place_does_not_hide_what_came_before() -> None:
    network, picture = lecture(), np.random.default_rng(1).random((1, 28, 28), np.float32)
    weights = initial(network)
    module = build(network, weights)
    for layer in ("relu1", "relu2", "relu3"):
        module.get_submodule(layer).inplace = True
    maps = {"input": picture, **trace(module, picture).maps}
    index = tuple(np.argwhere(maps["pool1"] < 0)[0])
    found = explain(network, weights, maps, "relu1", index)
    assert found.values.item() < 0
    assert (found.total, found.difference) == (0, 0)


def test_refused_in_one_sentence(running: Callable, weighing: Callable) -> None:
    network = NetworkSpec("small", (1, 4, 4), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc1", 2)))
    run = running(network, weighing(network, np.random.default_rng(0)), np.ones((1, 4, 4), np.float32))

    def refused(says: str, layer: str, index: tuple[int, ...], maps=run.maps, weights=run.weights) -> None:
        with pytest.raises(InputError, match=says) as caught:
            explain(network, weights, maps, layer, index)
        assert "\n" not in str(caught.value)

    refused("no layer 'conv9'", "conv9", (0, 0, 0))
    refused("conv1 has 2×2×2 values, and none at .2, 0, 0.", "conv1", (2, 0, 0))
    refused("none at .-1, 0, 0.", "conv1", (-1, 0, 0))
    refused("none at .0.", "conv1", (0,))
    refused("none at .0, 4, 0.", "input", (0, 4, 0))
    refused("there are no values of input", "conv1", (0, 0, 0), {"conv1": run.maps["conv1"]})
    refused("the values of conv1 are 1×2×2, but", "conv1", (0, 0, 0), {**run.maps, "conv1": run.maps["conv1"][:1]})
    refused("the values of fc1.weight are 1×8, but", "fc1", (0,), weights={"fc1.weight": np.ones((1, 8), np.float32)})
    too_large = NetworkSpec("", (1, 4, 4), (Conv2d("conv1", 2, (9, 9)),))
    with pytest.raises(InputError, match="does not fit"):
        explain(too_large, run.weights, run.maps, "conv1", (0, 0, 0))
