"""Explained gradients of units against autograd, for every layer type."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from convviz.spec.arithmetic import Explanation, explain_gradient
from convviz.spec.errors import InputError
from convviz.spec.network import (
    AvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Tanh,
)
from convviz.spec.presets import lecture
from convviz.spec.weights import Weights, initial

NETWORKS_DRAWN = 400


def gradient(run, layer: str, index: tuple[int, ...], **more: object) -> Explanation:
    return explain_gradient(run.network, run.weights, run.maps, run.gradients, layer, index, **more)


@pytest.mark.parametrize("part", range(4))
def test_sums_are_autograds_and_every_term_is_a_unit_of_the_layer_after(
    part: int, drawing: Callable, choosing: Callable
) -> None:
    for seed in range(part, NETWORKS_DRAWN, 4):
        rng, run = np.random.default_rng(seed), drawing(seed)
        for layer, values in run.gradients.items():
            for _ in range(3):
                found = gradient(run, layer, choosing(rng, values.shape), target=run.target)
                assert found.shown == values[found.index]
                run.explained(found)
                assert len(found.labels) == found.values.shape[0]
                if found.source:
                    assert found.names[0] == f"gradients of {found.source}"
                for part, i, j in product(*map(range, found.values.shape)):
                    after, place = found.source_of(part, i, j)
                    assert run.gradients[after][place] == found.values[part, i, j]


@pytest.mark.parametrize("kind", [Conv2d, MaxPool2d, AvgPool2d])
def test_every_unit_under_windows_at_all_borders(kind: type, drawing: Callable) -> None:
    for seed in range(1000, 1008):
        run = drawing(seed, (kind,))
        for layer, values in run.gradients.items():
            for index in list(np.ndindex(values.shape))[:300]:
                run.explained(gradient(run, layer, index, target=run.target))


def test_lecture(running: Callable, choosing: Callable) -> None:
    rng, network = np.random.default_rng(0), lecture()
    run = running(network, initial(network), rng.random((1, 28, 28), np.float32), 3)
    for layer, values in run.gradients.items():
        for _ in range(20):
            run.explained(gradient(run, layer, choosing(rng, values.shape)))
    assert gradient(run, "fc2", (3,)).total == 1
    assert gradient(run, "fc2", (4,)).total == 0
    conv = gradient(run, "relu1", (5, 4, 4))
    assert conv.values.shape == (64, 4, 4)  # each of the 64 channels reads it at 4 × 4 positions
    assert conv.labels[63] == "conv2[63]"
    assert gradient(run, "relu1", (5, 0, 7)).values.shape == (64, 1, 1)  # a corner only once


def test_written_out(running: Callable) -> None:
    layers = (
        LeakyReLU("leaky1", 0.1),
        ReLU("relu1"),
        MaxPool2d("pool1", (1, 2), (1, 1)),
        Tanh("tanh1"),
        Dropout("drop1"),
        Flatten("flatten"),
        Linear("fc1", 1, bias=False),
    )
    network = NetworkSpec("", (1, 1, 4), layers)
    run = running(network, Weights({"fc1.weight": np.array([[2, 3, 4]])}), np.array([[[-8, 1, 0.5, 0.25]]], np.float32))

    def says(layer: str, *index: int) -> str:
        return gradient(run, layer, index).numbers

    assert says("flatten", 1) == "3"
    assert says("pool1", 0, 0, 2) == "4 · (1 − tanh² 0.5) = 3.146"
    assert says("relu1", 0, 0, 1) == "the largest in 2 of 2 windows: 2.1"
    assert says("relu1", 0, 0, 3) == "the largest in none of 1 window: 0"
    assert says("leaky1", 0, 0, 0) == "stopped: the value was −0.8"
    assert says("leaky1", 0, 0, 1) == "passed: the value was 1"
    assert says("input", 0, 0, 0) == "0 · 0.1 = 0"
    assert gradient(run, "tanh1", (0, 0, 1)).kind == gradient(run, "drop1", (0, 0, 1)).kind == "copy"


def test_a_pixel_that_nothing_reads_has_no_terms(running: Callable) -> None:
    network = NetworkSpec("", (1, 4, 4), (Conv2d("conv1", 2, (2, 2), (3, 3), bias=False),))
    run = running(network, initial(network), np.ones((1, 4, 4), np.float32))
    found = gradient(run, "input", (0, 2, 2))
    assert (found.values.size, found.total, found.shown) == (0, 0, 0)
    assert found.numbers == "no unit of conv1 reads it: 0"
    assert found.order.shape == found.subtotals.shape


def test_what_a_gate_stops_is_0_even_where_it_is_not_finite(running: Callable) -> None:
    network = NetworkSpec("", (1, 1, 2), (ReLU("relu1"), MaxPool2d("pool1", (1, 2)), Flatten("flatten")))
    run = running(network, Weights({}), np.array([[[-1, 2]]], np.float32))
    for bad in (np.nan, np.inf):
        run.gradients["pool1"][:] = run.gradients["relu1"][:] = bad
        for found in (gradient(run, "relu1", (0, 0, 0)), gradient(run, "input", (0, 0, 0))):
            assert (found.total, found.products.sum()) == (0, 0)
        np.testing.assert_equal(gradient(run, "relu1", (0, 0, 1)).total, bad)


def test_numbers_that_are_not_finite_flow_through(drawing: Callable, choosing: Callable) -> None:
    for seed in range(60):
        rng, run = np.random.default_rng(seed), drawing(seed)
        for bad in (np.nan, np.inf, -np.inf):
            for arrays in (run.maps, run.gradients):
                for array in arrays.values():
                    array[rng.random(array.shape) < 0.2] = bad
            for layer, values in run.maps.items():
                found = gradient(run, layer, choosing(rng, values.shape))
                assert found.subtotals[found.order].shape == found.subtotals.shape


def test_refused_in_one_sentence(running: Callable) -> None:
    network = NetworkSpec("small", (1, 4, 4), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc1", 2)))
    run = running(network, initial(network), np.ones((1, 4, 4), np.float32))
    with pytest.raises(InputError, match="no layer 'conv9'"):
        gradient(run, "conv9", (0,))
    with pytest.raises(InputError, match=r"none at .4, 0, 0."):
        gradient(run, "input", (4, 0, 0))
    with pytest.raises(InputError, match="there are no gradients of input"):
        explain_gradient(network, run.weights, run.maps, {}, "input", (0, 0, 0))
    wrong = {**run.gradients, "flatten": np.zeros(9, np.float32)}
    with pytest.raises(InputError, match="the gradients of flatten are 9, but this network has 8"):
        explain_gradient(network, run.weights, run.maps, wrong, "conv1", (0, 0, 0))
