"""The Lab as data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.lab import TRIED_PX, Lab, drawn_lab
from convviz.spec.lab.source import LARGEST_GRID, FromPhoto, Grid
from convviz.spec.network import AvgPool2d, Conv2d, ReLU
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights


def test_a_new_lab_shows_the_drawing_under_a_laplacian() -> None:
    lab = drawn_lab()
    assert lab.row.output_shape == (1, 26, 26)
    assert lab.weights["conv.weight"].sum() == 0
    assert lab.origin.weights is lab.weights
    assert lab.origin.network == lab.network


def test_kernels_are_turned_only_where_they_are_multiplied() -> None:
    lab = drawn_lab()
    kernels = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    lab = replace(lab, weights=lab.weights.replaced("conv.weight", kernels))
    assert lab.multiplied is lab.weights
    turned = replace(lab, flipped=True)
    assert turned.multiplied["conv.weight"].ravel().tolist() == list(range(8, -1, -1))
    assert turned.weights is lab.weights
    assert replace(turned, layer=ReLU("relu")).multiplied is lab.weights


def test_the_origin_stays_when_something_changes() -> None:
    lab = drawn_lab()
    changed = replace(lab, weights=lab.weights.replaced("conv.bias", np.ones(1)))
    assert changed.origin is lab.origin
    assert not changed.origin.weights["conv.bias"].any()


def test_settings_of_a_photo_are_tried_on_a_part_of_it() -> None:
    photo = FromPhoto(Photo(np.zeros((3000, 5, 1), np.uint8)))
    lab = Lab(photo, photo.shape, AvgPool2d("pool", (2, 2)), Weights({}))
    assert lab.tried_on.input_shape == (1, TRIED_PX, 5)
    assert lab.row.output_shape == (1, 1500, 2)
    assert not lab.has_kernels
    signal = Lab(Grid(np.zeros((1, 1, 5000))), (1, 1, 5000), ReLU("relu"), Weights({}), dims=1)  # type: ignore[arg-type]
    assert signal.tried_on == signal.network


def test_an_operation_that_does_not_fit_says_so() -> None:
    lab = replace(drawn_lab(), layer=Conv2d("conv", 1, (30, 3)))
    with pytest.raises(InputError, match="conv: its kernel 30×3 does not fit into its input 28×28"):
        _ = lab.row


@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 2, 2), (1, 1, 0), (1, 2, 3, 4)])
def test_a_grid_has_channels_height_and_width(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="channels × height × width"):
        Grid(np.zeros(shape, np.float32))


def test_a_grid_is_its_own_and_of_a_size_that_can_be_shown() -> None:
    values = np.zeros((1, 2, 2), np.float32)
    grid = Grid(values)
    values[0, 0, 0] = 5
    assert grid.values[0, 0, 0] == 0
    assert not grid.values.flags.writeable
    with pytest.raises(InputError, match="too large"):
        Grid(np.zeros((1, 1, LARGEST_GRID + 1), np.float32))
    with pytest.raises(InputError, match="an input of 4,097 channels is too large; take at most 4,096"):
        Grid(np.zeros((4097, 1, 1), np.float32))
