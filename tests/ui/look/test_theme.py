"""Both looks can be read, and widgets find theirs by their own palette."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QWidget

from convviz.paths import resources
from convviz.ui.look import theme
from convviz.ui.look.icons import icon
from convviz.ui.look.numbers import brief, exact, percent, unit_name

THEMES = pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=lambda look: look.name)


def contrast(a: str, b: str) -> float:
    def luminance(name: str) -> float:
        rgb = [QColor(name).redF(), QColor(name).greenF(), QColor(name).blueF()]
        r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@THEMES
def test_text_can_be_read(look: theme.Theme) -> None:
    for ground in (look.window, look.card, look.raised):
        assert contrast(look.text, ground) >= 7
        assert contrast(look.dim, ground) >= 4.5
        assert contrast(look.warning, ground) >= 3
        assert contrast(look.accent, ground) >= 3, "the focus ring"
    assert contrast(look.on_accent, look.accent) >= 4.5


@THEMES
def test_every_colour_is_one(look: theme.Theme) -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in astuple(look)[1:])


@THEMES
def test_widgets_have_the_applied_look(qapp: QApplication, show: Callable[..., Any], look: theme.Theme) -> None:
    widget = show(QWidget(), 50, 50)
    theme.apply(qapp, look)
    assert theme.theme_of(widget) is look


@pytest.mark.parametrize(("choice", "look"), [("dark", theme.DARK), ("light", theme.LIGHT)])
def test_the_chosen_look(qapp: QApplication, choice: str, look: theme.Theme) -> None:
    theme.apply_chosen(choice)
    assert qapp.palette().color(qapp.palette().ColorRole.Window).name() == look.window


@THEMES
@pytest.mark.parametrize("path", sorted((resources() / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_icons_draw_something_in_the_colour_of_the_text(look: theme.Theme, path: Any) -> None:
    made = icon(path.stem, look)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        drawn = made.pixmap(32, mode).toImage()
        inked = [drawn.pixelColor(x, y) for x in range(drawn.width()) for y in range(drawn.height())]
        assert any(colour.alpha() > 200 for colour in inked)
        if path.stem != "app" and mode is QIcon.Mode.Normal:
            assert any(colour.alpha() == 255 and colour.name() == look.text for colour in inked)


def test_numbers_that_are_not_finite() -> None:
    assert [exact(v) for v in (float("inf"), float("-inf"), float("nan"))] == ["∞", "-∞", "NaN"]
    assert [brief(v) for v in (float("inf"), float("-inf"), float("nan"))] == ["∞", "-∞", "NaN"]
    assert percent(float("nan")) == "NaN"
    assert unit_name("input", (0, 1, 2)) == "input[0] row 1, column 2"


@pytest.mark.parametrize("value", [1.0, -0.1, 999.0, 0.099, 1e-30, -123456.0, 3.4e38])
def test_brief_is_brief_and_near(value: float) -> None:
    assert len(brief(value)) <= 7
    assert float(brief(value)) == pytest.approx(value, rel=0.5)
