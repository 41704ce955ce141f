"""The Lab by torch: as numpy computes it, and the lecture's numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from convviz.core import apply
from convviz.spec.errors import InputError
from convviz.spec.lab.edits import KINDS, with_kind, with_layer, with_source
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d


def grid(*shape: int) -> Grid:
    return Grid(np.random.default_rng(0).normal(size=shape).astype(np.float32))


def as_numpy_computes_it(lab: Lab) -> None:
    found, expected = apply(lab), perform(lab).output
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset(name: str) -> None:
    as_numpy_computes_it(PRESETS[name].make())


@pytest.mark.parametrize("shape", [(4, 9, 8), (4, 1, 30)])
@pytest.mark.parametrize("flipped", [False, True])
def test_every_operation_with_every_setting(shape: tuple[int, int, int], flipped: bool) -> None:
    lab = replace(with_source(drawn_lab(), grid(*shape)), flipped=flipped)
    for kind in KINDS:
        as_numpy_computes_it(with_kind(lab, kind))
    for layer in (
        *(Conv2d("conv", 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, padding_mode=mode) for mode in MODES),
        Conv2d("conv", 4, (1, 3), groups=4, bias=False),
        ConvTranspose2d("conv", 6, (3, 2), (2, 3), (1, 0), (1, 2), (1, 2), 2),
        ConvTranspose2d("conv", 2, (2, 3), bias=False),
        MaxPool2d("pool", (3, 2), (2, 2), (1, 1), (1, 2), True),
        AvgPool2d("pool", (3, 2), (2, 3), (1, 1), True, False),
        AvgPool2d("pool", (2, 2)),
    ):
        as_numpy_computes_it(with_layer(lab, layer))


MODES = ("zeros", "reflect", "replicate", "circular")


def test_the_drawing_and_its_pose() -> None:
    drawing = np.random.default_rng(1).random((1, 28, 28), np.float32)
    lab = replace(drawn_lab(), pose=Pose(down=1, turn_deg=30))
    np.testing.assert_allclose(apply(lab, drawing=drawing), perform(lab, drawing).output, atol=1e-5)
    assert not apply(lab).any()


@pytest.mark.parametrize("kind", [np.array, torch.tensor, list])
def test_any_numbers_are_an_input(kind: type) -> None:
    lab = PRESETS["signal"].make()
    assert apply(lab, kind([[[1.0, 0.0, 0.0, 1.0]]])).tolist() == [[[3.0, 0.0, 2.0]]]


def test_an_input_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="this input is 1×1×3, but the operation needs 1×1×4"):
        apply(PRESETS["signal"].make(), np.zeros((1, 1, 3), np.float32))
