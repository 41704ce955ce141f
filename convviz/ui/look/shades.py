"""Colours made of others: fainter ones, hatching, and the ink that can be read on a colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

ON_LIGHT, ON_DARK = "#101216", "#f4f6fa"


def faint(colour: QColor | str, alpha: int) -> QColor:
    """As opaque as ``alpha`` says, of 255.

    >>> faint("#ffa24a", 150).name(QColor.NameFormat.HexArgb)
    '#96ffa24a'
    """
    shade = QColor(colour)
    shade.setAlpha(alpha)
    return shade


def ink_on(colour: QColor) -> QColor:
    """Dark on a light colour, light on a dark one.

    >>> ink_on(QColor("white")).name(), ink_on(QColor("#1b1e24")).name()
    ('#101216', '#f4f6fa')
    """
    return QColor(ON_LIGHT if colour.lightnessF() > 0.5 else ON_DARK)


def hatch(painter: QPainter, rect: QRectF, colour: QColor | str, alpha: int = 255) -> None:
    """Fine lines across a rectangle."""
    painter.fillRect(rect, QBrush(faint(colour, alpha), Qt.BrushStyle.BDiagPattern))
