"""An explanation as a picture: the lines above the parts, the parts, the cells of one of them, the lines below."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from ..look.theme import Theme
from . import table_paint, words
from .cell_table import Cell
from .compose import Composed
from .cursor import Cursor
from .sum_layout import HEIGHTS, INSET, LINE_HIGH, Spot
from .sum_paint import RIGHT, Rows, paint_line


def paint_sum(painter: QPainter, composed: Composed, hovered: Spot, cursor: Cursor, clip: QRect, theme: Theme) -> None:
    """From (0, 0) on, ``composed.width`` wide; only what lies in ``clip``. ``hovered`` is what the mouse is over."""
    _paint_parts(painter, composed, hovered, clip, theme)
    if composed.layout.table is not None:
        _paint_table(painter, composed, hovered.cell or cursor.cell, clip, theme)
    _paint_lines(painter, composed, theme)


def place_of(composed: Composed, cursor: Cursor) -> QRect | None:
    """What the keys are on, in pixels of a widget with a rim of INSET; None for all of it."""
    layout, wide = composed.layout, composed.width + 2 * INSET
    rank = composed.rank_of(cursor.part)
    if cursor.more and "more" in layout.tail:
        return QRect(0, INSET + layout.line_top("more"), wide, HEIGHTS["more"])
    if cursor.cell is not None and layout.table is not None:
        x, y, across, high = layout.table.rect(0, cursor.cell)
        return QRectF(INSET + x, INSET + layout.table_top + y, across, high).toAlignedRect()
    if rank is not None and layout.row_high:
        return QRect(0, INSET + layout.row_top(rank), wide, layout.row_high)
    return None


def _paint_lines(painter: QPainter, composed: Composed, theme: Theme) -> None:
    """What stands above and below the parts."""
    top = 0
    for name, text, style in composed.head:
        line = QRectF(0, top, composed.width, HEIGHTS.get(name, LINE_HIGH))
        paint_line(painter, line, text, theme, style)
        if name == "formula":
            paint_line(painter, line, composed.beside, theme, "dim", RIGHT)
        top += HEIGHTS.get(name, LINE_HIGH)
    for name in composed.layout.tail:
        line = QRectF(0, composed.layout.line_top(name), composed.width, HEIGHTS.get(name, LINE_HIGH))
        text, style = composed.text_of(name)
        paint_line(painter, line, text, theme, style)
        if name == "more" and composed.explanation.bias is not None:
            paint_line(painter, line, words.bias(composed.explanation), theme, "dim", RIGHT)


def _paint_parts(painter: QPainter, composed: Composed, hovered: Spot, clip: QRect, theme: Theme) -> None:
    layout = composed.layout
    ranks = layout.ranks(clip.top(), clip.bottom()) if layout.row_high else range(0)
    if not ranks:
        return
    if hovered.what == "part":
        lit = QRectF(-INSET, layout.row_top(hovered.rank), composed.width + 2 * INSET, layout.row_high)
        painter.fillRect(lit, QColor(theme.chosen))
    parts = [int(composed.ranks[rank]) for rank in ranks]
    rows = Rows(composed.explanation, parts, composed.scale, theme, composed.width)
    for rank, part in zip(ranks, parts, strict=True):
        rows.paint(painter, part, layout.row_top(rank), layout.row_high)


def _paint_table(painter: QPainter, composed: Composed, cell: Cell | None, clip: QRect, theme: Theme) -> None:
    """The cells of the opened part, and in words the one that is pointed at or was chosen."""
    layout, explanation, scale = composed.layout, composed.explanation, composed.scale
    table, part = layout.table, composed.opened
    assert table is not None
    assert part is not None
    painter.save()
    painter.translate(0, layout.table_top)
    extremes = (scale.value, scale.weight, table_paint.strongest(explanation.products[part]))
    hollow = table_paint.hollow_cells(explanation)
    seen = QRectF(clip.translated(0, -layout.table_top))
    table_paint.paint_table(painter, table, table_paint.grids(explanation, part), extremes, theme, seen, hollow)
    table_paint.paint_padding(painter, table, hollow, theme)
    if explanation.chosen is not None:
        table_paint.paint_ring(painter, table, explanation.chosen, QColor(theme.accent))
    if cell is not None:
        table_paint.paint_ring(painter, table, cell, QColor(theme.text), 1)
    told = cell or explanation.chosen
    if told is not None:
        for number, text in enumerate(words.term(explanation, part, told)):
            line = QRectF(0, table.height + number * LINE_HIGH, composed.width, LINE_HIGH)
            paint_line(painter, line, text, theme, "dim" if number == 0 else "text")
    painter.restore()
