"""What a unit sees, on the pad: where the network's pixels lie there, and the field drawn over the ink."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from ...session.outbox import PixelGrid
from ...spec.footprint import Box, Footprint
from ...spec.strokes import PAD
from ..look.shades import faint

MOST_TAPS = 2500  # more are smaller than a dot each
TAP, BEYOND = 90, 70  # opacity, of 255


class PadField:
    """A footprint in the network's input of ``size`` (rows, columns), which lies on the pad as ``grid`` says.

    Without a grid it shows nothing and no pixel is under the mouse.
    """

    def __init__(self) -> None:
        self.grid: PixelGrid | None = None
        self.size = (0, 0)
        self.seen: Footprint | None = None

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(row, column) of the input pixel at a place in pad units; None beside the picture.

        >>> field = PadField()
        >>> field.grid, field.size = PixelGrid(10.0, 0.0, 5.0), (28, 28)
        >>> field.pixel_at(12.0, 149.9), field.pixel_at(12.0, 9.0)
        ((27, 2), None)
        """
        if self.grid is None or self.grid.pixel <= 0:
            return None
        row, column = floor((y - self.grid.top) / self.grid.pixel), floor((x - self.grid.left) / self.grid.pixel)
        return (row, column) if 0 <= row < self.size[0] and 0 <= column < self.size[1] else None

    def paint(self, painter: QPainter, square: QRectF, colour: QColor) -> None:
        """Outlines the field; its taps are filled where they have holes, what lies in the padding is hatched."""
        if self.grid is None or self.seen is None:
            return
        box, (height, width) = self.seen.box, self.size
        inside = Box(max(box.top, 0), max(box.left, 0), min(box.bottom, height), min(box.right, width))
        if self.seen.sparse and len(self.seen.rows) * len(self.seen.columns) <= MOST_TAPS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(colour, TAP))
            painter.drawRects(
                [self._rect(Box(r, c, r + 1, c + 1), square) for r in self.seen.rows for c in self.seen.columns]
            )
        if inside != box:
            self._paint_padding(painter, square, colour)
        if inside.top < inside.bottom and inside.left < inside.right:
            rect = self._rect(inside, square)
            painter.setPen(QPen(colour, 1.5))
            painter.drawLines(
                [
                    QLineF(*ends)
                    for ends, cut in (
                        ((rect.topLeft(), rect.topRight()), box.top < 0),
                        ((rect.topLeft(), rect.bottomLeft()), box.left < 0),
                        ((rect.bottomLeft(), rect.bottomRight()), box.bottom > height),
                        ((rect.topRight(), rect.bottomRight()), box.right > width),
                    )
                    if not cut
                ]
            )

    def _paint_padding(self, painter: QPainter, square: QRectF, colour: QColor) -> None:
        """Hatches the part of the box beside the picture, whose edge is dashed."""
        assert self.seen is not None
        box, (height, width) = self.seen.box, self.size
        hatched = QBrush(faint(colour, 2 * BEYOND), Qt.BrushStyle.BDiagPattern)
        for part in (
            Box(box.top, box.left, min(0, box.bottom), box.right),
            Box(max(height, box.top), box.left, box.bottom, box.right),
            Box(max(box.top, 0), box.left, min(box.bottom, height), min(0, box.right)),
            Box(max(box.top, 0), max(width, box.left), min(box.bottom, height), box.right),
        ):
            if part.top < part.bottom and part.left < part.right:
                painter.fillRect(self._rect(part, square), hatched)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(faint(colour, 150), 1, Qt.PenStyle.DashLine))
        painter.drawRect(self._rect(box, square))
        painter.drawRect(self._rect(Box(0, 0, height, width), square))

    def _rect(self, box: Box, square: QRectF) -> QRectF:
        """Rows and columns of the input, on screen."""
        assert self.grid is not None
        scale = square.width() / PAD
        step = self.grid.pixel * scale
        x, y = square.x() + self.grid.left * scale, square.y() + self.grid.top * scale
        return QRectF(
            x + box.left * step, y + box.top * step, (box.right - box.left) * step, (box.bottom - box.top) * step
        )
