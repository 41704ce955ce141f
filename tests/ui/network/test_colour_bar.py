"""Colours of a range, painted without a widget."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from convviz.ui.look.theme import DARK, LIGHT, Theme
from convviz.ui.network.colour_bar import BAR_PX, paint_bar


def painted(theme: Theme, width: int, *, signed: bool) -> QImage:
    shown = QImage(width, 20, QImage.Format.Format_RGB32)
    shown.fill(QColor(theme.card))
    with QPainter(shown) as painter:
        paint_bar(painter, QRectF(0, 0, width, 20), ("−9" if signed else "0", "9"), theme, signed=signed)
    return shown


def near(name: str, other: str) -> bool:
    a, b = QColor(name), QColor(other)
    return abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue()) < 20


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_both_ends_have_their_colours(qapp: QApplication, theme: Theme) -> None:
    for signed in (True, False):
        row = [painted(theme, 200, signed=signed).pixelColor(x, 10).name() for x in range(200)]
        assert any(near(c, theme.positive) for c in row)
        assert any(near(c, theme.negative) for c in row) == signed
    there = [x for x, c in enumerate(row) if c != theme.card]
    assert abs((there[0] + there[-1]) / 2 - 100) < 20, "in the middle of the line"


def test_a_narrow_line_has_a_short_bar(qapp: QApplication) -> None:
    shown = painted(DARK, 40, signed=True)
    coloured = [x for x in range(40) if shown.pixelColor(x, 10).saturation() > 90]
    assert 4 <= coloured[-1] - coloured[0] < BAR_PX / 2
