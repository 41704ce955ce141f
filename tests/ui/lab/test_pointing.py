"""The line about a cell holds what is there, in words of its dimensions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import FromDrawing, Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.spec.network import Conv2d, ReLU
from convviz.spec.weights import Weights
from convviz.ui.lab.pointing import begins, peak, spoken, within
from convviz.ui.lab.scene import Pointer


@pytest.fixture
def picture() -> Trial:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    kernels = np.arange(12, dtype=np.float32).reshape(3, 2, 1, 2)
    layer = Conv2d("conv", 3, (1, 2), padding=(1, 0), bias=False)
    return perform(Lab(Grid(values), (2, 3, 4), layer, Weights({"conv.weight": kernels})))


def test_all_parts(picture: Trial) -> None:
    assert spoken(picture, Pointer("input", (1, 2, 3))) == "input[1] row 2, column 3 = 23"
    assert spoken(picture, Pointer("input", (1, -1, 3))) == "input[1] row −1, column 3: in the padding"
    assert spoken(picture, Pointer("kernel", (2, 1, 0, 1))) == "kernel[2], slice 1, row 0, column 1 = 11"
    value = picture.output[1, 2, 0]
    assert spoken(picture, Pointer("output", (1, 2, 0))) == f"output[1] row 2, column 0 = {value:g}"


def test_what_is_gone_says_nothing(picture: Trial) -> None:
    pooled = perform(lab("max-pool-2d"))
    assert spoken(pooled, Pointer("kernel", (0, 0, 0, 0))) == ""
    assert spoken(picture, Pointer("kernel", (3, 0, 0, 0))) == ""
    assert spoken(picture, Pointer("output", (3, 0, 0))) == ""


def test_the_selection_stays_where_there_is_an_output(picture: Trial) -> None:
    assert within(picture.output.shape, None, 1).index == (1, 2, 1)
    assert within(picture.output.shape, Pointer("output", (0, 1, 2)), 2).index == (2, 1, 2)
    assert within(picture.output.shape, Pointer("output", (0, 99, 99)), 2).index == (2, 4, 2)


def test_the_peak_is_the_largest_magnitude_nearest_to_the_middle(picture: Trial) -> None:
    found = peak(picture, 2)
    assert found is not None
    assert picture.output[found.index] == np.abs(picture.output[2]).max()
    level = perform(Lab(Grid(np.zeros((1, 3, 5))), (1, 3, 5), ReLU("relu"), Weights({})))
    assert peak(level, 0) == Pointer("output", (0, 1, 2)), "where all are alike it is the middle one"
    holes = np.full((1, 3, 5), np.nan)
    holes[0, 0, 4] = 0.5
    assert peak(perform(replace(level.lab, source=Grid(holes))), 0) == Pointer("output", (0, 0, 4))
    assert peak(None, 0) is None


def test_what_begins_anew() -> None:
    one = lab("template-2d")
    values = np.ones(one.shape, np.float32)
    assert not begins(one, replace(one, source=Grid(values)))
    assert begins(one, replace(one, source=Grid(values, "zone plate")))
    assert begins(one, replace(one, source=FromDrawing()))
    assert begins(one, lab("five-filters"))
