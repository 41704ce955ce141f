"""What a figure says besides the picture, and where the picture is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from convviz.spec.errors import InputError
from convviz.spec.lab.edits import with_kind, with_layer
from convviz.spec.lab.lab import drawn_lab
from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.trial import Trial
from convviz.spec.network import Conv2d
from convviz.ui.lab.export.figure import moment
from convviz.ui.lab.export.page import Look, formulas_of, painted, title_of
from convviz.ui.look.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("name", PRESETS)
def test_an_example_has_its_own_title(name: str) -> None:
    assert title_of(lab(name)) == PRESETS[name].title


def test_what_was_changed_is_no_longer_the_example() -> None:
    made = lab("stride-padding")
    assert isinstance(made.layer, Conv2d)
    changed = with_layer(made, replace(made.layer, stride=(1, 2)))
    assert title_of(changed).startswith("Convolution, kernel 3×3, stride 1×2, padding 2×1, on ")
    assert title_of(replace(lab("signal"), flipped=True)) == "Convolution, kernel 2, on typed numbers"
    assert title_of(with_kind(lab("signal"), "ReLU")) == "ReLU, on typed numbers"
    assert title_of(drawn_lab()) == "Convolution, kernel 3×3, on the drawing"


def test_a_signal_has_one_formula_and_a_picture_two() -> None:
    assert [line.endswith("= 3") for line in formulas_of(lab("signal"))] == [True]
    height, width = formulas_of(lab("dilation"))
    assert height.startswith("height: ")
    assert height.endswith(" = 12")
    assert width.endswith(" = 22")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["signal", "stride-padding"])
def test_a_page_has_the_colours_of_its_theme(trial_of: Callable[[str], Trial], name: str, theme: Theme) -> None:
    picture = painted(moment(trial_of(name)), Look(theme), 2)
    assert (picture.width(), picture.height()) == (1920, 1080)
    seen = {QColor(picture.pixel(x, y)).name() for x in range(0, 1920, 3) for y in range(0, 1080, 3)}
    assert QColor(picture.pixel(2, 2)).name() == theme.card
    assert theme.text in {QColor(picture.pixel(x, y)).name() for x in range(28, 300) for y in range(28, 70)}
    assert len(seen) > 8


@pytest.mark.parametrize("size", [(10, 540), (960, 10), (0, 0), (-5, 400), (100_000, 540)])
def test_a_size_that_nobody_can_use_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="take from 360×240 to 3840×2160"):
        Look(size=size)
