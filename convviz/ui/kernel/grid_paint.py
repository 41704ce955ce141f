"""How the cells of a slice look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ..look.colours import Floats, indices, table
from ..look.shades import ink_on
from ..look.theme import CAPTION_PX, Theme, font
from .cell_text import written
from .grid_layout import Cell, GridLayout

NUMBER_PX = 26  # a cell this large has room for its number
ROUND_PX = 12  # a cell this large has round corners
GHOST_PX = 4  # a cell smaller than this shows no ghost


@dataclass(frozen=True, slots=True)
class Look:
    """A colour for every index of the table, as Qt wants them, and the text colour on each."""

    colours: tuple[QColor, ...]
    inks: tuple[QColor, ...]


@lru_cache(maxsize=4)
def look(theme: Theme) -> Look:
    colours = tuple(QColor.fromRgb(int(colour)) for colour in table(theme))
    inks = tuple(ink_on(colour) for colour in colours)
    return Look(colours, inks)


def different(values: Floats, original: Floats | None) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which cells are not what they were; NaN equals itself here."""
    if original is None:
        return np.zeros(values.shape, np.bool_)
    same: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (values == original) | (
        np.isnan(values) & np.isnan(original)
    )
    return ~same


def paint_cells(
    painter: QPainter,
    layout: GridLayout,
    clip: QRect,
    shown: tuple[Floats, Floats | None, float],
    theme: Theme,
) -> None:
    """The cells that touch ``clip``; ``shown`` is values, original and the value of the strongest colour."""
    values, original, extreme = shown
    painter.fillRect(clip, QColor(theme.card))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, layout.pitch >= ROUND_PX)
    painter.setFont(font(CAPTION_PX - 1 if layout.pitch >= 34 else CAPTION_PX - 2))
    strong, changed, drawn = indices(values, extreme), different(values, original), look(theme)
    before = indices(original, extreme) if original is not None else strong
    outline = QPen(QColor(theme.line), 1) if layout.pitch >= ROUND_PX else QPen(Qt.PenStyle.NoPen)
    metrics = painter.fontMetrics()
    for row in range(max(clip.top() // layout.pitch, 0), min(clip.bottom() // layout.pitch + 1, layout.rows)):
        for column in range(max(clip.left() // layout.pitch, 0), min(clip.right() // layout.pitch + 1, layout.columns)):
            if not layout.real((row, column)):
                continue
            rect, index = QRectF(*layout.rect((row, column))), strong[row, column]
            _paint_cell(painter, rect, drawn.colours[index], outline)
            if changed[row, column] and rect.width() >= GHOST_PX:
                _paint_ghost(painter, rect, drawn.colours[before[row, column]], theme)
            if layout.pitch >= NUMBER_PX:
                text = written(float(values[row, column]), rect.width(), metrics.horizontalAdvance)
                painter.setPen(drawn.inks[index])
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def _paint_cell(painter: QPainter, rect: QRectF, colour: QColor, outline: QPen) -> None:
    if outline.style() == Qt.PenStyle.NoPen:
        painter.fillRect(rect, colour)
        return
    painter.setPen(outline)
    painter.setBrush(colour)
    radius = _radius(rect)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _radius(rect: QRectF) -> float:
    return min(rect.width() / 10, 3.0)


def _paint_ghost(painter: QPainter, rect: QRectF, colour: QColor, theme: Theme) -> None:
    """A small square in the lower right corner, in the colour the cell had before it was edited."""
    side = min(max(round(rect.width() * 0.2), 2), 10)
    inset = 3 if rect.width() >= NUMBER_PX else 2 if rect.width() >= ROUND_PX else 0
    square = QRectF(rect.right() - side - inset, rect.bottom() - side - inset, side, side)
    if inset:
        painter.fillRect(square.adjusted(-1, -1, 1, 1), QColor(theme.dim))
    painter.fillRect(square, colour)


def paint_frame(painter: QPainter, layout: GridLayout, cell: Cell, colour: QColor, pen_px: float) -> None:
    """A frame inside a cell, so that nothing of it is lost at the rim."""
    half = pen_px / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, pen_px))
    rect = QRectF(*layout.rect(cell)).adjusted(half, half, -half, -half)
    if layout.pitch >= ROUND_PX:
        painter.drawRoundedRect(rect, _radius(rect), _radius(rect))
    else:
        painter.drawRect(rect)
