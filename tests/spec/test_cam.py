"""Grad-CAM written out, and the enlargement against torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.spec.cam import enlarged, grad_cam
from convviz.spec.errors import InputError


@pytest.mark.parametrize("seed", range(5))
def test_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, gradients = rng.normal(size=(2, 7, 4, 5)).astype(np.float32)
    wanted = np.zeros((4, 5))
    for k in range(7):
        wanted += gradients[k].mean() * values[k]
    assert np.allclose(grad_cam(values, gradients), wanted.clip(min=0), atol=1e-5)


def test_in_the_size_of_the_input() -> None:
    values, gradients = np.random.default_rng(0).normal(size=(2, 3, 4, 4)).astype(np.float32)
    assert np.array_equal(grad_cam(values, gradients, (28, 28)), enlarged(grad_cam(values, gradients), (28, 28)))


@pytest.mark.parametrize("before", [(1, 1), (2, 3), (4, 4), (8, 8), (24, 24)])
@pytest.mark.parametrize("after", [(1, 5), (28, 28), (27, 31), (7, 3)])
def test_enlarged_as_torch_does(before: tuple[int, int], after: tuple[int, int]) -> None:
    values = np.random.default_rng(1).normal(size=before).astype(np.float32)
    torchs = functional.interpolate(torch.tensor(values)[None, None], after, mode="bilinear", align_corners=False)
    assert np.allclose(enlarged(values, after), torchs[0, 0].numpy(), atol=1e-5)


def test_not_a_number_stays_where_it_is() -> None:
    values = np.ones((2, 4, 4), np.float32)
    values[0, 0, 0] = np.nan
    values[0, 3, 3] = np.inf
    found = grad_cam(values, np.ones_like(values))
    assert np.isnan(found[0, 0])
    assert np.isinf(found[3, 3])
    assert np.isfinite(found).sum() == 14
    assert np.array_equal(np.isfinite(enlarged(found, (4, 4))), np.isfinite(found))
    enlarged(found, (9, 9))


def test_a_flat_layer_is_refused() -> None:
    flat = np.zeros(10, np.float32)
    with pytest.raises(InputError, match="needs a layer that puts out maps"):
        grad_cam(flat, flat)
    with pytest.raises(InputError, match="do not go together"):
        grad_cam(np.zeros((1, 2, 2), np.float32), np.zeros((2, 2, 2), np.float32))
