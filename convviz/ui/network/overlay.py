"""What is drawn over the maps of a layer: pixels that nothing reads, maps that are muted or frozen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ..look.theme import Theme
from .mosaic_layout import MosaicLayout

DOT_PX = 5


def hatch(
    painter: QPainter, layout: MosaicLayout, unused: tuple[tuple[int, ...], tuple[int, ...]], colour: QColor
) -> None:
    """Hatches rows and columns of every map, in device pixels."""
    rows, columns = unused
    if not rows and not columns:
        return
    shade = QColor(colour)
    shade.setAlpha(70)
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
