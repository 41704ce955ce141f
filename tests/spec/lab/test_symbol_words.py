"""Every letter of every formula is explained, with its number."""

from __future__ import annotations

import pytest

from convviz.spec.geometry import describe
from convviz.spec.lab.formula import pieces
from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.symbol_words import meaning
from convviz.spec.network import Conv2d, ConvTranspose2d, NetworkSpec

MADE = ConvTranspose2d("conv", 1, (3, 2), stride=(2, 3), padding=(1, 0), dilation=(2, 1), output_padding=(1, 0))


@pytest.mark.parametrize("name", PRESETS)
def test_every_letter_has_words(name: str) -> None:
    made = lab(name)
    for axis in (1,) if made.dims == 1 else (0, 1):
        for piece in pieces(made.row, axis, made.dims):
            text = meaning(made.row, piece.symbol, made.dims)
            assert bool(text) == bool(piece.symbol)
            if text:
                assert text.startswith(f"{piece.text}: ")
                assert f" {piece.number} " in text


def test_transposed() -> None:
    (row,) = describe(NetworkSpec("", (1, 4, 5), (MADE,)))
    assert meaning(row, "o") == "o: output padding, 1 row more at the bottom"
    assert meaning(row, "p") == "p: padding, 1 row cut off above and below"
    assert meaning(row, "t") == "t: stride, the input's columns are laid 3 columns apart"
    assert meaning(row, "d") == "d: dilation, the kernel's rows are laid 2 rows apart"


def test_a_signal_has_samples_and_plain_letters() -> None:
    (row,) = describe(NetworkSpec("", (1, 1, 9), (Conv2d("conv", 1, (1, 3), padding=(0, 2)),)))
    assert meaning(row, "q", 1) == "p: padding left and right, 2 samples each"
    assert meaning(row, "p", 1) == "", "a signal has no height"
    assert meaning(row, "") == meaning(row, "x") == ""
