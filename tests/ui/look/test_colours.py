"""Zero is the card's colour, strength grows with distance from it, equally on both sides; NaN stands out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtGui import QColor

from convviz.ui.look.colours import NOT_A_NUMBER, ZERO, Range, grey_image, image, indices, table, value_range
from convviz.ui.look.theme import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
any_floats = arrays(np.float32, st.integers(1, 30), elements=st.floats(width=32))


def luminance(colours: np.ndarray) -> np.ndarray:
    rgb = np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=-1) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@THEMES
def test_the_table(theme: Theme) -> None:
    colours = table(theme)
    assert colours.shape == (256,)
    assert (colours >> 24 == 255).all()
    named = {ZERO: theme.card, 255: theme.positive, 1: theme.negative, NOT_A_NUMBER: theme.not_a_number}
    for index, name in named.items():
        assert QColor.fromRgb(int(colours[index])).name() == name


@THEMES
def test_luminance_is_monotone_away_from_zero(theme: Theme) -> None:
    light = luminance(table(theme))
    direction = 1 if theme is DARK else -1
    positive, negative = light[ZERO:] * direction, light[1 : ZERO + 1][::-1] * direction
    assert (np.diff(positive) >= 0).all()
    assert (np.diff(negative) >= 0).all()
    assert positive[-1] - positive[0] > 0.1
    assert negative[-1] - negative[0] > 0.1


@THEMES
def test_both_ends_can_be_told_apart_without_red_and_green(theme: Theme) -> None:
    negative, positive = QColor(theme.negative), QColor(theme.positive)
    assert negative.blue() - negative.red() > 80
    assert positive.red() - positive.blue() > 80


@given(any_floats)
def test_range_holds_every_finite_value(values: np.ndarray) -> None:
    low, high = shown = value_range(values)
    finite = values[np.isfinite(values)]
    assert (finite >= low).all()
    assert (finite <= high).all()
    assert low == (-high if (finite < 0).any() else 0.0)
    assert shown.signed == bool((finite < 0).any())


@given(any_floats)
def test_index_has_the_sign_and_order_of_its_value(values: np.ndarray) -> None:
    found = indices(values, value_range(values).high).astype(int)
    bad = np.isnan(values)
    assert (found[bad] == NOT_A_NUMBER).all()
    assert (found[~bad] >= 1).all()
    order = np.argsort(values[~bad], kind="stable")
    assert (np.diff(found[~bad][order]) >= 0).all()
    assert (found[values == 0] == ZERO).all()
    assert ((found[~bad] - ZERO) * np.sign(values[~bad]) >= 0).all()


@given(arrays(np.float32, st.integers(1, 30), elements=st.floats(allow_nan=False, width=32)))
def test_equal_distances_from_zero_are_equally_strong(values: np.ndarray) -> None:
    high = value_range(np.abs(values)).high
    assert np.array_equal(indices(values, high).astype(int) - ZERO, ZERO - indices(-values, high).astype(int))


def test_infinities_have_the_strongest_colour() -> None:
    values = np.array([-np.inf, -1.0, 0.0, 2.0, np.inf, np.nan], np.float32)
    assert value_range(values) == Range(-2.0, 2.0)
    assert indices(values, 2.0).tolist() == [1, 64, 128, 255, 255, 0]


def test_a_range_beyond_32_bits_has_colours_too() -> None:
    values = np.array([-np.inf, 1e38, np.inf], np.float32)
    assert indices(values, 1e77).tolist() == [1, 128, 255], "as products of two large values are narrowed"


def test_nothing_finite_has_no_range() -> None:
    assert value_range(np.array([np.nan, np.inf], np.float32)) == Range(0.0, 0.0)


@pytest.mark.parametrize("values", [[0.0, 0.0], [-0.0, 0.0], [-0.0]])
def test_zeros_have_no_negative_zero(values: list[float]) -> None:
    assert f"{value_range(np.array(values, np.float32)).high:g}" == "0"


def test_one_range_a_map() -> None:
    values = np.array([[[1.0, 2.0]], [[10.0, -20.0]], [[0.0, 0.0]]], np.float32)  # (3, 1, 2)
    extreme = np.abs(values).max(axis=(1, 2), keepdims=True)
    assert indices(values, extreme).tolist() == [[[192, 255]], [[192, 1]], [[128, 128]]]


def test_an_image_is_a_copy_of_its_pixels() -> None:
    pixels = np.arange(12, dtype=np.uint32).reshape(3, 4) | np.uint32(0xFF000000)
    made = image(pixels[:, ::2])  # not contiguous
    pixels[:] = 0xFFFFFFFF
    assert (made.width(), made.height()) == (2, 3)
    assert [made.pixel(x, y) & 0xFFFFFF for y in range(3) for x in range(2)] == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize("pixels", [np.zeros((2, 2), np.uint8), np.zeros(4, np.uint32), np.zeros((2, 2, 3), np.uint32)])
def test_other_arrays_are_no_image(pixels: np.ndarray) -> None:
    with pytest.raises(TypeError, match="uint32"):
        image(pixels)


def test_grey_is_ink_white_on_black() -> None:
    made = grey_image(np.array([[0.0, 0.5, 1.0, 2.0, -1.0, np.nan]], np.float32))
    assert [made.pixelColor(x, 0).red() for x in range(6)] == [0, 128, 255, 255, 0, 0]
    assert made.pixelColor(1, 0).green() == made.pixelColor(1, 0).blue() == 128
