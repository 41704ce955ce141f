"""Edits of the Lab: whatever is done in whatever order, its parts fit together and no kernel is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.kernel_view import kernel_view
from convviz.spec.lab.edits import KINDS, shape_of, with_added, with_kernels, with_kind, with_layer, with_source
from convviz.spec.lab.lab import Lab, Operation, drawn_lab
from convviz.spec.lab.pose import UNMOVED, Pose
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid, Source
from convviz.spec.lab.trial import perform
from convviz.spec.limits import MOST_PRODUCTS, MOST_VALUES
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights, check, shapes

ODD = ((1, 1, 1), (1, 1, 50), (16, 1, 1), (1, 50, 1), (3, 40, 1), (4, 10, 3), (2, 6, 6), (1, 2, 2))


def grid(*shape: int) -> Grid:
    return Grid(np.random.default_rng(0).normal(size=shape).astype(np.float32))


def photo(height: int, width: int, channels: int = 3) -> FromPhoto:
    return FromPhoto(Photo(np.zeros((height, width, channels), np.uint8)), "rgb")


def fits(lab: Lab) -> None:
    """Fails where the parts of a Lab do not fit together."""
    assert lab.shape == shape_of(lab.source)
    assert len(lab.row.output_shape) == 3
    if lab.has_kernels:
        check(lab.network, lab.weights)
    else:
        assert lab.resting is None or lab.resting.out_channels == len(lab.weights["conv.weight"])
    if lab.dims == 1:
        assert lab.shape[1] == 1
        assert lab.row.output_shape[1] == 1
    if lab.shape[1] * lab.shape[2] < 10_000:
        perform(lab)


def with_kernel(lab: Lab, kernel: tuple[int, int]) -> Lab:
    return with_layer(lab, replace(lab.layer, kernel=kernel))  # type: ignore[call-arg]


# --- whatever is done -------------------------------------------------------------------------------------------


def drawn_edit(rng: np.random.Generator, lab: Lab) -> Lab:
    """Some edit, of which many are impossible."""
    match int(rng.integers(4)):
        case 0:
            sources: list[Source] = [grid(*shape) for shape in ODD]
            sources += [FromDrawing(), photo(3, 2000, 1), photo(12, 9), grid(1, 1, 9)]
            return with_source(lab, sources[int(rng.integers(len(sources)))])
        case 1:
            return with_kind(lab, list(KINDS)[int(rng.integers(len(KINDS)))])
        case 2:
            return replace(lab, flipped=bool(rng.integers(2)))
    names = [n for n in ("kernel", "stride", "padding", "dilation", "output_padding") if hasattr(lab.layer, n)]
    if lab.has_kernels and rng.random() < 0.4:
        name, value = str(rng.choice(["groups", "out_channels"])), int(rng.integers(1, 5))
        return with_layer(lab, replace(lab.layer, **{name: value}))
    if not names:
        return lab
    value = (int(rng.integers(0, 6)), int(rng.integers(0, 6)))
    return with_layer(lab, replace(lab.layer, **{str(rng.choice(names)): value}))


@pytest.mark.parametrize("seed", range(40))
def test_no_edit_leads_to_a_lab_that_does_not_fit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lab, refused = drawn_lab() if seed % 2 else list(PRESETS.values())[seed // 2 % len(PRESETS)].make(), 0
    origin = lab.origin
    for _ in range(40):
        try:
            lab = drawn_edit(rng, lab)
        except InputError:
            refused += 1
        fits(lab)
        assert lab.origin is origin
    assert refused < 30


@pytest.mark.parametrize("shape", ODD)
@pytest.mark.parametrize("kind", KINDS)
def test_every_operation_finds_its_place_on_odd_inputs(shape: tuple[int, int, int], kind: str) -> None:
    lab = with_source(with_kind(drawn_lab(), kind), grid(*shape))
    fits(lab)
    assert lab.layer.kind == kind
    assert lab.dims == (1 if shape[1] == 1 else 2)
    back = with_source(lab, FromDrawing())
    fits(back)
    assert back.dims == 2


def test_a_picture_is_never_a_signal() -> None:
    signal = with_source(drawn_lab(), grid(1, 1, 9))
    assert signal.dims == 1
    assert with_source(signal, photo(1, 20_000)).dims == 2
    fits(with_source(signal, photo(1, 20_000)))


# --- kernels ----------------------------------------------------------------------------------------------------


def numbered(layer: Conv2d | ConvTranspose2d, shape: tuple[int, int, int]) -> Lab:
    """A Lab whose kernels count up."""
    wanted = shapes(NetworkSpec("lab", shape, (layer,)))
    weights = Weights({n: np.arange(np.prod(s), dtype=np.float32).reshape(s) + 1 for n, s in wanted.items()})
    return Lab(grid(*shape), shape, layer, weights)


def same(one: Lab, other: Lab) -> None:
    assert one.layer == other.layer
    assert one.weights.keys() == other.weights.keys()
    assert all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)


@pytest.mark.parametrize("between", ["MaxPool2d", "AvgPool2d", "ReLU", "ConvTranspose2d"])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_a_convolution_comes_back_as_it_was(between: str, groups: int) -> None:
    layer = Conv2d("conv", 4, (3, 2), (2, 1), (1, 0), (1, 2), groups, padding_mode="replicate")
    lab = numbered(layer, (4, 8, 8))
    other = with_kind(lab, between)
    fits(other)
    back = with_kind(other, "Conv2d")
    if between == "ConvTranspose2d":  # it has no padding mode
        assert isinstance(back.layer, Conv2d)
        back = with_layer(back, replace(back.layer, padding_mode="replicate"))
    same(back, lab)
    assert back.resting is None


def test_a_convolution_waits_while_the_input_changes() -> None:
    lab = numbered(Conv2d("conv", 4, (3, 3), groups=2), (4, 8, 8))
    pooled = with_kind(lab, "MaxPool2d")
    grey = with_kind(with_source(pooled, FromDrawing()), "Conv2d")
    fits(grey)
    again = with_source(grey, grid(4, 8, 8))
    fits(again)
    same(with_layer(again, lab.layer), lab)
    same(with_kind(with_source(with_source(pooled, FromDrawing()), grid(4, 8, 8)), "Conv2d"), lab)


def test_one_channel_does_not_become_groups() -> None:
    lab = with_kind(numbered(Conv2d("conv", 3, (3, 3)), (1, 8, 8)), "AvgPool2d")
    colour = with_kind(with_source(lab, grid(3, 8, 8)), "Conv2d")
    assert isinstance(colour.layer, Conv2d)
    assert colour.layer.groups == 1
    first = lab.weights["conv.weight"]
    assert np.array_equal(colour.weights["conv.weight"], np.repeat(first, 3, axis=1))


def test_sizes_up_and_down_lose_nothing() -> None:
    lab = numbered(Conv2d("conv", 2, (5, 5)), (2, 9, 9))
    for kernel in ((3, 3), (1, 7), (7, 1), (2, 2)):
        changed = with_kernel(lab, kernel)
        fits(changed)
        same(with_kernel(changed, (5, 5)), lab)
    smaller = with_kernel(with_kernel(lab, (3, 3)), (1, 1))
    assert smaller.weights["conv.weight"][0, 0, 0, 0] == lab.weights["conv.weight"][0, 0, 2, 2]
    same(with_kernel(smaller, (5, 5)), lab)


def test_an_edit_in_between_is_what_counts() -> None:
    lab = with_kernel(numbered(Conv2d("conv", 1, (5, 5)), (1, 9, 9)), (3, 3))
    view = kernel_view(lab, "conv", 0)
    assert view is not None
    edited = with_kernels(lab, view, np.full((1, 3, 3), 7, np.float32))
    large = with_kernel(edited, (5, 5)).weights["conv.weight"][0, 0]
    assert (large[1:4, 1:4] == 7).all()
    assert large.sum() == 63


def test_a_signal_and_back() -> None:
    lab = numbered(Conv2d("conv", 2, (3, 3), (2, 2), (1, 1)), (1, 9, 9))
    signal = with_source(lab, grid(1, 1, 9))
    assert signal.layer == Conv2d("conv", 2, (1, 3), (1, 2), (0, 1))
    assert np.array_equal(signal.weights["conv.weight"][:, :, 0], lab.weights["conv.weight"][:, :, 1])
    same(with_source(signal, grid(1, 9, 9)), lab)
    pool = with_source(with_kind(lab, "MaxPool2d"), grid(1, 1, 9))
    assert pool.layer == MaxPool2d("pool", (1, 3))
    assert with_source(pool, FromDrawing()).layer == MaxPool2d("pool", (3, 3))
    relu = with_source(with_kind(lab, "ReLU"), grid(1, 1, 9))
    assert with_source(relu, FromDrawing()).layer == ReLU("relu")


SMALL = (grid(1, 1, 9), grid(1, 2, 2), grid(2, 1, 50), photo(3, 2000, 1), grid(1, 1, 1))


@pytest.mark.parametrize("seed", range(20))
def test_an_operation_is_as_large_as_it_was_when_there_is_room_again(seed: int) -> None:
    """Whichever inputs come between, and whatever is done to a signal there."""
    rng = np.random.default_rng(seed)
    lab = numbered(Conv2d("conv", 1, (5, 5), (2, 1), (1, 2)), (1, 28, 28))
    between = lab
    for _ in range(6):
        between = with_source(between, SMALL[int(rng.integers(len(SMALL)))])
        fits(between)
        kinds = list(KINDS)[: 4 if rng.random() < 0.5 else 0]
        for kind in [*kinds, "Conv2d"]:
            between = with_kind(between, kind)
    back = with_source(between, FromDrawing())
    fits(back)
    assert back.layer == lab.layer
    assert np.array_equal(back.weights["conv.weight"], lab.weights["conv.weight"])
    assert back.wanted is None


def test_widths_on_a_signal_say_nothing_of_a_picture() -> None:
    lab = numbered(Conv2d("conv", 1, (5, 5)), (1, 28, 28))
    signal = with_source(lab, grid(1, 1, 30))
    wider = with_layer(signal, replace(signal.layer, kernel=(1, 7), bias=False))  # type: ignore[call-arg]
    back = with_source(wider, FromDrawing())
    assert back.layer == Conv2d("conv", 1, (5, 5), bias=False)
    assert np.array_equal(back.weights["conv.weight"], lab.weights["conv.weight"])
    pooled = with_source(with_kind(with_kind(lab, "MaxPool2d"), "AvgPool2d"), grid(1, 1, 30))
    assert pooled.layer == AvgPool2d("pool", (1, 5))
    assert with_source(with_kind(pooled, "MaxPool2d"), FromDrawing()).layer == MaxPool2d("pool", (5, 5))


def test_a_size_that_is_chosen_on_a_small_picture_stays() -> None:
    small = with_source(numbered(Conv2d("conv", 1, (5, 5)), (1, 28, 28)), grid(1, 4, 4))
    assert small.layer == Conv2d("conv", 1, (4, 4))
    chosen = with_source(with_kernel(small, (2, 3)), FromDrawing())
    assert chosen.layer == Conv2d("conv", 1, (2, 3))
    without = with_layer(small, replace(small.layer, bias=False))  # type: ignore[call-arg]
    assert with_source(without, FromDrawing()).layer == Conv2d("conv", 1, (5, 5), bias=False)


def test_another_input_comes_unmoved() -> None:
    lab = replace(drawn_lab(), pose=Pose(right=3))
    assert with_source(lab, grid(1, 1, 4)).pose == UNMOVED
    assert with_source(lab, FromDrawing()).pose == Pose(right=3), "it is the same input"
    moved = replace(with_source(lab, grid(1, 5, 5)), pose=Pose(down=1))
    assert with_source(moved, grid(1, 5, 5)).pose == UNMOVED, "other numbers"
    assert with_kind(with_kernel(moved, (2, 2)), "ReLU").pose == Pose(down=1)


@pytest.mark.parametrize(
    ("name", "shape", "rows"),
    [
        ("Laplacian", (3, 3), [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
        ("differences", (1, 2), [[-1, 1]]),
        ("differences", (2, 2), [[-1, 1], [-1, 1]]),
        ("differences", (2, 1), [[-1], [1]]),
        ("identity", (1, 1), [[1]]),
    ],
)
@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d"])
def test_the_first_kernel_is_a_known_one(name: str, shape: tuple[int, int], rows: list[list[int]], kind: str) -> None:
    """Of an example without kernels; for every channel the same, and no bias."""
    lab = Lab(grid(2, 6, 6), (2, 6, 6), MaxPool2d("pool", shape), Weights({}))
    made = with_kind(lab, kind)
    fits(made)
    assert made.row.output_shape[0] == 1
    for channel in (0, 1):
        assert made.weights["conv.weight"][0, channel].tolist() == rows, name
    assert made.weights["conv.bias"].tolist() == [0]


def test_a_kernel_that_was_never_high_stays_flat() -> None:
    lab = PRESETS["signal"].make()
    on_drawing = with_source(lab, FromDrawing())
    assert getattr(on_drawing.layer, "kernel", None) == (1, 2)
    assert np.array_equal(on_drawing.weights["conv.weight"], lab.weights["conv.weight"])


def test_a_pool_that_never_was_a_convolution_becomes_one() -> None:
    lab = Lab(grid(2, 6, 6), (2, 6, 6), AvgPool2d("pool", (2, 3)), Weights({}))
    made = with_kind(lab, "ConvTranspose2d")
    fits(made)
    assert made.layer == ConvTranspose2d("conv", 1, (2, 3))


def test_the_kernel_and_the_bias_of_one_channel(draw: Callable[[int], Lab]) -> None:
    for seed in range(60):
        lab = draw(seed)
        view = kernel_view(lab, lab.layer.id, lab.row.output_shape[0] - 1)
        if view is None:
            assert not lab.has_kernels
            continue
        changed = with_kernels(lab, view, view.values + 1)
        assert np.array_equal(changed.weights["conv.weight"][-1], lab.weights["conv.weight"][-1] + 1)
        assert np.array_equal(changed.weights["conv.weight"][:-1], lab.weights["conv.weight"][:-1])
        if view.bias is not None:
            assert with_added(lab, view, 5.0).weights["conv.bias"][-1] == 5


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "part"),
    [
        (Conv2d("conv", 1, (29, 3)), "does not fit into its input 28×28"),
        (Conv2d("conv", 0, (3, 3)), "at least 1 output channel"),
        (Conv2d("conv", 5000, (3, 3)), "too slow"),
        (Conv2d("conv", 1, (3, 3), groups=2), "groups must divide"),
        (ConvTranspose2d("conv", 1, (3, 3), output_padding=(1, 0)), "output padding must be smaller"),
        (MaxPool2d("pool", (2, 2), padding=(2, 2)), "at most half its kernel"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_in_a_sentence(layer: Operation, part: str) -> None:
    with pytest.raises(InputError, match=part):
        with_layer(drawn_lab(), layer)


def test_an_operation_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="the Lab has no operation 'Linear'"):
        with_kind(drawn_lab(), "Linear")


def test_a_layer_of_another_kind_is_called_as_it_should() -> None:
    lab = with_layer(drawn_lab(), MaxPool2d("conv", (2, 2)))
    assert lab.layer == MaxPool2d("pool", (2, 2))
    assert lab.resting == drawn_lab().layer


def test_what_a_signal_has_no_height_for_is_left_out() -> None:
    lab = with_source(drawn_lab(), grid(1, 1, 9))
    assert with_layer(lab, ConvTranspose2d("conv", 1, (3, 3), (2, 2))).layer == ConvTranspose2d(
        "conv", 1, (1, 3), (1, 2)
    )


def test_a_larger_input_leaves_nothing_that_would_stand_still() -> None:
    lab = with_layer(drawn_lab(), Conv2d("conv", 32, (20, 20), padding=(32, 32)))
    large = with_source(lab, grid(1, 512, 512))
    assert large.layer == Conv2d("conv", 1, (20, 20))
    assert with_source(large, FromDrawing()).layer == lab.layer, "there is room again"
    larger = with_source(with_layer(drawn_lab(), Conv2d("conv", 1, (64, 64), padding=(32, 32))), grid(1, 2048, 2048))
    assert larger.layer == Conv2d("conv", 1, (3, 3))
    spread = with_source(with_layer(drawn_lab(), ConvTranspose2d("conv", 1, (3, 3), (16, 16))), grid(1, 1024, 1024))
    assert spread.layer == ConvTranspose2d("conv", 1, (3, 3))
    pooled = with_kind(with_kind(spread, "MaxPool2d"), "ConvTranspose2d")
    assert pooled.layer == spread.layer
    for found in (large, larger, spread, pooled):
        fits(found)
        assert found.row.products <= MOST_PRODUCTS
        assert prod(found.row.output_shape) <= MOST_VALUES


# --- photos -----------------------------------------------------------------------------------------------------


def huge(height: int, width: int, channels: int) -> FromPhoto:
    """A photo that takes one byte of memory."""
    pixels = np.broadcast_to(np.zeros((1, 1, 1), np.uint8), (height, width, channels))
    return FromPhoto(Photo(pixels), "rgb" if channels == 3 else "grey")


def test_settings_of_a_large_photo_are_not_called_slow() -> None:
    lab = with_source(drawn_lab(), huge(3000, 4000, 3))
    grown = with_layer(lab, Conv2d("conv", 3, (15, 15)))
    assert grown.row.output_shape == (3, 2986, 3986)
    assert grown.row.products > MOST_PRODUCTS


def test_a_photo_too_large_for_many_channels_gets_fewer() -> None:
    lab = with_layer(drawn_lab(), Conv2d("conv", 9, (3, 3)))
    large = with_source(lab, huge(10_000, 10_000, 1))
    assert large.row.output_shape == (1, 9998, 9998)
    with pytest.raises(InputError, match="GB"):
        with_layer(large, Conv2d("conv", 9, (3, 3)))


def test_a_photo_that_no_memory_holds_is_refused() -> None:
    with pytest.raises(InputError, match="GB"):
        with_source(drawn_lab(), huge(20_000, 20_000, 3))


# --- channels that were not there -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d"])
def test_new_input_channels_get_the_first_ones_kernel(kind: str) -> None:
    lab = with_source(with_kind(drawn_lab(), kind), grid(1, 9, 9))
    first = lab.weights["conv.weight"]
    for channels in (2, 3, 1, 4):
        lab = with_source(lab, grid(channels, 9, 9))
        fits(lab)
        assert np.array_equal(lab.weights["conv.weight"], np.repeat(first, channels, axis=1)), channels
    large = with_kernel(lab, (5, 5)).weights["conv.weight"]
    assert np.array_equal(large, np.repeat(large[:, :1], 4, axis=1)), "another size has them too"
    assert np.array_equal(with_kernel(lab, (5, 5)).weights["conv.weight"][:, :, 1:4, 1:4], lab.weights["conv.weight"])


def test_channels_of_their_own_come_back_and_only_new_ones_are_copies() -> None:
    lab = with_layer(with_source(drawn_lab(), grid(2, 9, 9)), Conv2d("conv", 3, (3, 3)))
    view = kernel_view(lab, "conv", 1)
    assert view is not None
    lab = with_kernels(lab, view, np.arange(18, dtype=np.float32).reshape(2, 3, 3))
    own = lab.weights["conv.weight"]
    back = with_source(with_source(lab, grid(1, 9, 9)), grid(4, 9, 9)).weights["conv.weight"]
    assert np.array_equal(back[:, :2], own)
    assert np.array_equal(back[:, 2:], np.repeat(own[:, :1], 2, axis=1))


def test_the_kernel_that_rested_knows_new_channels_too() -> None:
    lab = with_source(with_kind(drawn_lab(), "MaxPool2d"), grid(3, 9, 9))
    kernels = with_kind(lab, "Conv2d").weights["conv.weight"]
    assert np.array_equal(kernels, np.repeat(drawn_lab().weights["conv.weight"], 3, axis=1))
