"""Grey and heat: zero leaves the picture, the strongest value is its pure colour, whatever the input holds."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.field.heat import INK_UNDER_HEAT, coloured, strongest
from convviz.ui.look.theme import DARK


def pixel(picture: float, heat: float, most: float = 2.0) -> str:
    values = np.array([[heat, most, -most]], np.float32)
    return f"#{int(coloured(np.full((1, 1, 3), picture, np.float32), values)[0, 0]) & 0xFFFFFF:06x}"


def test_without_heat_ink_is_white() -> None:
    pixels = coloured(np.array([[[0.0, 1.0, 0.5]]], np.float32))
    assert [hex(p) for p in pixels[0]] == ["0xff000000", "0xffffffff", "0xff808080"]


@pytest.mark.parametrize(
    ("value", "colour"), [(2.0, DARK.positive), (-2.0, DARK.negative), (np.nan, DARK.not_a_number)]
)
def test_the_strongest_heat_covers_ink_and_paper(value: float, colour: str) -> None:
    assert pixel(1.0, value) == pixel(0.0, value) == colour


def test_no_heat_leaves_dimmed_ink() -> None:
    grey = round(255 * INK_UNDER_HEAT)
    assert pixel(1.0, 0.0) == f"#{grey:02x}{grey:02x}{grey:02x}"
    assert pixel(0.0, 0.0) == "#000000"


def test_three_channels_are_colours_and_others_are_shown_as_their_mean() -> None:
    picture = np.array([0.0, 0.5, 1.0], np.float32).reshape(3, 1, 1)
    assert hex(coloured(picture)[0, 0]) == "0xff0080ff"
    assert hex(coloured(picture[1:])[0, 0]) == "0xffbfbfbf"


def test_under_heat_colours_are_as_bright_as_they_were() -> None:
    """No colour means two things."""
    heat, picture = np.zeros((1, 1), np.float32), np.array([0.0, 0.5, 1.0], np.float32).reshape(3, 1, 1)
    brightness = np.full((1, 1, 1), 0.587 * 0.5 + 0.114, np.float32)
    assert hex(coloured(picture, heat)[0, 0]) == hex(coloured(brightness, heat)[0, 0])


def test_values_that_are_not_numbers_raise_nothing() -> None:
    picture = np.array([[[np.nan, np.inf, -np.inf]]], np.float32)
    heat = np.array([[np.inf, -np.inf, np.nan]], np.float32)
    assert coloured(picture, heat).shape == (1, 3)
    assert strongest(heat) == 0.0


def test_taps_take_on_the_colour_of_fields() -> None:
    taps = np.array([[True, False]])
    shown = coloured(np.zeros((1, 1, 2), np.float32), None, taps, "#ff8000")
    assert [hex(p) for p in shown[0]] == ["0xff804000", "0xff000000"]
