"""Colours that tell several curves apart, also for the colour-blind: eight, and dots where those run out."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from .theme import DARK, Theme

ON_DARK = ("#5cc8ff", "#ff9d5c", "#2fc79a", "#e08fc4", "#cbd15c", "#9a8cff", "#ff7d7d", "#a9b1be")
ON_LIGHT = ("#0a66c2", "#c44e00", "#00805c", "#b03a86", "#7a6c00", "#5546c8", "#c2303a", "#697180")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine)


class Hue(NamedTuple):
    """A colour as ``#rrggbb``, and how a line in it is broken."""

    colour: str
    dash: Qt.PenStyle


def hue(number: int, theme: Theme) -> Hue:
    """Of the curve with that number, counted from 0; sixteen are different.

    >>> hue(1, DARK).colour, hue(9, DARK).colour, hue(9, DARK).dash.name
    ('#ff9d5c', '#ff9d5c', 'DotLine')
    """
    colours = ON_DARK if theme is DARK else ON_LIGHT
    return Hue(colours[number % len(colours)], DASHES[number // len(colours) % len(DASHES)])


def paler(colour: str, theme: Theme) -> str:
    """A third of the way from a colour to that of the text: for a second curve that belongs to the first.

    >>> paler("#000000", DARK)
    '#4d4d4f'
    """
    own, ink = QColor(colour), QColor(theme.text)
    pairs = ((own.red(), ink.red()), (own.green(), ink.green()), (own.blue(), ink.blue()))
    return QColor(*((2 * one + other) // 3 for one, other in pairs)).name()
