"""What is said of a cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.spec.network import Conv2d, ConvTranspose2d
from convviz.ui.lab.scene import Part, Pointer, Scene
from convviz.ui.lab.stage.words import bias_of, captions, said

SINGLE = {"single": Conv2d("conv", 3, (3, 2)), "bare": Conv2d("conv", 1, (2, 2), stride=(3, 3), bias=False)}


@pytest.mark.parametrize(
    ("name", "part", "index", "ends"),
    [
        ("single", "output", (1, 0, 0), ": 6 products + bias"),
        ("bare", "output", (0, 0, 0), ": 4 products"),
        ("largest", "output", (0, 0, 0), ": the largest of 9 values"),
        ("mean", "output", (0, 0, 0), ": the mean of 6 values"),
        ("plain", "input", (0, 0, 0), "is used by 3 outputs"),
        ("padded", "input", (0, -2, -1), "used by 2 outputs"),
        ("transposed", "input", (0, 0, 0), "lies on 8 outputs"),
        ("plain", "kernel", (0, 0, 0, 0), ": 35 products"),
        ("mean", "kernel", (0, 0, 0, 0), ": 6 positions"),
    ],
)
def test_a_cell_says_what_belongs_to_it(
    trial: Callable[..., Trial], name: str, part: Part, index: tuple[int, ...], ends: str
) -> None:
    made = trial(name) if name not in SINGLE else trial(SINGLE[name], (1, 7, 8))
    text = said(Scene(made, made.positions, Pointer(part, index)))
    assert text.endswith(ends), text


@pytest.mark.parametrize("name", ["plain", "strided", "transposed"])
def test_what_each_input_channel_adds(trial: Callable[..., Trial], name: str) -> None:
    made = trial(name)
    at = 0, 1, 1
    scene = Scene(made, made.positions, Pointer("output", at))
    text = said(scene)
    assert text.startswith("output 0 · row ")
    layer, biases = made.lab.layer, made.lab.weights.get("conv.bias")
    sums = []
    for channel in range(2):
        alone = np.zeros_like(made.values)
        alone[channel] = made.values[channel]
        row = perform(replace(made.lab, source=Grid(alone))).output[at]
        sums.append(float(row) - (float(biases[0]) if biases is not None else 0.0))
    numbers = [float(found.replace("−", "-")) for found in re.findall(r"input\[\d\] \(?(−?[\d.e−]+)", text)]
    assert numbers == pytest.approx(sums, rel=2e-3, abs=1e-4)
    assert (" + bias " in text) == layer.bias  # type: ignore[union-attr]
    total = float(text.rsplit(" = ", 1)[1].replace("−", "-"))
    assert total == pytest.approx(float(made.output[at]), rel=1e-3, abs=1e-4)
    assert "products" in said(scene, brief=True)


def test_many_channels_are_counted(trial: Callable[..., Trial]) -> None:
    made = trial(Conv2d("conv", 1, (3, 3)), (5, 4, 4))
    assert said(Scene(made, made.positions, Pointer("output", (0, 0, 0)))).endswith(": 45 products + bias")


def test_relu_is_written_out(trial: Callable[..., Trial]) -> None:
    made = trial("relu")
    assert said(Scene(made, made.positions, Pointer("output", (0, 0, 1)))).endswith("= 0 = max(0, −0.1)")


def test_nothing_is_said_of_no_cell(trial: Callable[..., Trial]) -> None:
    made = trial()
    assert said(Scene(made, made.positions)) == ""
    assert said(Scene(made, made.positions, Pointer("output", (9, 9, 9)))) == ""


def test_captions(trial: Callable[..., Trial]) -> None:
    assert captions(trial("plain"), 1) == ("input 2×7×8", "kernel 1 of 3 · 2×3×2", "output 3×5×7")
    assert captions(trial("largest"), 0)[1] == "largest of 3×3"
    assert captions(trial("relu"), 0)[1] == ""
    assert bias_of(trial("strided").lab, 0) == ""
    assert bias_of(trial("plain").lab, 0).startswith("+ bias 0.")


def test_a_turned_kernel_says_where_its_cell_went(trial: Callable[..., Trial]) -> None:
    made = trial("plain", flipped=True)
    assert "turned to row 2, column 1" in said(Scene(made, made.positions, Pointer("kernel", (0, 0, 0, 0))))


def test_no_noise_of_the_last_digits(trial: Callable[..., Trial]) -> None:
    made = trial("plain")
    values = made.values.copy()
    values[0, 0, 0], values[0, 0, 1] = 0.19999993, -0.0
    noisy = replace(made, values=values)
    assert " = 0.2 " in said(Scene(noisy, 5, Pointer("input", (0, 0, 0))))
    assert " = 0 " in said(Scene(noisy, 5, Pointer("input", (0, 0, 1))))


def test_a_hatched_value_says_why(trial: Callable[..., Trial]) -> None:
    made = trial("strided")
    assert said(Scene(made, made.positions, Pointer("input", (0, 2, 0)))).endswith("hatched, as no window reads it")
    cut = trial(ConvTranspose2d("conv", 1, (1, 1), padding=(1, 1)))
    assert said(Scene(cut, cut.positions, Pointer("input", (0, 0, 0)))).endswith("as all it makes is cut off")


def test_a_letter_is_said_before_a_cell(trial: Callable[..., Trial]) -> None:
    made = trial("padded")
    scene = Scene(made, made.positions, Pointer("output", (0, 0, 0)), symbol="p")
    assert said(scene) == "p: padding above and below, 2 rows each"
