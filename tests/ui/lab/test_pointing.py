"""The line about a cell holds what is there, in words of its dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.spec.network import Conv2d
from convviz.spec.weights import Weights
from convviz.ui.lab.pointing import spoken, within
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
