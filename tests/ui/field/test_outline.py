"""Outlines: the box of size, jump and start around what is really seen, and the padding a layer reaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.footprint import Box
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.presets import lecture
from convviz.ui.field.outline import outline
from convviz.ui.field.picture_layout import Margins


def one(**settings: object) -> NetworkSpec:
    conv = replace(Conv2d("conv1", 2, (3, 3)), **settings)  # type: ignore[arg-type]
    return NetworkSpec("one", (1, 12, 12), (conv,))


def test_without_padding_the_box_is_what_is_seen() -> None:
    shown = outline(lecture(), "conv2", (21, 1, 2))
    assert shown.box == shown.seen.box == Box(3, 6, 22, 25)
    assert shown.margins == Margins()
    assert shown.centre == (12, 15)


def test_padding_is_as_wide_as_the_layer_reaches_for_every_unit() -> None:
    network = one(padding=(2, 1))
    assert {outline(network, "conv1", (0, r, c)).margins for r in (0, 5, 13) for c in (0, 11)} == {Margins(2, 1, 2, 1)}
    assert outline(network, "conv1", (0, 0, 0)).box == Box(-2, -1, 1, 2)


def test_dilation_leaves_holes() -> None:
    shown = outline(one(dilation=(4, 2)), "conv1", (0, 1, 1))
    rows, columns = np.nonzero(shown.taps(12, 12))
    assert sorted(set(rows)) == [1, 5, 9]
    assert sorted(set(columns)) == [1, 3, 5]
    assert shown.box == Box(1, 1, 10, 6)


def test_padding_wider_than_half_the_picture_is_cut() -> None:
    assert outline(one(padding=(40, 0)), "conv1", (0, 3, 3)).margins == Margins(6, 0, 6, 0)


def test_a_unit_behind_flatten_has_no_frame() -> None:
    assert outline(lecture(), "fc1", (3,)).box == Box(0, 0, 28, 28)
    assert outline(lecture(), "input", (0, 4, 5)).box == Box(4, 5, 5, 6)


def test_a_unit_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError):
        outline(lecture(), "conv2", (0, 4, 0))
