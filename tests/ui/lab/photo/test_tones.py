"""Values to pictures, looked up at single pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from convviz.ui.lab.photo.tones import colour_range, picture
from convviz.ui.look.colours import Range
from convviz.ui.look.theme import DARK

VALUES = np.array([[[-1.0, 0.0, 0.5, 1.0, 3.0]]], np.float32)


@pytest.mark.parametrize(("tone", "greys"), [("clip", [0, 0, 128, 255, 255]), ("offset", [0, 128, 191, 255, 255])])
def test_brightness(tone: str, greys: list[int]) -> None:
    shown = picture(VALUES, tone, Range(-3, 3), DARK)
    assert [shown.pixelColor(x, 0).red() for x in range(5)] == pytest.approx(greys, abs=1)


def test_signed_colours() -> None:
    shown = picture(VALUES, "signed", Range(-1.0, 1.0), DARK)
    found = [shown.pixelColor(x, 0).name() for x in range(5)]
    assert (found[0], found[1], found[3], found[4]) == (DARK.negative, DARK.card, DARK.positive, DARK.positive)


def test_three_channels_are_a_colour() -> None:
    values = np.array([1.0, 0.5, 0.0], np.float32)[:, None, None]
    assert picture(values, "clip", Range(0, 1), DARK).pixelColor(0, 0) == QColor(255, 128, 0)
    assert picture(values, "offset", Range(0, 1), DARK).pixelColor(0, 0) == QColor(255, 191, 128)


def test_a_few_strong_pixels_do_not_make_the_others_dark() -> None:
    values = np.random.default_rng(0).uniform(-1, 1, (1, 100, 100)).astype(np.float32)
    values[0, 0, 0] = 1000
    assert 0.98 < colour_range(values).high < 1.0
    assert colour_range(np.abs(values)).low == 0.0
    assert colour_range(np.full((1, 2, 2), np.nan, np.float32)) == Range(0.0, 0.0)
    assert colour_range(np.zeros((1, 0, 5), np.float32)) == Range(0.0, 0.0)
