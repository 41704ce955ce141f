"""Colours that tell several curves apart, also for the colour-blind: few, and dashes where those run out."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt

from .theme import DARK, Theme

ON_DARK = ("#2fc79a", "#e08fc4", "#e2d15a", "#a9b1be")  # bluish green, reddish purple, yellow, grey
ON_LIGHT = ("#00805c", "#b03a86", "#8a7600", "#697180")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


class Hue(NamedTuple):
    """A colour as ``#rrggbb``, and how a line in it is broken."""

    colour: str
    dash: Qt.PenStyle


def hue(number: int, theme: Theme) -> Hue:
    """Of the curve with that number, counted from 0; twelve are different.

    >>> hue(1, DARK).colour, hue(5, DARK).colour, hue(5, DARK).dash.name
    ('#e08fc4', '#e08fc4', 'DashLine')
    """
    colours = ON_DARK if theme is DARK else ON_LIGHT
    return Hue(colours[number % len(colours)], DASHES[number // len(colours) % len(DASHES)])
