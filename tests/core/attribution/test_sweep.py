"""Occlusion and averages where the answer is known, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from convviz.core import attribution
from convviz.core.attribution.sweep import MOST, paced
from convviz.core.network import build
from convviz.spec.errors import InputError
from convviz.spec.presets import lecture
from convviz.spec.weights import initial


def linear(weights: np.ndarray) -> nn.Module:
    """Σ weights · picture as the only class."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(weights.size, 1, bias=False))
    network[1].weight.data = torch.tensor(weights.reshape(1, -1))
    return network


def test_of_a_linear_network_by_hand() -> None:
    rng = np.random.default_rng(0)
    weights, picture = rng.normal(size=(2, 2, 6, 7)).astype(np.float32)
    found = attribution.occlusion(linear(weights), picture, 0, (3, 2), (2, 2), 0.5)
    total, counts = np.zeros((6, 7)), np.zeros((6, 7))
    for top in (0, 2, 4):  # the last one sticks out by a row
        for left in (0, 2, 4, 6):  # and by a column
            where = np.s_[top : top + 3, left : left + 2]
            total[where] += ((picture - 0.5) * weights)[(slice(None), *where)].sum()
            counts[where] += 1
    assert counts.min() == 1
    assert np.allclose(found, total / counts, atol=1e-5)


def test_steps_end_with_the_whole_and_can_be_closed() -> None:
    network = build(lecture(), initial(lecture()))
    picture = np.random.default_rng(0).random((1, 28, 28), dtype=np.float32)
    steps = attribution.occlusion_steps(network, picture, 3, (7, 7), (3, 3))
    first = next(steps)
    assert 0 < first.done < 1
    kept = first.heat.copy()
    parts = list(steps)
    assert parts[-1].done == 1
    assert np.array_equal(first.heat, kept), "later steps write to maps of their own"
    again = attribution.occlusion_steps(network, picture, 3, (7, 7), (3, 3))
    next(again)
    again.close()  # type: ignore[attr-defined]
    assert list(again) == []


def test_a_patch_that_changes_nothing_changes_nothing_at_all() -> None:
    network = build(lecture(), initial(lecture()))
    picture = np.zeros((1, 28, 28), np.float32)
    picture[0, 20:, 20:] = 0.7
    heat = attribution.occlusion(network, picture, 0, (4, 4), (4, 4), 0.0)
    assert not heat[:20].any()
    assert not heat[:, :20].any()
    assert heat[20:, 20:].all()


def test_what_is_not_there_is_a_sentence() -> None:
    network, picture = linear(np.ones((1, 2, 2), np.float32)), np.ones((1, 2, 2), np.float32)
    for function in (attribution.occlusion, attribution.saliency, attribution.gradients):
        with pytest.raises(InputError, match=r"there is no class 1: the network has 1, counted from 0"):
            function(network, picture, 1, *([(1, 1)] if function is attribution.occlusion else []))
    with pytest.raises(InputError, match="the width of the patch must be 1 to 2"):
        attribution.occlusion(network, picture, 0, (2, 3))
    with pytest.raises(InputError, match="one is flat"):
        attribution.grad_cam(network, picture, "1", 0)
    with pytest.raises(InputError, match="give at least one"):
        attribution.effective_field(network, [], "1", (0,))


def test_not_a_number_comes_through() -> None:
    picture = np.ones((1, 4, 4), np.float32)
    picture[0, 1, 1] = np.nan
    heat = attribution.occlusion(linear(np.ones((1, 4, 4), np.float32)), picture, 0, (2, 2))
    assert np.isnan(heat).any()
    picture[0, 1, 1] = np.inf
    attribution.occlusion(linear(np.ones((1, 4, 4), np.float32)), picture, 0, (2, 2))
    attribution.effective_field(linear(np.full((1, 4, 4), np.inf, np.float32)), [picture] * 2, "1", (0,))


def test_the_pace_settles() -> None:
    count, each_s = 1, 0.0003
    for _ in range(12):
        count = paced(count, count * each_s)
    assert 15 <= count <= 20
    assert paced(MOST, 1e-6) == MOST


def test_grad_cam_of_the_input_itself() -> None:
    weights = np.random.default_rng(0).normal(size=(1, 4, 4)).astype(np.float32)
    picture = np.random.default_rng(1).random((1, 4, 4), dtype=np.float32)
    found = attribution.grad_cam(linear(weights), picture, "input", 0)
    assert np.allclose(found, np.maximum(weights.mean() * picture[0], 0), atol=1e-6)
