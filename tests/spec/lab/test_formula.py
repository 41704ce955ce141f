"""The formulas compute what they say, for every operation."""

from __future__ import annotations

from math import ceil, floor

import pytest

from convviz.spec.geometry import LayerGeometry, describe
from convviz.spec.lab.formula import Piece, pieces, size_formula
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, Layer, MaxPool2d, NetworkSpec, ReLU

LAYERS: list[Layer] = [
    Conv2d("conv", 2, (3, 3)),
    Conv2d("conv", 1, (3, 2), (2, 3), (2, 1), (1, 2)),
    ConvTranspose2d("conv", 1, (3, 2)),
    ConvTranspose2d("conv", 1, (3, 4), (2, 3), (1, 0), (1, 2), (2, 1)),
    MaxPool2d("pool", (2, 2)),
    MaxPool2d("pool", (2, 3), (2, 2), (1, 0), (2, 1), ceil_mode=True),
    MaxPool2d("pool", (2, 2), (3, 3), (1, 1), ceil_mode=True),
    AvgPool2d("pool", (2, 3), (2, 1), (1, 1)),
    AvgPool2d("pool", (2, 2), (3, 3), (1, 1), ceil_mode=True),
    ReLU("relu"),
]


def row_of(layer: Layer, height: int = 9, width: int = 11) -> LayerGeometry:
    return describe(NetworkSpec("one", (1, height, width), (layer,)))[0]


def computed(text: str) -> int:
    """What an arithmetic text is, read as Python."""
    for sign, python in (("−", "-"), ("·", "*"), ("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")):
        text = text.replace(sign, python)
    return int(eval(text, {"floor": floor, "ceil": ceil}))


def letters(found: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in found)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.setting or layer.kind)
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("size", [(9, 11), (4, 7), (8, 6)])
def test_the_numbers_come_out(layer: Layer, axis: int, size: tuple[int, int]) -> None:
    row = row_of(layer, *size)
    left, right = "".join(piece.number for piece in pieces(row, axis)).split(" = ")
    assert computed(left) == int(right) == row.output_shape[1 + axis]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.setting or layer.kind)
def test_the_letters_with_the_numbers_of_their_symbols_are_the_same(layer: Layer) -> None:
    row = row_of(layer)
    for axis in (0, 1):
        found = pieces(row, axis)
        assert all(piece.text.rstrip("′").isalpha() for piece in found if piece.symbol)
        assert all(piece.number.lstrip(" ·").isdigit() for piece in found if piece.symbol)
        assert len({piece.symbol for piece in found if piece.symbol}) == sum(bool(piece.symbol) for piece in found)


def test_a_pool_that_drops_its_last_window_says_so() -> None:
    row = row_of(MaxPool2d("pool", (2, 2), (3, 3), (1, 1), ceil_mode=True), 5, 5)
    assert size_formula(row, 0) == ("⌈(H + 2p − d(h − 1) − 1)/s⌉ + 1 − 1 = ⌈(5 + 2·1 − 1·(2 − 1) − 1)/3⌉ + 1 − 1 = 2")
    assert "⌉ + 1 − 1 = 2" in row.formulas["output"]
    assert "+ 1 =" in size_formula(row_of(MaxPool2d("pool", (2, 2), ceil_mode=True)), 0)


def test_the_width_has_letters_of_its_own() -> None:
    row = row_of(Conv2d("conv", 1, (3, 3)))
    assert letters(pieces(row, 1)) == "⌊(W + 2q − e(w − 1) − 1)/t⌋ + 1 = W′"


def test_a_signal_has_the_plain_letters_and_the_symbols_of_the_width() -> None:
    row = row_of(Conv2d("conv", 1, (1, 2), bias=False), 1, 4)
    found = pieces(row, 1, dims=1)
    assert letters(found) == "⌊(W + 2p − d(w − 1) − 1)/s⌋ + 1 = W′"
    assert [piece.symbol for piece in found if piece.symbol] == ["W", "q", "e", "w", "t", "out_w"]
    up = row_of(ConvTranspose2d("conv", 1, (1, 2), (1, 2), output_padding=(0, 1)), 1, 4)
    assert letters(pieces(up, 1, dims=1)) == "(W − 1)s − 2p + d(w − 1) + o + 1 = W′"


def test_the_transposed_the_mean_and_relu() -> None:
    row = row_of(ConvTranspose2d("conv", 1, (3, 3), (2, 2)))
    assert size_formula(row, 0) == ("(H − 1)s − 2p + d(h − 1) + o + 1 = (9 − 1)·2 − 2·0 + 1·(3 − 1) + 0 + 1 = 19")
    assert size_formula(row_of(AvgPool2d("pool", (2, 2))), 0) == "⌊(H + 2p − h)/s⌋ + 1 = ⌊(9 + 2·0 − 2)/2⌋ + 1 = 4"
    assert size_formula(row_of(ReLU("relu")), 1) == "W = 11"
