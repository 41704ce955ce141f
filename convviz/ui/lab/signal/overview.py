"""The whole signal in a narrow strip, and which part of it is seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from ...look.shades import faint
from ...look.theme import Theme
from ..scene import Scene
from .envelope import envelope
from .layout import LABEL_PX, RIGHT_PX, Row
from .placement import placement
from .samples import Level, paint_band_of

OVERVIEW_PX = 34


def strip_of(rect: QRectF) -> QRectF:
    """Where the overview lies in a view."""
    return QRectF(rect.left() + LABEL_PX, rect.top() + 4, rect.width() - LABEL_PX - RIGHT_PX, OVERVIEW_PX - 8)


def place_at(rect: QRectF, scene: Scene, x: float) -> float:
    """The place of the scale at a point of the overview."""
    strip, (first, last) = strip_of(rect), placement(scene.trial.row).whole
    return first + (x - strip.left()) / strip.width() * (last - first)


def paint_overview(painter: QPainter, rect: QRectF, scene: Scene, span: tuple[float, float], theme: Theme) -> None:
    """The first channel of the input, dim where it is not seen."""
    strip, place = strip_of(rect), placement(scene.trial.row)
    first, last = place.whole
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), OVERVIEW_PX), QColor(theme.card))
    painter.fillRect(strip, QColor(theme.window))
    values = scene.trial.values
    start, end = place.input_at(-0.5), place.input_at(place.inputs - 0.5)
    scale = strip.width() / (last - first)
    left, right = strip.left() + (start - first) * scale, strip.left() + (end - first) * scale
    count = max(int(right - left), 1)
    edges = np.linspace(0, place.inputs, count + 1)
    low, high = envelope(values).between(values[:, 0], 0, edges)
    level = Level(Row("input", 0, strip.top(), strip.height()), *envelope(values).range)
    paint_band_of(painter, level, left + 0.5 + np.arange(count, dtype=np.float64), (low, high), theme)
    a, b = (strip.left() + (at - first) * scale for at in span)
    shade = faint(theme.card, 150)
    painter.fillRect(QRectF(strip.left(), strip.top(), a - strip.left(), strip.height()), shade)
    painter.fillRect(QRectF(b, strip.top(), strip.right() - b, strip.height()), shade)
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.drawRect(QRectF(a, strip.top(), max(b - a, 3), strip.height()))
