"""What lights up, against changing a value and seeing what changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from convviz.spec.lab.evaluate import evaluate
from convviz.spec.lab.links import taps_of
from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer
from convviz.ui.lab.stage.lit import Cells, linked, margins, of_kernel, of_output, turned, valid

from .conftest import LAYERS

WITH_KERNELS = [name for name, layer in LAYERS.items() if hasattr(layer, "out_channels")]


def mask(cells: Cells | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which cells of an array are lit; those in the padding are left out."""
    lit = np.zeros(shape, np.bool_)
    if cells is not None:
        kept = [[n for n in places if 0 <= n < size] for places, size in zip(cells, shape, strict=True)]
        lit[np.ix_(*kept)] = True
    return lit


def linear(trial: Trial, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The operation on other values; a sum instead of a maximum, so that every value that is read counts."""
    layer = trial.lab.layer
    if layer.kind == "MaxPool2d":
        values = np.where(values > 0, 1e6, 0).astype(np.float32)  # the changed value is the largest
    return evaluate(trial.row, trial.lab.multiplied, values)


@pytest.mark.parametrize("name", LAYERS)
def test_the_outputs_of_an_input_are_those_that_a_pulse_changes(trial: Callable[..., Trial], name: str) -> None:
    made = trial(name)
    nothing = linear(made, np.zeros_like(made.values))
    for place in [(0, 0, 0), (1, 3, 4), (0, 6, 7), (1, 1, 6)]:
        pulse = np.zeros_like(made.values)
        pulse[place] = 1
        changed = linear(made, pulse) != nothing
        assert np.array_equal(mask(linked(made, Pointer("input", place)).output, made.output.shape), changed), place


@pytest.mark.parametrize("name", LAYERS)
def test_the_taps_of_an_output_are_all_that_changes_it(trial: Callable[..., Trial], name: str) -> None:
    made = trial(name)
    nothing = linear(made, np.zeros_like(made.values))
    _, high, wide = made.output.shape
    for place in [(0, 0, 0), (len(made.output) - 1, high - 1, wide - 1), (0, high // 2, wide // 2)]:
        lit = mask(of_output(made, *place).input, made.values.shape)
        if getattr(made.lab.layer, "padding_mode", "zeros") != "zeros":
            continue  # what they read is a copy, but what is lit is the padding itself
        for at in product(*(range(size) for size in made.values.shape)):
            pulse = np.zeros_like(made.values)
            pulse[at] = 1
            assert bool(linear(made, pulse)[place] != nothing[place]) == lit[at], (place, at)


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("name", WITH_KERNELS)
def test_a_kernel_cell_meets_what_its_change_shows(trial: Callable[..., Trial], name: str, flipped: bool) -> None:
    made = trial(name, flipped=flipped)
    ones = np.ones_like(made.values)
    before = evaluate(made.row, made.lab.multiplied, ones)
    kernels = made.lab.weights["conv.weight"]
    for index in [(0, 0, 0, 0), tuple(size - 1 for size in kernels.shape)]:
        more = kernels.copy()
        more[index] += 1
        other = replace(made.lab, weights=made.lab.weights.replaced("conv.weight", more))
        changed = evaluate(made.row, other.multiplied, ones) != before
        lit = of_kernel(made, *index)
        outputs = mask(lit.output, made.output.shape)
        if made.lab.layer.kind == "ConvTranspose2d" or getattr(made.lab.layer, "padding_mode", "") == "zeros":
            assert not (changed & ~outputs).any()
        else:
            assert np.array_equal(changed, outputs)
        assert lit.kernel is not None
        assert (lit.kernel.rows, lit.kernel.columns) == tuple((n,) for n in turned(made.lab, *index[2:]))


@pytest.mark.parametrize("name", ["padded", "largest"])
def test_padding_is_used_by_the_windows_that_lie_on_it(trial: Callable[..., Trial], name: str) -> None:
    made = trial(name)
    around = margins(made.row)[0]
    _, height, width = made.values.shape
    _, high, wide = made.output.shape
    for y, x in product(range(-around.top, height + around.bottom), range(-around.left, width + around.right)):
        lit = linked(made, Pointer("input", (0, y, x))).output
        assert lit is not None
        rows = tuple(n for n in range(high) if y in taps_of(made.row, n, 0).rows)
        columns = tuple(n for n in range(wide) if x in taps_of(made.row, 0, n).columns)
        assert (lit.rows, lit.columns) == (rows, columns), (y, x)


def test_padding_is_as_wide_as_windows_reach(trial: Callable[..., Trial]) -> None:
    assert margins(trial("padded").row) == ((2, 1, 2, 1), (0, 0, 0, 0))
    assert margins(trial("largest", (1, 8, 8)).row)[0] == (1, 1, 2, 2), "rounded up: beyond the padding"
    assert margins(trial("transposed").row) == ((0, 0, 0, 0), (1, 0, 1, 0)), "cut off the output"
    assert margins(trial("relu").row) == ((0, 0, 0, 0), (0, 0, 0, 0))


def test_a_pointer_may_be_out_of_date(trial: Callable[..., Trial]) -> None:
    made = trial("padded")
    assert valid(made, Pointer("input", (1, -2, -1)))
    assert not valid(made, Pointer("input", (1, -3, -1)))
    assert not valid(made, Pointer("input", (2, 0, 0)))
    assert valid(made, Pointer("kernel", (1, 1, 2, 2)))
    assert not valid(made, Pointer("kernel", (2, 0, 0, 0)))
    assert not valid(made, Pointer("output", (0, *made.output.shape[1:])))
    assert not valid(trial("relu"), Pointer("kernel", (0, 0, 0, 0)))
    assert not valid(made, None)
