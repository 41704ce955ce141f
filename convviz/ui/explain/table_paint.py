"""How the cells of an opened part look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ...spec.arithmetic.explanation import Doubles, Explanation
from ..kernel.cell_text import written
from ..kernel.grid_paint import look
from ..look.colours import Floats, image, indices, table
from ..look.theme import CAPTION_PX, Theme, font
from .cell_table import CAPTION_HIGH, CAPTION_MORE, Cell, CellTable

OF = " of "  # where a caption may be broken


def grids(explanation: Explanation, part: int) -> tuple[tuple[str, Floats], ...]:
    """The grids of a part with their captions, each (h, w)."""
    values = explanation.values[part]
    if explanation.weights is None or explanation.kind == "mean":
        return ((explanation.names[0], narrow(values)),)
    first, second = explanation.names
    return (
        (first, narrow(values)),
        (f"× {second}", narrow(explanation.weights[part])),
        ("= products", narrow(explanation.products[part])),
    )


def narrow(values: Doubles) -> Floats:
    """As colours want them."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def strongest(values: Doubles | Floats) -> float:
    """The largest finite magnitude."""
    with np.errstate(invalid="ignore"):
        size = np.abs(values)
    most = float(size.max(initial=0.0))
    return most if np.isfinite(most) else float(size[np.isfinite(size)].max(initial=0.0))


def paint_table(
    painter: QPainter,
    layout: CellTable,
    shown: tuple[tuple[str, Floats], ...],
    extremes: Sequence[float],
    theme: Theme,
    seen: QRectF,
    hollow: NDArray[np.bool_],
) -> None:
    """The grids that are ``seen``, with captions, colours and numbers, from the painter's origin on.

    ``hollow`` (h, w): cells of the first in which nothing lies; they have no colour, whatever they count as.
    """
    drawn = look(theme)
    for number, (caption, values) in enumerate(shown):
        x, y, wide, high = layout.grid(number)
        if y - layout.caption_high > seen.bottom() or y + high < seen.top():
            continue
        painter.setFont(font(CAPTION_PX - 1))
        painter.setPen(QColor(theme.dim))
        _caption(painter, layout, caption, QPointF(x, y - layout.caption_high + 11))
        strong = indices(values if number else np.where(hollow, np.float32(0), values), extremes[number])
        painter.drawImage(QRectF(x, y, wide, high), image(table(theme)[strong]))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRect(QRectF(x - 0.5, y - 0.5, wide + 1, high + 1))
        if layout.numbers:
            _write(painter, layout, number, values, [[drawn.inks[i] for i in row] for row in strong.tolist()])


def _caption(painter: QPainter, layout: CellTable, text: str, at: QPointF) -> None:
    """In one line, or beside other grids in as many as there is room for."""
    room = layout.pitch[1] - 6 if layout.beside else layout.width
    lines = text.split(OF, 1) if layout.caption_high > CAPTION_HIGH else [text]
    for number, line in enumerate(lines):
        line = f"{OF.strip()} {line}" if number else line
        elided = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(at + QPointF(0, number * CAPTION_MORE), elided)


def _write(painter: QPainter, layout: CellTable, number: int, values: Floats, inks: list[list[QColor]]) -> None:
    painter.setFont(font(CAPTION_PX - 1 if layout.cell[1] >= 36 else CAPTION_PX - 2))
    x, y, _, _ = layout.grid(number)
    high, wide = layout.cell
    width = _measure(painter.fontMetrics().horizontalAdvance, wide - 1)
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            painter.setPen(inks[row][column])
            text = written(value, wide - 1, width)
            painter.drawText(QRectF(x + column * wide, y + row * high, wide, high), Qt.AlignmentFlag.AlignCenter, text)


def _measure(advance: Callable[[str], int], room: float) -> Callable[[str], float]:
    """How wide a number is; a short one is not measured where each fits, as that takes as long as drawing it."""
    if advance("+0.00") > room:
        return advance
    return lambda text: 0.0 if len(text) <= 5 else advance(text)


def paint_padding(painter: QPainter, layout: CellTable, hollow: NDArray[np.bool_], theme: Theme) -> None:
    """Hatches cells in which nothing lies."""
    brush = QBrush(QColor(theme.dim), Qt.BrushStyle.BDiagPattern)
    for row, column in np.argwhere(hollow).tolist():
        for number in (0, layout.grids - 1) if layout.grids > 1 else (0,):
            painter.fillRect(QRectF(*layout.rect(number, (row, column))), brush)


def hollow_cells(explanation: Explanation) -> NDArray[np.bool_]:
    """(h, w): the cells of every part in which nothing lies."""
    if explanation.features is not None:
        return np.zeros(explanation.values.shape[1:], bool)
    rows, columns = (np.array([at is None for at in axis], bool) for axis in (explanation.rows, explanation.columns))
    return np.asarray(rows[:, None] | columns)


def paint_ring(painter: QPainter, layout: CellTable, cell: Cell, colour: QColor, pen_px: float = 2) -> None:
    """A frame around a cell, in every grid."""
    half = pen_px / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, pen_px, j=Qt.PenJoinStyle.MiterJoin))
    for number in range(layout.grids):
        painter.drawRect(QRectF(*layout.rect(number, cell)).adjusted(half, half, -half, -half))
