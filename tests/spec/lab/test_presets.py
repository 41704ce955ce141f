"""Every example of the lecture, with the lecture's numbers, in numpy and in torch."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.spec.errors import InputError
from convviz.spec.kernel_view import kernel_view
from convviz.spec.lab.edits import with_kernels, with_kind, with_layer, with_source
from convviz.spec.lab.lab import drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.presets import CROSS, FILTERS, PRESETS, WAVE_AT, changed, lab, left
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d
from convviz.spec.weights import check

PRINTED: dict[str, Any] = {  # the outputs that the lecture, or a hand, writes down
    "signal": [[[7, 12, 17]]],
    "differential": [[[0, 0, 0, 1, 1, 1, 1, 0, 0, 0]]],
    "true-convolution": [[[8, 13, 18]]],
    "max-pool-1d": [[[3, 3, 0, 2, 2]]],
    "mean-pool-1d": [[[2, 2.5, -0.5, 1.5, 1.5]]],
    "max-pool-2d": [[[3, 5, 4], [4, 3, 6]]],
    "max-pool-1x2": [[[2, 2, 2], [2, 1, 2]], [[2, 1, 2], [2, 2, 1]]],
    "relu": [[[0.8008, 0, 0.5019, 0, 0], [0.0557, 0.6046, 0.0864, 0, 1.2606]]],
}
SHAPES = {  # of input and output, as the lecture prints them
    "stride-padding": ((2, 3, 5), (1, 3, 3)),
    "dilation": ((1, 20, 30), (1, 12, 22)),
    "conv-4-5": ((4, 10, 3), (5, 9, 1)),
    "five-filters": ((1, 28, 28), (5, 26, 26)),
    "transposed": ((1, 5, 6), (1, 10, 12)),
}


def by_torch(name: str) -> np.ndarray:
    """The output by the functions that the lecture uses."""
    made = lab(name)
    x = torch.tensor(perform(made).values)[None]
    weight, bias = (
        torch.tensor(made.multiplied[n]) if n in made.weights else None for n in ("conv.weight", "conv.bias")
    )
    match made.layer:
        case Conv2d(stride=stride, padding=padding, dilation=dilation):
            assert weight is not None
            y = functional.conv2d(x, weight, bias, stride, padding, dilation)
        case ConvTranspose2d(stride=stride, padding=padding):
            assert weight is not None
            y = functional.conv_transpose2d(x, weight.transpose(0, 1), bias, stride, padding)
        case MaxPool2d(kernel=kernel):
            y = functional.max_pool2d(x, kernel)
        case AvgPool2d(kernel=kernel):
            y = functional.avg_pool2d(x, kernel)
        case _:
            y = functional.relu(x)
    return y[0].numpy()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_what_torch_computes(name: str) -> None:
    made = lab(name)
    check(made.network, made.weights)
    assert made.preset == name
    assert made.dims == (1 if made.shape[1] == 1 else 2)
    assert np.allclose(perform(made).output, by_torch(name), atol=1e-5)
    assert np.array_equal(perform(made).output, perform(PRESETS[name].make()).output), "the same each time"


@pytest.mark.parametrize("name", PRINTED)
def test_the_numbers_of_the_lecture(name: str) -> None:
    assert np.array_equal(perform(lab(name)).output, np.array(PRINTED[name], np.float32))


@pytest.mark.parametrize("name", SHAPES)
def test_the_shapes_of_the_lecture(name: str) -> None:
    trial = perform(lab(name))
    assert (trial.values.shape, trial.output.shape) == SHAPES[name]


def test_what_the_lecture_says_of_its_settings() -> None:
    strided, dilated = lab("stride-padding").layer, lab("dilation").layer
    assert isinstance(strided, Conv2d)
    assert isinstance(dilated, Conv2d)
    assert (strided.padding, strided.stride, strided.kernel) == ((2, 1), (2, 2), (3, 3))
    assert (dilated.kernel, dilated.dilation) == ((3, 3), (4, 4))
    assert 1 + (dilated.kernel[0] - 1) * dilated.dilation[0] == 9
    assert lab("conv-4-5").row.params == 5 * (4 * prod((2, 3)) + 1)


def test_a_true_convolution_is_numpys_and_its_kernel_stays_as_it_is_written() -> None:
    made = lab("true-convolution")
    assert np.array_equal(perform(made).output[0, 0], np.convolve([1, 2, 3, 4], [3, 2], "valid"))
    assert made.weights["conv.weight"].ravel().tolist() == [3, 2]


def test_the_score_peaks_where_the_template_sits() -> None:
    line, picture = perform(lab("template-1d")).output, perform(lab("template-2d")).output
    place = 0, CROSS[0].start, CROSS[1].start
    for scores, at in ((line, (0, 0, WAVE_AT)), (picture, place)):
        assert np.argwhere(scores == scores.max()).tolist() == [list(at)]
        assert np.sort(scores.ravel())[-2] < 0.6 * scores.max(), "no other place comes near"
    for name in ("template-1d", "template-2d"):
        assert lab(name).weights["conv.weight"].sum() == pytest.approx(0, abs=1e-6), "a flat part scores nothing"


def test_the_five_filters_are_those_of_the_lecture() -> None:
    trial = perform(lab("five-filters"))
    digit, maps = trial.values[0], dict(zip(FILTERS, trial.output, strict=True))
    middle = digit[1:-1, 1:-1]
    around = {(i, j): digit[i : 26 + i, j : 26 + j] for i in range(3) for j in range(3)}
    assert np.array_equal(maps["identity"], middle)
    assert np.allclose(maps["all ones"], sum(around.values()), atol=1e-5)
    assert np.allclose(maps["horizontal difference"], sum(around[i, 2] - around[i, 0] for i in range(3)), atol=1e-5)
    assert np.allclose(maps["vertical difference"], sum(around[2, j] - around[0, j] for j in range(3)), atol=1e-5)
    neighbours = around[0, 1] + around[1, 0] + around[1, 2] + around[2, 1]
    assert np.allclose(maps["Laplacian"], 4 * middle - neighbours, atol=1e-5)
    assert 0.9 < digit.max() <= 1
    assert digit.min() == 0


def test_one_by_one_is_the_same_classifier_at_every_point() -> None:
    trial = perform(lab("conv-1x1"))
    means = trial.lab.weights["conv.weight"][:, :, 0, 0] / 2
    distances = ((trial.values[None] - means[:, :, None, None]) ** 2).sum(axis=1)
    assert np.array_equal(trial.output.argmax(axis=0), distances.argmin(axis=0))
    assert set(trial.output.argmax(axis=0).ravel().tolist()) == {0, 1, 2}


def test_the_transposed_one_enlarges_linearly_away_from_the_rim() -> None:
    trial = perform(lab("transposed"))
    enlarged = functional.interpolate(torch.tensor(trial.values)[None], scale_factor=2, mode="bilinear")[0].numpy()
    assert np.allclose(trial.output[:, 1:-1, 1:-1], enlarged[:, 1:-1, 1:-1], atol=1e-6)


def test_names_are_for_the_command_line() -> None:
    assert all(name == name.lower() and " " not in name for name in PRESETS)
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)
    with pytest.raises(InputError, match="no example called 'laplace'; take one of signal"):
        lab("laplace")


def test_titles_fit_their_box() -> None:
    assert max(len(preset.title) for preset in PRESETS.values()) <= 34


@pytest.mark.parametrize("name", PRESETS)
def test_an_example_knows_when_it_was_changed(name: str) -> None:
    made = lab(name)
    assert not changed(made)
    assert not changed(lab(name)), "made anew"
    assert isinstance(made.source, Grid)
    assert not changed(with_source(made, Grid(made.source.values.copy(), "typed numbers"))), "the same numbers"
    other = made.source.values.copy()
    other[0, 0, 0] += 1
    assert changed(with_source(made, Grid(other)))
    assert changed(replace(made, pose=Pose(right=1)))
    assert changed(with_kind(made, "ReLU")) == (name != "relu")
    view = kernel_view(made, "conv", 0)
    if view is not None:
        edited = with_kernels(made, view, view.values + 1)
        assert changed(edited)
        assert not changed(with_kernels(edited, view, view.values)), "and back"
    assert not changed(drawn_lab()), "it is no example"


def test_an_example_is_left_when_nothing_of_it_remains() -> None:
    shown = lab("signal")
    other = with_source(shown, Grid(np.ones((1, 1, 9), np.float32)))
    assert not left(shown)
    assert changed(other)
    assert not left(other)
    layer = replace(other.layer, stride=(1, 2))
    view = kernel_view(other, "conv", 0)
    assert view is not None
    assert not left(with_layer(other, layer)), "its kernel is there"
    gone = with_layer(with_kernels(other, view, view.values + 1), layer)
    assert left(gone)
    assert changed(gone)
    assert left(replace(shown, preset=""))


def test_an_example_without_kernels_is_left_with_input_and_operation() -> None:
    pooled = next(lab(name) for name in PRESETS if not lab(name).weights)
    other = with_source(pooled, Grid(np.ones((1, 1, 9), np.float32)))
    assert not left(other)
    assert left(with_kind(other, "ReLU" if pooled.layer.kind != "ReLU" else "MaxPool2d"))
