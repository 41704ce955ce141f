"""Curves: where they end, gaps, and the mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QColor

from convviz.ui.lab.why.plot import BOTTOM_PX, LEFT_PX, RIGHT_PX, TOP_PX, Curve, Figure, Plot
from convviz.ui.look.theme import DARK

NAN = float("nan")


def colours(plot: Plot, x: int, top: int, bottom: int) -> set[str]:
    picture = plot.grab().toImage()
    return {QColor(picture.pixel(x, y)).name() for y in range(top, bottom)}


def test_the_mark_and_the_curves_are_where_they_belong(show: Callable[..., Any]) -> None:
    plot: Plot = show(Plot("plot", "A plot"), 300, 160)
    figure = Figure("title", "x", (0, 1, 2, 3, 4), (Curve("f", "accent", (0.0, 0.0, 1.0, NAN, 0.0)),), 1.0)
    plot.show_figure(figure)
    inner = 300 - LEFT_PX - RIGHT_PX
    at = [round(LEFT_PX + n / 4 * inner) for n in range(5)]
    assert DARK.field in colours(plot, at[1], TOP_PX + 5, 160 - BOTTOM_PX - 5)
    assert DARK.accent in colours(plot, at[2], TOP_PX - 2, TOP_PX + 3)
    assert DARK.accent not in colours(plot, at[3], TOP_PX, 160 - BOTTOM_PX), "a gap"


def test_a_plot_without_curves_or_with_infinite_ones_is_painted(show: Callable[..., Any]) -> None:
    plot: Plot = show(Plot("plot", "A plot"), 200, 120)
    for values in ((), (Curve("f", "accent", (float("inf"), NAN)),), (Curve("f", "accent", (1e30, 2.0)),)):
        plot.show_figure(Figure("title", "x", (0, 1), values, None))
        plot.grab()
