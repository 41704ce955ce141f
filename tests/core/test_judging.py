"""Judging: against a plain loop over the images; in slices; without a trace on the network."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.core.data import Images
from convviz.core.judging import judged, slice_size
from convviz.core.network import build
from convviz.spec.presets import lecture
from convviz.spec.weights import initial

Result = TypeVar("Result")


def ended(job: Generator[None, None, Result]) -> tuple[int, Result]:
    """How often it yielded, and what it returned."""
    slices = 0
    while True:
        try:
            next(job)
            slices += 1
        except StopIteration as stop:
            return slices, stop.value


def some(count: int, seed: int = 0) -> Images:
    made = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=made)
    return Images(images, torch.randint(0, 10, (count,), generator=made))


@pytest.mark.parametrize("count", [1, 49, 230])
def test_it_agrees_with_a_plain_loop(count: int) -> None:
    network, images = build(lecture(), initial(lecture(), 3)), some(count)
    _, (found, loss, accuracy) = ended(judged(network, images, "cpu", 17))
    assert found.step == 17
    losses = []
    for at in range(count):
        with torch.inference_mode():
            scores = network(images.images[at : at + 1] / 255)
        shares = scores.softmax(dim=1)[0]
        losses.append(float(functional.cross_entropy(scores, images.labels[at : at + 1])))
        assert found.predicted[at] == int(shares.argmax())
        assert found.confidence[at] == pytest.approx(float(shares.max()), abs=1e-6)
        assert found.truth[at] == pytest.approx(float(shares[images.labels[at]]), abs=1e-6)
    assert loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert accuracy == np.mean(found.predicted == images.labels.numpy())
    assert not found.predicted.flags.writeable


def test_it_comes_in_slices_and_twice_the_same() -> None:
    network, images = build(lecture(), initial(lecture(), 3)), some(200)
    slices, first = ended(judged(network, images))
    assert slices == 1 + -(-200 // slice_size(network, images, "cpu")) >= 4
    _, second = ended(judged(network, images))
    assert np.array_equal(first[0].truth, second[0].truth)
    assert first[1:] == second[1:]


def test_the_network_is_as_it_was() -> None:
    network, images = build(lecture(), initial(lecture(), 3)).train(), some(120)
    job = judged(network, images)
    next(job)
    assert not network.training
    job.close()
    assert network.training, "also when it is not finished"
    assert not any(module._forward_hooks for module in network.modules())


def test_of_no_images_there_is_no_loss() -> None:
    _, (found, loss, accuracy) = ended(judged(build(lecture()), some(0)))
    assert len(found.predicted) == 0
    assert np.isnan(loss)
    assert np.isnan(accuracy)
