"""How the strip of a signal looks: a bar for each sample, or what lies under each pixel where they are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ....spec.lab.source import Floats
from ...look.numbers import exact, typeset
from ...look.shades import faint
from ...look.theme import CAPTION_PX, RADIUS, Theme, font

Doubles = NDArray[np.float64]
LEAST_PX = 2.0  # of a sample that gets a bar of its own
GAP_PX = 6.0  # a sample of so many pixels has a gap to the next


def paint_strip(
    painter: QPainter,
    rect: QRectF,
    values: Floats,
    extreme: float,
    theme: Theme,
    marked: int | None,
    *,
    focused: bool,
) -> None:
    """Paints (C, 1, W) values between −``extreme`` and ``extreme``; later channels stand back.

    ``marked`` is the sample whose value is written.
    """
    painter.fillRect(rect, QColor(theme.card))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent if focused else theme.line), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS / 2, RADIUS / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if marked is not None:
        wide = rect.width() / values.shape[2]
        column = QRectF(marked * wide, 1, max(wide, 1), rect.height() - 2)
        painter.fillRect(column, QColor(theme.chosen))
    for channel in reversed(range(len(values))):
        painter.setOpacity(1.0 if channel == 0 else 0.3)
        _paint_samples(painter, rect, values[channel, 0], extreme, theme)
    painter.setOpacity(1.0)
    painter.setPen(QPen(QColor(theme.dim), 1))
    painter.drawLine(QPointF(1, rect.center().y()), QPointF(rect.width() - 2, rect.center().y()))
    _paint_texts(painter, rect, values, extreme, theme, marked)


def _paint_samples(painter: QPainter, rect: QRectF, samples: Floats, extreme: float, theme: Theme) -> None:
    count, width = len(samples), rect.width()
    columns = min(count, max(int(width / LEAST_PX), 1))
    starts = np.arange(columns) * count // columns
    low, high = np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)
    gap = 1.0 if width / columns >= GAP_PX else 0.0
    edges = np.append(starts, count) * width / count
    middle, half = rect.height() / 2, rect.height() / 2 - 1
    for colour, ends in ((theme.positive, np.maximum(high, 0)), (theme.negative, np.minimum(low, 0))):
        heights = np.clip(np.nan_to_num(ends, nan=0.0) / extreme, -1, 1) * half
        _fill(painter, edges, middle - np.maximum(heights, 0), np.abs(heights), gap, colour)
    wrong = np.where(np.isfinite(low) & np.isfinite(high), 0.0, 2 * half)
    _fill(painter, edges, np.full(columns, 1.0), wrong, gap, theme.not_a_number)


def _fill(painter: QPainter, edges: Doubles, tops: Doubles, heights: Doubles, gap: float, colour: str) -> None:
    """A rectangle for each column that has a height."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    there = np.flatnonzero(heights > 0)
    painter.drawRects(
        [QRectF(edges[i], tops[i], max(edges[i + 1] - edges[i] - gap, 1.0), heights[i]) for i in there.tolist()]
    )


def _paint_texts(
    painter: QPainter, rect: QRectF, values: Floats, extreme: float, theme: Theme, marked: int | None
) -> None:
    painter.setFont(font(CAPTION_PX))
    inside = rect.adjusted(3, 3, -3, -3)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    _paint_text(painter, inside, left | top, f"{extreme:.3g}", theme, theme.dim)
    _paint_text(painter, inside, left | bottom, f"{-extreme:.3g}", theme, theme.dim)
    if marked is not None and marked < values.shape[2]:
        text = f"[{marked}]  {exact(float(values[0, 0, marked]))}"
        _paint_text(painter, inside, right | top, text, theme, theme.text)


def _paint_text(
    painter: QPainter, inside: QRectF, place: Qt.AlignmentFlag, text: str, theme: Theme, colour: str
) -> None:
    """Text on a ground of its own: a bar may lie under it."""
    text = typeset(text)
    ground = painter.boundingRect(inside, place, text).adjusted(-2, 0, 2, 0)
    painter.fillRect(ground, faint(theme.raised, 210))
    painter.setPen(QColor(colour))
    painter.drawText(inside, place, text)
