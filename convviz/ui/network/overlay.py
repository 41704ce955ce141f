"""What is drawn over the maps of a layer: pixels that nothing reads, maps that are muted or frozen, numbers, frames."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ..look.colours import Floats, table
from ..look.numbers import brief
from ..look.shades import faint
from ..look.theme import Theme, font
from .mosaic_layout import Index, MosaicLayout

DOT_PX = 5


def hatch(
    painter: QPainter, layout: MosaicLayout, unused: tuple[tuple[int, ...], tuple[int, ...]], colour: QColor
) -> None:
    """Hatches rows and columns of every map, in device pixels."""
    rows, columns = unused
    if not rows and not columns:
        return
    shade = faint(colour, 70)
    lines = QBrush(colour, Qt.BrushStyle.BDiagPattern)
    for channel in range(layout.count):
        for rect in _strips(layout, channel, rows, columns):
            painter.fillRect(rect, shade)
            if min(rect.width(), rect.height()) >= 6:
                painter.fillRect(rect, lines)


def _strips(layout: MosaicLayout, channel: int, rows: Iterable[int], columns: Iterable[int]) -> Iterable[QRectF]:
    x, y, width, height = layout.map_rect(channel)
    for row in rows:
        _, top, _, high = layout.unit_rect(channel, row, 0)
        yield QRectF(x, top, width, high)
    for column in columns:
        left, _, wide, _ = layout.unit_rect(channel, 0, column)
        yield QRectF(left, y, wide, height)


def mark(
    painter: QPainter,
    layout: MosaicLayout,
    silent: Iterable[int],
    frozen: Iterable[int],
    theme: Theme,
    ratio: float,
) -> None:
    """Crosses silent maps out and puts a dot on frozen ones."""
    painter.setPen(QPen(QColor(theme.dim), ratio))
    for channel in silent:
        if channel < layout.count:
            rect = QRectF(*layout.map_rect(channel))
            painter.drawLine(rect.topLeft(), rect.bottomRight())
            painter.drawLine(rect.topRight(), rect.bottomLeft())
    side = DOT_PX * ratio
    for channel in frozen:
        if channel < layout.count:
            x, y, width, _ = layout.map_rect(channel)
            painter.fillRect(QRectF(x + width - side, y, side, side), QColor(theme.accent))


def write(
    painter: QPainter, layout: MosaicLayout, values: Floats, shown: NDArray[np.uint8], theme: Theme, ratio: float
) -> None:
    """The values themselves, dark or light against the colours behind, which ``shown`` are the indices of."""
    colours = table(theme)
    painter.setFont(font(round(10 * ratio)))
    for flat, (colour, value) in enumerate(zip(shown, values.ravel(), strict=True)):
        channel, rest = divmod(flat, layout.height * layout.width)
        rect = QRectF(*layout.unit_rect(channel, *divmod(rest, layout.width)))
        dark = QColor.fromRgb(int(colours[colour])).lightness() > 128
        painter.setPen(QColor("#101216" if dark else "#f4f6fa"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, brief(float(value)))


def frame(painter: QPainter, layout: MosaicLayout, index: Index, colour: QColor, pen_px: float) -> None:
    """A frame around one unit, and a faint one around its map."""
    channel, row, column = (index[0], index[1], index[2]) if len(index) == 3 else (index[0], 0, 0)
    if len(index) == 3:
        painter.setPen(QPen(faint(colour, 150), max(pen_px / 2, 1)))
        painter.drawRect(QRectF(*layout.map_rect(channel)).adjusted(-0.5, -0.5, 0.5, 0.5))
    rect = QRectF(*layout.unit_rect(channel, row, column))
    half = pen_px / 2
    painter.setPen(QPen(colour, pen_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    high, wide = layout.size
    inside = QRectF(half, half, wide - pen_px, high - pen_px)  # else the outer side is lost at the rim
    painter.drawRect(rect.adjusted(-half, -half, half, half) & inside)
