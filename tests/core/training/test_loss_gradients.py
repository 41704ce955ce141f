"""Gradients of weights that no training steps with: against autograd on the whole network at once."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from convviz.core.data import Images, Split
from convviz.core.judging import as_input
from convviz.core.network import build
from convviz.core.training import loss_gradients as module
from convviz.core.training.loss_gradients import LossGradients, chosen, loss_gradients
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.presets import lecture
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import Weights, initial

Result = TypeVar("Result")
Small = Callable[..., NetworkSpec]
SETTINGS = TrainingSettings()  # bends images, and would drop some with these:
DROPPING = TrainingSettings(augmentation=2.0, dropout=0.5)


def ended(job: Generator[None, None, Result]) -> tuple[int, Result]:
    """How often it paused, and what it returned."""
    pauses = 0
    while True:
        try:
            next(job)
            pauses += 1
        except StopIteration as stop:
            return pauses, stop.value


def plain(spec: NetworkSpec, weights: Weights, images: Images, settings: TrainingSettings) -> dict[str, torch.Tensor]:
    """The usual way, exactly: the mean loss of all images, and one backward pass."""
    network = build(spec, weights).double()
    for part in network:
        part.train(isinstance(part, nn.BatchNorm2d))
    scores, labels = network(as_input(images.images).double()), images.labels
    if settings.loss == "mse":
        loss = functional.mse_loss(scores, functional.one_hot(labels, scores.shape[1]).double())
    else:
        loss = functional.cross_entropy(scores, labels, label_smoothing=settings.smoothing)
    loss.backward()  # type: ignore[no-untyped-call]
    return {name: parameter.grad for name, parameter in network.named_parameters() if parameter.grad is not None}


def assert_same(found: LossGradients, expected: dict[str, torch.Tensor]) -> None:
    assert set(found.arrays) == set(expected)
    for name, gradient in expected.items():
        scale = float(gradient.abs().max())
        assert scale > 0
        assert np.allclose(found.arrays[name], gradient.numpy(), rtol=1e-4, atol=1e-5 * scale), name


@pytest.mark.parametrize(("norm", "dropout"), [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize(
    "settings",
    [SETTINGS, DROPPING, TrainingSettings(loss="mse"), TrainingSettings(smoothing=0.2)],
    ids=["usual", "dropping", "mse", "smoothed"],
)
def test_they_are_those_of_autograd(
    data: Split, small: Small, norm: bool, dropout: bool, settings: TrainingSettings
) -> None:
    spec = small(norm, dropout)
    weights = initial(spec, 4)
    _, found = ended(loss_gradients(spec, weights, data, settings))
    assert found.images == 64
    expected = plain(spec, weights, chosen(data.train, 64), settings)
    for both in (found.arrays, expected) if norm else ():
        del both["conv1.bias"]  # type: ignore[attr-defined]  # 0 but for rounding: the batch norm takes it away
    assert_same(found, expected)


def test_twice_they_are_the_same_whatever_is_drawn_meanwhile(data: Split, small: Small) -> None:
    spec = small(norm=True, dropout=True)
    weights = initial(spec, 4)
    _, first = ended(loss_gradients(spec, weights, data, DROPPING))
    torch.rand(7)
    state = torch.get_rng_state()
    _, second = ended(loss_gradients(spec, weights, data, replace(DROPPING, seed=9, batch=7)))
    assert torch.equal(torch.get_rng_state(), state)
    for name, array in first.arrays.items():
        assert np.array_equal(array, second.arrays[name]), name
        assert not array.flags.writeable


def test_of_large_networks_a_few_images_at_a_time(data: Split, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = small()
    weights = initial(spec, 4)
    at_once, whole = ended(loss_gradients(spec, weights, data, SETTINGS))
    monkeypatch.setattr(module, "PRODUCTS", 10 * 6 * 12 * 12 * 25)  # ten images of conv1
    pauses, found = ended(loss_gradients(spec, weights, data, SETTINGS))
    assert found.images == 64
    assert pauses > 6 * at_once
    assert_same(found, {name: torch.from_numpy(array.copy()) for name, array in whole.arrays.items()})


def test_of_networks_that_take_long_fewer_images(data: Split, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_PRODUCTS", 1)
    weights = initial(small(), 4)
    _, found = ended(loss_gradients(small(), weights, data, SETTINGS))
    assert found.images == 8
    assert_same(found, plain(small(), weights, chosen(data.train, 8), SETTINGS))
    monkeypatch.setattr(module, "_LAYER_PRODUCTS", 1)
    _, found = ended(loss_gradients(small(True), initial(small(True)), data, SETTINGS))
    assert found.images == 2, "a batch norm wants all of them at once"


def test_of_all_images_where_there_are_few(data: Split, small: Small) -> None:
    few = replace(data, train=Images(data.train.images[:5], data.train.labels[:5]))
    weights = initial(small(), 4)
    _, found = ended(loss_gradients(small(), weights, few, SETTINGS))
    assert found.images == 5
    assert_same(found, plain(small(), weights, few.train, SETTINGS))


def test_images_sorted_by_class_are_of_all_classes() -> None:
    sorted_ = Images(torch.zeros(1000, 1, 1, 1, dtype=torch.uint8), torch.arange(1000) // 100)
    round_ = replace(sorted_, labels=torch.arange(1000) % 10)
    for images in (sorted_, round_):
        assert len(set(chosen(images, 64).labels.tolist())) >= 9


def test_a_weight_that_is_no_number_says_so(data: Split, small: Small) -> None:
    weights = initial(small(), 4)
    wild = weights.replaced("fc1.bias", np.full(10, np.inf, np.float32))
    _, found = ended(loss_gradients(small(), wild, data, SETTINGS))
    assert not np.isfinite(found.arrays["fc1.weight"]).all()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (NetworkSpec("narrow", (1, 28, 28), (Flatten("f"), Linear("l", 7))), "too few for the label 9"),
        (NetworkSpec("other", (1, 8, 8), (Flatten("f"), Linear("l", 10))), "takes inputs of 1×8×8"),
        (NetworkSpec("flat", (1, 28, 28), (Conv2d("c", 4, (3, 3)),)), "cannot learn classes"),
    ],
    ids=["outputs", "size", "maps"],
)
def test_what_does_not_fit_is_refused(data: Split, spec: NetworkSpec, says: str) -> None:
    with pytest.raises(InputError, match=says):
        ended(loss_gradients(spec, initial(spec), data, SETTINGS))


def test_a_batch_norm_of_single_values_needs_two_images(data: Split) -> None:
    spec = NetworkSpec("lone", (1, 28, 28), (Conv2d("c", 4, (28, 28)), BatchNorm2d("n"), Flatten("f"), Linear("l", 10)))
    one = replace(data, train=Images(data.train.images[:1], data.train.labels[:1]))
    with pytest.raises(InputError, match="from one image alone"):
        ended(loss_gradients(spec, initial(spec), one, SETTINGS))
    _, found = ended(loss_gradients(spec, initial(spec), data, SETTINGS))
    assert found.images == 64


def test_too_little_memory_is_said(data: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(nn.Linear, "forward", short)
    with pytest.raises(InputError, match="not enough memory for the gradients of 64 images"):
        ended(loss_gradients(lecture(), initial(lecture()), data, SETTINGS))
