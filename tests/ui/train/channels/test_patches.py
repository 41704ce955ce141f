"""Patches: against what the unit really sees, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.footprint import fields
from convviz.spec.geometry import describe
from convviz.spec.network import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Tanh,
)
from convviz.spec.presets import lecture
from convviz.ui.train.channels.patches import before_relu, patch, seen

PADDED = NetworkSpec(
    "padded",
    (3, 12, 10),
    (
        Conv2d("a", 2, (3, 5), (1, 2), (1, 2)),
        BatchNorm2d("norm"),
        ReLU("relu"),
        Conv2d("b", 2, (3, 3), (1, 1), (2, 2), (2, 2)),
        Dropout("drop"),
        MaxPool2d("pool", (2, 2)),
        ReLU("relu2"),
        Flatten("flat"),
        Linear("fc", 4),
        Tanh("tanh"),
    ),
)


@pytest.mark.parametrize("layer", ["a", "relu", "b", "pool"])
def test_it_is_what_the_unit_sees_and_the_edge_goes_on(layer: str) -> None:
    row = seen(PADDED)[layer]
    image = np.random.default_rng(0).integers(0, 256, (3, 12, 10)).astype(np.uint8)
    _, height, width = row.output_shape
    assert row.receptive_field is not None
    for place in ((0, 0), (height - 1, width - 1), (height // 2, width // 2)):
        top, left, bottom, right = row.receptive_field.box(*place)
        seen_box = fields(PADDED, layer, (0, *place))["input"].box  # without what is padding of layers between
        assert top <= seen_box.top
        assert left <= seen_box.left
        assert bottom >= seen_box.bottom
        assert right >= seen_box.right
        found = patch(image, row, place)
        assert found.shape == (3, *row.receptive_field.size)
        for r in range(top, bottom):
            for c in range(left, right):
                expected = image[:, min(max(r, 0), 11), min(max(c, 0), 9)]
                assert np.array_equal(found[:, r - top, c - left], expected)


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2"])
def test_inside_it_is_exactly_what_the_unit_sees(layer: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28)).astype(np.uint8)
    box = fields(lecture(), layer, (0, 1, 2))["input"].box
    found = patch(image, seen(lecture())[layer], (1, 2))
    assert np.array_equal(found, image[:, box.top : box.bottom, box.left : box.right])


def test_units_that_see_everything_have_the_whole_image() -> None:
    image = np.zeros((3, 12, 10), np.uint8)
    assert patch(image, seen(PADDED)["fc"], (0, 0)) is image


def test_which_layers_a_relu_follows() -> None:
    expected = {"a": False, "norm": True, "relu": True, "b": True, "drop": True, "pool": True, "relu2": True}
    assert {name: before_relu(PADDED, name) for name in seen(PADDED)} == expected | {"fc": False, "tanh": False}


def test_flatten_is_left_out() -> None:
    assert list(seen(lecture())) == [row.layer.id for row in describe(lecture()) if row.layer.id != "flatten"]
