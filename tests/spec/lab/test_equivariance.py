"""A convolution commutes with a shift; with a stride only where the shift is a multiple of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from convviz.spec.geometry import describe
from convviz.spec.lab.edits import with_layer
from convviz.spec.lab.equivariance import SHIFTS, curves, differences, followed, interior, pooled, pooled_row
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.source import Grid
from convviz.spec.network import Conv2d, ConvTranspose2d, Layer, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.weights import Weights

RNG = np.random.default_rng(3)
X = RNG.normal(size=(1, 28, 28)).astype(np.float32)


def lab_with(layer: Layer) -> Lab:
    kernel = getattr(layer, "kernel", (3, 3))
    weights = Weights({"conv.weight": RNG.normal(size=(2, 1, *kernel)), "conv.bias": RNG.normal(size=2)})
    return Lab(Grid(X), (1, 28, 28), layer, weights)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d("conv", 2, (3, 5)),
        Conv2d("conv", 2, (3, 3), padding=(2, 1)),
        Conv2d("conv", 2, (3, 3), padding=(1, 1), padding_mode="reflect", dilation=(2, 1)),
        ConvTranspose2d("conv", 2, (3, 3), stride=(2, 2), padding=(1, 1)),
        MaxPool2d("pool", (3, 3), (1, 1), (1, 1)),
        ReLU("relu"),
    ],
    ids=lambda layer: layer.kind,
)
@pytest.mark.parametrize("axis", [0, 1])
def test_with_stride_1_a_shift_of_the_input_is_a_shift_of_the_output_exactly(layer: Layer, axis: int) -> None:
    found = curves(lab_with(layer), X, axis)
    assert found.off.tolist() == [0.0] * len(SHIFTS)
    assert found.changed[8] == 0
    assert (np.delete(found.changed, 8) > 0.3).all()
    assert found.pooled_off[8] == 0


@pytest.mark.parametrize("stride", [2, 3])
def test_with_a_stride_only_its_multiples_commute(stride: int) -> None:
    found = curves(lab_with(Conv2d("conv", 2, (3, 3), stride=(stride, stride))), X, 1)
    for shift, off in zip(SHIFTS, found.off, strict=True):
        assert (off == 0) == (shift % stride == 0)


def test_a_map_pooled_by_2_lags() -> None:
    found = curves(drawn_lab(), X, 0)
    assert (found.pooled_off[::2] == 0).all()
    assert (found.pooled_off[1::2] > 0.1).all()


def test_a_shift_changes_a_pooled_map_less_where_the_input_is_smooth() -> None:
    """The pseudo-invariance of the lecture, on a bar."""
    bar = np.zeros((1, 28, 28), np.float32)
    bar[0, 6:22, 11:16] = 1
    found = curves(drawn_lab(), bar, 1)
    assert found.pooled_changed[9] < found.changed[9]


@pytest.mark.parametrize("pose", [Pose(3, -2), Pose(-1, 5, 30, 1.2), Pose(0.25, 4)])
@pytest.mark.parametrize("axis", [0, 1])
def test_curves_go_through_the_pose(pose: Pose, axis: int) -> None:
    """At the shift of the pose they are what the pose does; elsewhere what it would do with another shift."""
    lab = replace(lab_with(Conv2d("conv", 2, (3, 3), stride=(2, 2), padding=(1, 1))), pose=pose)
    found = curves(lab, X, axis)
    for n, shift in enumerate(SHIFTS):
        one, other = differences(lab, X, replace(pose, **({"down": shift} if axis == 0 else {"right": shift})))
        assert other is not None
        drawn = (found.changed[n], found.off[n], found.pooled_changed[n], found.pooled_off[n])
        assert np.array_equal(drawn, (*one, *other), equal_nan=True)


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_what_is_followed_are_the_shifts_without_an_error(stride: int) -> None:
    lab = lab_with(Conv2d("conv", 2, (3, 3), stride=(stride, 1)))
    found = curves(lab, X, 0)
    (down, right), pooled_by = followed(lab)
    assert (down, right) == (stride, 1)
    assert pooled_by is not None
    for n, shift in enumerate(SHIFTS):
        for off, step in ((found.off[n], down), (found.pooled_off[n], pooled_by[0])):
            assert np.isnan(off) or (off == 0) == (shift % step == 0)


def test_a_symmetric_kernel_commutes_with_a_quarter_turn() -> None:
    one, other = differences(drawn_lab(), X, Pose(turn_deg=90))
    assert one.off < 1e-6
    assert one.changed > 0.5
    assert other is not None
    assert other.off < 1e-6, "26 is even: cells turn into cells"


def test_signals_too() -> None:
    x = RNG.normal(size=(1, 1, 40)).astype(np.float32)
    weights = Weights({"conv.weight": np.array([[[[-1, 1]]]], np.float32)})
    lab = Lab(Grid(x), (1, 1, 40), Conv2d("conv", 1, (1, 2), bias=False), weights, 1)
    found = curves(lab, x, 1)
    assert (found.off == 0).all()
    assert (found.pooled_off[::2] == 0).all()
    small = pooled(lab, np.arange(39, dtype=np.float32)[None, None])
    assert small is not None
    assert small.shape == (1, 1, 19)


def test_what_is_too_small_to_be_pooled_has_no_curve() -> None:
    lab = with_layer(drawn_lab(), Conv2d("conv", 1, (28, 28)))
    assert pooled_row(lab) is None
    assert np.isnan(curves(lab, X, 1).pooled_changed).all()
    assert np.isnan(curves(lab, X, 1).off[0]), "nothing of it is inside"


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d("conv", 2, (3, 3), stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        ConvTranspose2d("conv", 2, (3, 2), stride=(2, 3), padding=(1, 1)),
    ],
    ids=lambda layer: layer.kind,
)
@pytest.mark.parametrize("rectangle", [True, False])
def test_the_interior_is_what_reads_only_covered_inputs(layer: Layer, rectangle: bool) -> None:
    """The gradient says what an output reads; what is in the padding is covered by a larger input."""
    (row,) = describe(NetworkSpec("lab", (1, 9, 11), (layer,)))
    covered = RNG.random((9, 11)) > 0.15
    if rectangle:
        covered[:] = False
        covered[1:8, 2:11] = True
    wide = torch.zeros(1, 1, 9 + 40, 11 + 40, dtype=torch.float64)
    wide[..., 20:-20, 20:-20] = torch.from_numpy(covered)
    missing = (1 - wide).double()
    if isinstance(layer, Conv2d):
        ones = torch.ones(1, 1, *layer.kernel, dtype=torch.float64)
        p = [20 - padding for padding in layer.padding]
        shifted = missing[..., p[0] :, p[1] :]
        touched = torch.nn.functional.conv2d(shifted, ones, stride=layer.stride, dilation=layer.dilation)
    else:
        assert isinstance(layer, ConvTranspose2d)
        ones = torch.ones(1, 1, *layer.kernel, dtype=torch.float64)
        touched = torch.nn.functional.conv_transpose2d(missing, ones, stride=layer.stride)
        first = [20 * s + p for s, p in zip(layer.stride, layer.padding, strict=True)]
        touched = touched[..., first[0] :, first[1] :]
    expected = touched[0, 0, : row.output_shape[1], : row.output_shape[2]].numpy() == 0
    assert np.array_equal(interior(row, covered), expected)
