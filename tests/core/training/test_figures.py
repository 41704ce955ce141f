"""What is said of each layer, against a plain computation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.core.data import Split
from convviz.core.network import build
from convviz.core.steering import Steering
from convviz.core.training import as_input, train
from convviz.spec.network import NetworkSpec
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import Weights, initial

Small = Callable[..., NetworkSpec]
WHOLE = TrainingSettings(epochs=12, batch=200, augmentation=0.0, average=0.0, schedule="constant")


def test_figures_of_the_first_step(untested: Split, small: Small, course: Any, steering: Steering) -> None:
    start = {name: array.copy() for name, array in initial(small(), 0).items()}
    start["conv1.bias"][:2] = -100.0  # two channels that nothing switches on
    steering.want(frozenset({"layers"}))
    steering.want_weights()
    step = course(train(small(), untested, WHOLE, start=Weights(start), steering=steering)).steps[0]
    network = build(small(), Weights(start))
    functional.cross_entropy(network(as_input(untested.train.images, "cpu")), untested.train.labels).backward()  # type: ignore[no-untyped-call]
    assert set(step.layers) == {"conv1", "relu1", "fc1"}
    assert step.layers["relu1"].dead_share == pytest.approx(2 / 6)
    assert math.isnan(step.layers["relu1"].gradient_norm)
    for layer in ("conv1", "fc1"):
        figures, module = step.layers[layer], getattr(network, layer)
        norm = math.hypot(*(float(parameter.grad.norm()) for parameter in module.parameters()))
        names = [f"{layer}.weight", f"{layer}.bias"]
        way = math.hypot(*(float(np.linalg.norm(step.weights[name] - start[name])) for name in names))
        length = math.hypot(*(float(np.linalg.norm(start[name])) for name in names))
        assert figures.gradient_norm == pytest.approx(norm, rel=1e-4)
        assert figures.update_ratio == pytest.approx(way / length, rel=1e-3)
        assert math.isnan(figures.dead_share)


def test_they_come_with_every_tenth_step_and_only_where_wanted(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    steering.want(frozenset({"layers"}))
    ran = course(train(small(), untested, WHOLE, steering=steering))
    assert [step.step for step in ran.steps if step.layers is not None] == [1, 11]
    assert all(step.layers is None for step in course(train(small(), untested, WHOLE)).steps)


def test_at_times_they_cost_next_to_nothing(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    steering.want(frozenset({"layers at times"}))
    settings = TrainingSettings(epochs=60, batch=100, augmentation=0.0)
    ran = course(train(small(), untested, settings, steering=steering))
    assert [step.step for step in ran.steps if step.layers is not None] == [1, 101]


def test_a_frozen_layer_has_not_moved(untested: Split, small: Small, course: Any) -> None:
    steering = Steering(frozenset(("fc1", channel) for channel in range(10)))
    steering.want(frozenset({"layers"}))
    figures = course(train(small(), untested, WHOLE, steering=steering)).steps[0].layers
    assert figures["fc1"].update_ratio == 0
    assert figures["fc1"].gradient_norm > 0
    assert figures["conv1"].update_ratio > 0


def test_a_channel_is_dead_only_if_no_piece_of_the_batch_switches_it_on(small: Small, course: Any) -> None:
    """600 images are ten pieces; one image of the last switches a channel on."""
    from convviz.core.data import Images

    images = torch.zeros(600, 1, 28, 28, dtype=torch.uint8)
    images[-1] = 255
    start = {name: array.copy() for name, array in initial(small(), 0).items()}
    start["conv1.weight"][:] = 1.0
    start["conv1.bias"][:] = -1.0
    start["conv1.bias"][4] = -1000.0
    steering = Steering()
    steering.want(frozenset({"layers"}))
    split = Split("one", Images(images, torch.zeros(600, dtype=torch.int64)), Images(images[:0], torch.empty(0).long()))
    settings = TrainingSettings(epochs=1, batch=600, augmentation=0.0)
    figures = course(train(small(), split, settings, start=Weights(start), steering=steering)).steps[0].layers
    assert figures["relu1"].dead_share == pytest.approx(1 / 6)
    assert not np.isnan(figures["conv1"].gradient_norm)
