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


def test_a_mark_between_two_values_and_one_beyond_the_axis(show: Callable[..., Any]) -> None:
    plot: Plot = show(Plot("plot", "A plot"), 300, 160)
    curve = Curve("f", "accent", (0.0, 1.0, 0.0, 1.0, 0.0))
    plot.show_figure(Figure("title", "x", (0, 1, 2, 3, 4), (curve,), 1.5, (0.9,)))
    inner = 300 - LEFT_PX - RIGHT_PX
    x = round(LEFT_PX + 1.5 / 4 * inner)
    high = round(TOP_PX + 0.1 * (160 - TOP_PX - BOTTOM_PX))
    assert DARK.accent in colours(plot, x - 2, high - 3, high + 3), "the dot of its own value"
    plot.show_figure(Figure("title", "x", (0, 1, 2, 3, 4), (curve,), 12.0, (0.9,)))
    assert DARK.field not in colours(plot, x, TOP_PX + 20, 160 - BOTTOM_PX), "no line"
    picture = plot.grab().toImage()
    right = {QColor(picture.pixel(n, m)).name() for n in range(200, 290) for m in range(TOP_PX, TOP_PX + 20)}
    assert DARK.field in right, "words that say so"


def test_numbers_of_the_axis_are_not_cut(show: Callable[..., Any]) -> None:
    plot: Plot = show(Plot("plot", "A plot"), 300, 160)
    for most in (0.25, 0.21, 9e5):
        plot.show_figure(Figure("title", "x", (0, 1), (Curve("f", "accent", (0.0, most)),)))
        assert colours(plot, 1, 20, 150) == {DARK.card}


def test_what_there_is_no_curve_of_is_said(show: Callable[..., Any]) -> None:
    plot: Plot = show(Plot("plot", "A plot"), 300, 160)
    plot.show_figure(Figure("title", "x", (0, 1), (), None, (), "nothing to compare"))
    assert plot.accessibleDescription() == "title; x. nothing to compare"
    picture = plot.grab().toImage()
    assert len({picture.pixel(n, 75) for n in range(100, 260)} | {picture.pixel(n, 79) for n in range(100, 260)}) > 2
