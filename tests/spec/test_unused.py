"""Lines that no output reads: against brute force on a padded picture of indices, and against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from convviz.core.network import build
from convviz.spec.errors import InputError
from convviz.spec.geometry import LayerGeometry, describe, window
from convviz.spec.network import (
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    PaddingMode,
    ReLU,
)
from convviz.spec.unused import sentence, unused

OVER, LARGER = ": the stride leaves them over", ": the stride is larger than the kernel"
CUT = ": the padding cuts away what"
NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def row_of(layer: Layer, height: int, width: int) -> LayerGeometry:
    return describe(NetworkSpec("one", (1, height, width), (layer,)))[0]


def read_by_hand(row: LayerGeometry) -> tuple[set[int], set[int]]:
    """Slides the window over the input's indices, padded by numpy."""
    settings = window(row.layer)
    assert settings is not None
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = settings
    _, height, width = row.input_shape
    mode = getattr(row.layer, "padding_mode", "zeros")
    places = np.arange(height * width).reshape(height, width)
    around = (
        ((ph, ph + sh), (pw, pw + sw)) if mode == "zeros" else ((ph, ph), (pw, pw))
    )  # a rounded up window sticks out
    padded = (
        np.pad(places, around, constant_values=-1) if mode == "zeros" else np.pad(places, around, NUMPY_MODES[mode])  # type: ignore[call-overload]
    )
    seen: set[int] = set()
    for y in range(row.output_shape[1]):
        for x in range(row.output_shape[2]):
            part = padded[y * sh : y * sh + (kh - 1) * dh + 1 : dh, x * sw : x * sw + (kw - 1) * dw + 1 : dw]
            seen.update(part.ravel().tolist())
    seen.discard(-1)
    return {place // width for place in seen}, {place % width for place in seen}


def size(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(max_examples=300)
@given(
    st.sampled_from(["conv", "max", "mean"]),
    size(1, 12),
    size(1, 4),
    size(1, 5),
    size(0, 3),
    size(1, 3),
    st.booleans(),
    st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
)
def test_against_brute_force(
    kind: str,
    shape: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    ceil: bool,
    mode: PaddingMode,
) -> None:
    layers: dict[str, Layer] = {
        "conv": Conv2d("it", 1, kernel, stride, padding, dilation, padding_mode=mode),
        "max": MaxPool2d("it", kernel, stride, padding, dilation, ceil),
        "mean": AvgPool2d("it", kernel, stride, padding, ceil),
    }
    try:
        row = row_of(layers[kind], *shape)
    except InputError:
        return
    rows, columns = read_by_hand(row)
    assert unused(row) == (
        tuple(sorted(set(range(shape[0])) - rows)),
        tuple(sorted(set(range(shape[1])) - columns)),
    )
    assert bool(sentence(row)) == (unused(row) != ((), ()))


@pytest.mark.parametrize(
    ("layer", "height", "width"),
    [
        (Conv2d("it", 1, (3, 3), (2, 2)), 8, 9),
        (Conv2d("it", 1, (1, 2), (3, 4), (1, 0)), 9, 11),
        (Conv2d("it", 1, (2, 2), (2, 2), dilation=(2, 4)), 10, 11),
        (Conv2d("it", 1, (3, 3), (4, 4), (1, 1), padding_mode="reflect"), 9, 10),
        (Conv2d("it", 1, (3, 3), (4, 4), (1, 1), padding_mode="circular"), 9, 10),
        (AvgPool2d("it", (3, 3)), 8, 10),
        (AvgPool2d("it", (3, 3), ceil_mode=True), 8, 10),
        (MaxPool2d("it", (2, 2), (3, 3)), 8, 10),
        (MaxPool2d("it", (2, 2), (2, 2), dilation=(2, 2)), 8, 9),
    ],
)
def test_against_what_torch_reads(layer: Layer, height: int, width: int) -> None:
    row = row_of(layer, height, width)
    module = build(NetworkSpec("one", (1, height, width), (layer,)))
    for parameter in module.parameters():
        nn.init.constant_(parameter, 1.0)
    rows, columns = set(), set()
    for y in range(height):  # a lit pixel that changes any output is read
        for x in range(width):
            picture = torch.zeros(1, 1, height, width)
            dark = module(picture)
            picture[0, 0, y, x] = 1.0
            if not torch.equal(module(picture), dark):
                rows.add(y)
                columns.add(x)
    assert unused(row) == (tuple(sorted(set(range(height)) - rows)), tuple(sorted(set(range(width)) - columns)))


@pytest.mark.parametrize(
    ("layer", "height", "width", "expected"),
    [
        (Conv2d("it", 1, (2, 2), (2, 2)), 5, 5, f"the last 1 row and 1 column of its input are not used{OVER}"),
        (Conv2d("it", 1, (2, 2), (2, 2)), 5, 4, "the last 1 row of its input is not used: the stride leaves it over"),
        (Conv2d("it", 1, (4, 4), (4, 4)), 4, 7, f"the last 3 columns of its input are not used{OVER}"),
        (Conv2d("it", 1, (1, 1), (2, 2)), 3, 3, f"1 row and 1 column of its input are not used{LARGER}"),
        (Conv2d("it", 1, (2, 2), dilation=(3, 1)), 5, 4, "1 row of its input is not used: the dilation skips it"),
        (Conv2d("it", 1, (3, 3)), 5, 5, ""),
        (ConvTranspose2d("it", 1, (3, 3), padding=(0, 0)), 5, 5, ""),
        (ConvTranspose2d("it", 1, (1, 2), padding=(0, 3)), 5, 9, f"4 columns of its input are not used{CUT} them"),
        (ConvTranspose2d("it", 1, (2, 2), (2, 2), (1, 3)), 5, 5, f"2 columns of its input are not used{CUT} them"),
        (ReLU("it"), 5, 5, ""),
    ],
)
def test_the_sentence(layer: Layer, height: int, width: int, expected: str) -> None:
    text = sentence(row_of(layer, height, width))
    assert text == (f"{expected} would make" if CUT in expected else expected)


def test_a_signal_has_samples() -> None:
    assert sentence(row_of(MaxPool2d("it", (1, 3)), 1, 11), signal=True) == (
        f"the last 2 samples of its input are not used{OVER}"
    )
    beside = row_of(Conv2d("it", 1, (1, 2), (1, 9), (0, 1), (1, 5)), 1, 4)
    assert unused(beside) == ((0,), (0, 1, 2, 3))
    assert sentence(beside, signal=True).startswith("4 samples of its input are not used: ")


def test_transposed_against_pulses_through_torch() -> None:
    rng = np.random.default_rng(1)
    ran = 0
    while ran < 150:

        def pair(low: int, high: int) -> tuple[int, int]:
            return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

        layer = ConvTranspose2d("it", 1, pair(1, 4), pair(1, 3), pair(0, 5), pair(0, 1), pair(1, 3))
        height, width = pair(1, 7)
        try:
            row = row_of(layer, height, width)
        except InputError:
            continue
        ran += 1
        made = np.zeros((height, width), np.bool_)
        for y, x in np.ndindex(height, width):
            pulse = torch.zeros(1, 1, height, width)
            pulse[0, 0, y, x] = 1
            made[y, x] = F.conv_transpose2d(
                pulse,
                torch.ones(1, 1, *layer.kernel),
                None,
                layer.stride,
                layer.padding,
                layer.output_padding,
                dilation=layer.dilation,
            ).any()
        lines = (np.flatnonzero(~made.any(axis=axis)).tolist() for axis in (1, 0))
        assert unused(row) == tuple(map(tuple, lines))
        assert bool(sentence(row)) == (not made.all())


def test_a_million_samples() -> None:
    row = row_of(Conv2d("it", 1, (1, 2), (1, 3)), 1, 1_000_001)
    rows, columns = unused(row)
    assert rows == ()
    assert columns == tuple(range(2, 1_000_001, 3))


def test_a_border_and_gaps_are_told_apart() -> None:
    text = sentence(row_of(Conv2d("it", 1, (1, 1), (3, 3)), 6, 1))
    assert text == (
        "the last 2 rows of its input are not used: the stride leaves them over; "
        "2 rows of its input are not used: the stride is larger than the kernel"
    )


def test_a_layer_without_a_window_uses_everything() -> None:
    (row,) = describe(NetworkSpec("one", (1, 1, 4), (ReLU("it"),)))
    assert unused(row) == ((), ())
    assert not isinstance(row.layer, Linear)
