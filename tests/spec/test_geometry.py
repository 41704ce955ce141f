"""The geometry against torch: shapes and counts against the real modules, fields against autograd's footprints."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convviz.core.network import build
from convviz.spec import geometry
from convviz.spec.errors import InputError
from convviz.spec.geometry import as_json, describe, output_size, window
from convviz.spec.network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Pair,
    ReLU,
    Tanh,
)
from convviz.spec.presets import lecture, lenet5
from convviz.spec.receptive_field import ReceptiveField

NETWORKS_DRAWN = 500


def by_hand(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[key] for key in ("name", "output_shape", "params", "products", "receptive_field", "jump"))


def test_lecture_as_on_the_slide() -> None:
    table = as_json(describe(lecture()))
    assert [by_hand(row) for row in table["layers"]] == [
        ("conv1", [32, 24, 24], 832, 460_800, 5, 1),
        ("pool1", [32, 8, 8], 0, 0, 7, 3),
        ("relu1", [32, 8, 8], 0, 0, 7, 3),
        ("conv2", [64, 4, 4], 51_264, 819_200, 19, 3),
        ("pool2", [64, 2, 2], 0, 0, 22, 6),
        ("relu2", [64, 2, 2], 0, 0, 22, 6),
        ("flatten", [256], 0, 0, "all", None),
        ("fc1", [200], 51_400, 51_200, "all", None),
        ("relu3", [200], 0, 0, "all", None),
        ("fc2", [10], 2_010, 2_000, "all", None),
    ]
    assert (table["params"], table["products"]) == (105_506, 1_333_200)


def test_lenet5_classifier_is_400_120_84_10() -> None:
    shapes = {row.layer.id: row.output_shape for row in describe(lenet5())}
    assert (shapes["flatten"], shapes["fc1"], shapes["fc2"], shapes["fc3"]) == ((400,), (120,), (84,), (10,))


def test_the_lectures_dilated_example() -> None:
    spec = NetworkSpec("dilated", (1, 20, 30), (Conv2d("conv", 1, (3, 3), dilation=(4, 4)),))
    (row,) = describe(spec)
    assert row.output_shape == (1, 12, 22)
    assert row.receptive_field == ReceptiveField((9, 9))


# --- receptive fields ----------------------------------------------------------------------------------------


def drawn_layer(rng: np.random.Generator, name: str) -> Layer:
    def pair(low: int, high: int) -> Pair:
        return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

    kernel, stride = pair(1, 4), pair(1, 3)
    half = (int(rng.integers(0, kernel[0] // 2 + 1)), int(rng.integers(0, kernel[1] // 2 + 1)))
    match rng.integers(5):
        case 0:
            return MaxPool2d(name, kernel, stride if rng.random() < 0.5 else None, half, pair(1, 3))
        case 1:
            return AvgPool2d(name, kernel, stride if rng.random() < 0.5 else None, half)
        case 2:
            return ReLU(name)
    return Conv2d(name, 1, kernel, stride, pair(0, 3), pair(1, 3))


def positive(layer: Layer) -> nn.Module:
    """A module with the same window whose every tap has a positive weight, so that no gradient hides."""
    match layer:
        case Conv2d():
            window = (layer.kernel, layer.stride, layer.padding, layer.dilation)
        case MaxPool2d():
            window = (layer.kernel, layer.stride or layer.kernel, layer.padding, layer.dilation)
        case AvgPool2d():
            window = (layer.kernel, layer.stride or layer.kernel, layer.padding, (1, 1))
        case _:
            return nn.Identity()
    conv = nn.Conv2d(1, 1, *window, bias=False).double()
    nn.init.constant_(conv.weight, 1 / prod(conv.weight.shape))
    return conv


def footprint(network: nn.Module, shape: tuple[int, ...], row: int, column: int) -> tuple[int, int, int, int]:
    """(top, left, bottom, right) of the input pixels with a gradient from one unit."""
    picture = torch.ones(1, *shape, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(network(picture)[0, 0, row, column], picture)
    rows, columns = (gradient[0, 0] > 0).nonzero(as_tuple=True)
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def inner_unit(field: ReceptiveField) -> Pair:
    """The first unit whose field does not reach into the padding above and to the left."""
    return -(field.start[0] // field.jump[0]), -(field.start[1] // field.jump[1])


def test_fields_are_autograds_footprints() -> None:
    rng = np.random.default_rng(20)
    compared = 0
    while compared < NETWORKS_DRAWN:
        layers = tuple(drawn_layer(rng, f"layer{i}") for i in range(rng.integers(1, 6)))
        field = ReceptiveField()
        for layer in layers:
            settings_ = geometry.window(layer)
            field = field.through(*settings_) if settings_ else field
        if max(field.size) > 90 or max(field.jump) > 24:
            continue
        row, column = inner_unit(field)
        top, left, bottom, right = field.box(row + 1, column + 1)
        shape = (1, bottom + int(rng.integers(0, 5)), right + int(rng.integers(0, 5)))
        spec = NetworkSpec("drawn", shape, layers)
        assert describe(spec)[-1].receptive_field == field
        network = nn.Sequential(*map(positive, layers))
        assert footprint(network, shape, row + 1, column + 1) == (top, left, bottom, right), spec
        assert footprint(network, shape, row, column) == field.box(row, column), spec
        compared += 1


def test_a_field_at_the_border_is_the_box_without_the_padding() -> None:
    layers = (Conv2d("a", 1, (3, 5), padding=(1, 2)), Conv2d("b", 1, (3, 3), (2, 2), (1, 1)))
    field = describe(NetworkSpec("border", (1, 20, 20), layers))[-1].receptive_field
    assert field is not None
    top, left, bottom, right = field.box(0, 0)
    assert top < 0
    assert left < 0
    network = nn.Sequential(*map(positive, layers))
    assert footprint(network, (1, 20, 20), 0, 0) == (max(top, 0), max(left, 0), bottom, right)


# --- shapes and counts ---------------------------------------------------------------------------------------

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
paddings = st.tuples(st.integers(0, 3), st.integers(0, 3))


@st.composite
def convolutions(draw: Callable[..., object]) -> Conv2d:
    return Conv2d(
        "layer",
        draw(st.sampled_from((2, 4, 6))),
        draw(pairs),
        draw(pairs),
        draw(paddings),
        draw(pairs),
        draw(st.sampled_from((1, 2, 4))),
        draw(st.booleans()),
        draw(st.sampled_from(("zeros", "reflect", "replicate", "circular"))),
    )


poolings = st.builds(MaxPool2d, st.just("layer"), pairs, st.none() | pairs, paddings, pairs, st.booleans())
averages = st.builds(AvgPool2d, st.just("layer"), pairs, st.none() | pairs, paddings, st.booleans(), st.booleans())
inputs = st.tuples(st.just(4), st.integers(1, 12), st.integers(1, 12))


def module(layer: Layer) -> nn.Module:
    """The torch module that a person would write down for the layer, independent of convviz.core."""
    match layer:
        case Conv2d(out_channels=n, kernel=k, stride=s, padding=p, dilation=d, groups=g, bias=b, padding_mode=mode):
            return nn.Conv2d(4, n, k, s, p, d, g, b, mode)
        case MaxPool2d(kernel=k, stride=s, padding=p, dilation=d, ceil_mode=c):
            return nn.MaxPool2d(k, s, p, d, ceil_mode=c)
        case AvgPool2d(kernel=k, stride=s, padding=p, ceil_mode=c, count_include_pad=i):
            return nn.AvgPool2d(k, s, p, c, i)
    raise AssertionError(layer)


@settings(deadline=None, max_examples=400)
@given(convolutions() | poolings | averages, inputs)
def test_shapes_are_torchs_and_what_torch_refuses_is_refused(layer: Layer, shape: tuple[int, int, int]) -> None:
    try:
        output = module(layer)(torch.zeros(1, *shape))
    except (RuntimeError, ValueError):
        output = None
    if output is None or torch.isinf(output).any():  # the largest of nothing but padding, which we refuse as well
        with pytest.raises(InputError, match="layer"):
            describe(NetworkSpec("one", shape, (layer,)))
        return
    (row,) = describe(NetworkSpec("one", shape, (layer,)))
    assert row.output_shape == tuple(output.shape[1:])


def test_a_largest_value_of_nothing_but_padding_is_refused() -> None:
    layer = MaxPool2d("layer", (2, 1), padding=(1, 0), dilation=(2, 1))
    assert torch.isinf(module(layer)(torch.zeros(1, 4, 1, 1))).all()
    with pytest.raises(InputError, match="holds nothing but padding"):
        describe(NetworkSpec("one", (4, 1, 1), (layer,)))


@settings(deadline=None, max_examples=60)
@given(convolutions(), inputs)
def test_counts_are_torchs(layer: Conv2d, shape: tuple[int, int, int]) -> None:
    spec = NetworkSpec("one", shape, (layer, BatchNorm2d("bn"), Tanh("t"), Dropout("d"), Flatten("f"), Linear("fc", 3)))
    try:
        rows = describe(spec)
    except InputError:
        return
    network = build(spec)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        network(torch.zeros(1, *shape))
    assert sum(row.params for row in rows) == sum(p.numel() for p in network.parameters())
    assert 2 * sum(row.products for row in rows) == counter.get_total_flops()


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 5), st.integers(0, 3), st.integers(1, 3))
def test_output_size_counts_the_windows_that_fit(size: int, kernel: int, stride: int, padding: int, dil: int) -> None:
    span = 1 + (kernel - 1) * dil
    starts = range(-padding, size + padding - span + 1, stride)
    assert max(output_size(size, kernel, stride, padding, dil), 0) == len(starts)


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2d("conv1", 1, (5, 5)), (1, 4, 9), "conv1: its kernel 5×5 does not fit into its input 4×9"),
        (Conv2d("conv1", 1, (3, 3), dilation=(4, 4)), (1, 8, 9), "spans 9×9"),
        (Conv2d("conv1", 1, (0, 3)), (1, 9, 9), "kernel must be at least 1"),
        (Conv2d("conv1", 1, (3, 3), stride=(0, 1)), (1, 9, 9), "stride must be at least 1"),
        (Conv2d("conv1", 1, (3, 3), dilation=(1, 0)), (1, 9, 9), "dilation must be at least 1"),
        (Conv2d("conv1", 1, (3, 3), padding=(-1, 0)), (1, 9, 9), "padding must be at least 0"),
        (Conv2d("conv1", 3, (3, 3), groups=2), (4, 9, 9), "groups must divide"),
        (Conv2d("conv1", 0, (3, 3)), (4, 9, 9), "at least 1 output channel"),
        (Conv2d("conv1", 1, (3, 3), padding=(10**6, 10**6)), (1, 9, 9), "GB"),
        (Conv2d("conv1", 10**9, (3, 3)), (1, 9, 9), "GB"),
        (MaxPool2d("pool1", (3, 3), padding=(2, 1)), (1, 9, 9), "at most half its kernel"),
        (Linear("fc", 3), (1, 9, 9), "flatten first"),
        (Conv2d("conv1", 1, (3, 3)), (1, 0, 9), "at least 1"),
    ],
)
def test_impossible_settings_say_why(layer: Layer, shape: tuple[int, int, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        describe(NetworkSpec("bad", shape, (layer,)))


def test_formulas_carry_the_numbers_of_their_row() -> None:
    for row in describe(lecture()):
        assert f"{row.params:,}" in row.formulas["params"] or row.params == 0
        assert f"{row.products:,}" in row.formulas["products"] or row.products == 0
        if row.receptive_field and geometry.window(row.layer):
            assert row.formulas["field"].split("\n")[0].endswith(f"= {row.receptive_field.size[0]}")
            assert row.formulas["jump"].endswith(f"= {row.receptive_field.jump[0]}")


def test_a_max_pool_window_of_nothing_but_padding_is_refused() -> None:
    """torch computes −∞ forwards, and aborts the process backwards."""
    pool = MaxPool2d("pool1", (2, 2), padding=(1, 1), dilation=(3, 1))
    with pytest.raises(InputError, match="pool1: with dilation 3 a window steps over its input, which is 2 high"):
        describe(NetworkSpec("", (1, 2, 2), (pool,)))
    describe(NetworkSpec("", (1, 3, 2), (pool,)))
    for dilation in range(1, 6):  # what is accepted has a value in every window
        for size, kernel, stride in product(range(1, 6), range(1, 4), range(1, 4)):
            layer = MaxPool2d("pool1", (kernel, 1), (stride, 1), (kernel // 2, 0), (dilation, 1))
            try:
                rows = describe(NetworkSpec("", (1, size, 1), (layer,)))
            except InputError:
                continue
            out = nn.functional.max_pool2d(torch.zeros(1, size, 1), *(window(layer) or ()))
            assert out.shape == rows[0].output_shape
            assert out.isfinite().all()
