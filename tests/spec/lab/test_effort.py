"""An operation that the window would stand still for is refused, or becomes a smaller one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.edits import with_kind, with_layer, with_source
from convviz.spec.lab.effort import MOST_AT_HAND, effort, too_slow
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.source import FromPhoto, Grid
from convviz.spec.network import MaxPool2d
from convviz.spec.photo import Photo

LARGE = Grid(np.zeros((1, 1024, 1024), np.float32), "large")


@pytest.fixture
def large() -> Lab:
    return with_source(drawn_lab(), LARGE)


def test_a_setting_that_is_too_slow_is_refused(large: Lab) -> None:
    with pytest.raises(InputError, match="too slow to follow the mouse"):
        with_layer(large, replace(large.layer, kernel=(40, 40)))
    assert effort(with_layer(large, replace(large.layer, kernel=(11, 11))).row) <= MOST_AT_HAND


def test_pooling_counts_what_it_reads(large: Lab) -> None:
    pooled = with_kind(large, "MaxPool2d")
    with pytest.raises(InputError, match="too slow"):
        with_layer(pooled, MaxPool2d("pool", (64, 64), stride=(1, 1)))
    assert with_layer(pooled, MaxPool2d("pool", (64, 64))).layer == MaxPool2d("pool", (64, 64))


def test_a_larger_input_makes_the_operation_smaller() -> None:
    wide = with_layer(drawn_lab(), replace(drawn_lab().layer, kernel=(28, 28), padding=(20, 20)))
    moved = with_source(wide, LARGE)
    assert effort(moved.row) <= MOST_AT_HAND
    assert with_source(moved, drawn_lab().source).layer == wide.layer  # it comes back with room


def test_what_is_slow_already_may_become_quicker(large: Lab) -> None:
    slow = replace(large, layer=MaxPool2d("pool", (60, 60), stride=(1, 1)))
    assert with_layer(slow, MaxPool2d("pool", (50, 50), stride=(1, 1))).layer.kernel == (50, 50)


def test_photos_are_looked_at_in_parts() -> None:
    photo = FromPhoto(Photo(np.zeros((3000, 4000, 1), np.uint8)))
    assert not too_slow(MaxPool2d("pool", (64, 64), stride=(1, 1)), photo, photo.shape)
