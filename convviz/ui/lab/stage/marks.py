"""Strokes and fills over the stage's cells: frames, grids, lines that measure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ...look.shades import faint
from ...look.theme import CAPTION_PX, Theme, font
from .layout import Block, runs
from .lit import Cells

SINGLE = 600  # cells that have a frame each; more are framed together
LINES_PX = 5  # cells this large have lines between them
FRAMED_PX = 7  # a cell this large can have a frame of its own
MOST_FILLS = 4000


def grid(painter: QPainter, rect: QRectF, pitch: float, colour: QColor) -> None:
    """The lines between cells, where cells are large enough for them, and the frame around all."""
    painter.setPen(QPen(colour, 1))
    if pitch >= LINES_PX:
        painter.drawLines(_between(rect.left(), rect.top(), rect.width(), rect.height(), pitch))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


@lru_cache(maxsize=512)
def _between(left: float, top: float, width: float, height: float, pitch: float) -> list[QLineF]:
    """The lines between cells; nobody may change the list, which is kept for the next time."""
    xs = [left + n * pitch - 0.5 for n in range(1, round(width / pitch))]
    ys = [top + n * pitch - 0.5 for n in range(1, round(height / pitch))]
    lines = [QLineF(x, top + 0.5, x, top + height - 0.5) for x in xs]
    return lines + [QLineF(left + 0.5, y, left + width - 0.5, y) for y in ys]


def light(painter: QPainter, block: Block, cells: Cells, colour: str, *, alpha: int = 70, pen_px: float = 1.5) -> None:
    """Fills cells lightly and frames them: each by itself, or together where they are many or small."""
    down, across = runs(cells.rows), runs(cells.columns)
    if len(down) * len(across) * len(cells.maps) > MOST_FILLS:
        down, across = [(down[0][0], down[-1][1])], [(across[0][0], across[-1][1])]
    single = block.pitch >= FRAMED_PX and len(cells.maps) * len(cells.rows) * len(cells.columns) <= SINGLE
    painter.setBrush(QBrush(faint(colour, alpha)) if alpha else QBrush(Qt.BrushStyle.NoBrush))
    painter.setPen(QPen(faint(colour, 150 if single and len(cells.rows) * len(cells.columns) > 1 else 255), pen_px))
    if single:
        down = [(n, n + 1) for n in cells.rows]
        across = [(n, n + 1) for n in cells.columns]
    half = pen_px / 2
    rects = [
        block.cells(n, top, left, bottom, right).adjusted(half - 0.5, half - 0.5, -half - 0.5, -half - 0.5)
        for n in cells.maps
        for top, bottom in down
        for left, right in across
    ]
    painter.drawRects(rects)


def frame(painter: QPainter, rect: QRectF, colour: QColor, pen_px: float = 2.0, *, dashed: bool = False) -> None:
    """A frame inside a rectangle's rim."""
    half = pen_px / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(colour, pen_px, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(rect.adjusted(half - 0.5, half - 0.5, -half - 0.5, -half - 0.5))


def ring(painter: QPainter, rect: QRectF, colour: str) -> None:
    """A frame around a cell, one that also a cell of a pixel can wear."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 2))
    grown = rect.adjusted(-0.5, -0.5, -0.5, -0.5) if rect.width() >= FRAMED_PX else rect.adjusted(-2, -2, 2, 2)
    painter.drawRect(grown)


def circle(painter: QPainter, rect: QRectF, colour: str) -> None:
    """A ring inside a cell: it won."""
    inset = rect.width() * 0.06 + 1
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 2))
    painter.drawEllipse(rect.adjusted(inset - 0.5, inset - 0.5, -inset - 0.5, -inset - 0.5))


def dimension(painter: QPainter, theme: Theme, start: QPointF, end: QPointF, text: str, *, aside: int = 1) -> None:
    """A line that measures from one point to another, with its ends and what it measures.

    The words of an upright line stand at its left, or above it where there is no room; they never lie on what is
    measured. Those of a level line stand on it or, where it is too short, below (``aside`` 1) or above it (−1).
    """
    upright = start.x() == end.x()
    tick = QPointF(4, 0) if upright else QPointF(0, 4)
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.drawLines([QLineF(start, end), QLineF(start - tick, start + tick), QLineF(end - tick, end + tick)])
    painter.setFont(font(CAPTION_PX, bold=True))
    metrics = painter.fontMetrics()
    wide, high = metrics.horizontalAdvance(text) + 10, metrics.height() + 2
    bounds = painter.clipBoundingRect()
    pill = _pill(start, end, wide, high, bounds.left() + 1, aside)
    if pill.left() < bounds.left() + 1:
        pill.moveLeft(bounds.left() + 1)
    if pill.bottom() > bounds.bottom() - 1:
        pill.moveBottom(bounds.bottom() - 1)
    if pill.top() < bounds.top() + 1:
        pill.moveTop(bounds.top() + 1)
    painter.setBrush(QColor(theme.accent))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(pill, 4, 4)
    painter.setPen(QColor(theme.on_accent))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def _pill(start: QPointF, end: QPointF, wide: float, high: float, leftmost: float, aside: int) -> QRectF:
    """Where the words of a line have room."""
    middle = (start + end) / 2
    if start.x() == end.x():
        left = start.x() - 6 - wide
        if left >= leftmost:
            return QRectF(left, middle.y() - high / 2, wide, high)
        return QRectF(start.x() - 6, min(start.y(), end.y()) - high - 5, wide, high)
    if abs(end.x() - start.x()) < wide + 16:
        middle += QPointF(0, aside * (high / 2 + 6))
    return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)


def strips(block: Block, n: int, rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[QRectF]:
    """Whole rows and whole columns of a map, neighbours together."""
    for top, bottom in runs(rows):
        yield block.cells(n, top, 0, bottom, block.columns)
    for left, right in runs(columns):
        yield block.cells(n, 0, left, block.rows, right)
