"""What one unit sees of the input, ready to be drawn over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...spec.footprint import Box, Footprint, Index, fields
from ...spec.geometry import LayerGeometry, describe
from ...spec.network import NetworkSpec
from ..look.shades import faint
from .picture_layout import Margins, PictureLayout

MOST_MARGIN = 0.5  # of the picture's side: a frame wider than that would leave too little of the picture


@dataclass(frozen=True, slots=True)
class Outline:
    """``seen`` holds the pixels themselves; ``box`` is what size, jump and start say, whether it is there or not.

    ``margins`` is the padding that the units of this layer reach, cut at half the picture.
    """

    seen: Footprint
    box: Box
    margins: Margins

    @property
    def centre(self) -> tuple[float, float]:
        """(row, column) of the middle of the box, where whole numbers are the middles of pixels."""
        return (self.box.top + self.box.bottom - 1) / 2, (self.box.left + self.box.right - 1) / 2

    def taps(self, height: int, width: int) -> NDArray[np.bool_]:
        """(H, W): the pixels that are seen."""
        mask = np.zeros((height, width), np.bool_)
        mask[np.ix_(self.seen.rows, self.seen.columns)] = True
        return mask


def outline(network: NetworkSpec, layer: str, index: Index) -> Outline:
    """What the unit ``index`` of ``layer`` sees; a unit of the input sees itself.

    Raises:
        InputError: there is no such unit.
    """
    seen = fields(network, layer, index)["input"]
    row = row_of(network, layer)
    if row is None or row.receptive_field is None:  # a pixel; or a unit that lies on no grid
        return Outline(seen, seen.box, Margins())
    box = Box(*row.receptive_field.box(index[1], index[2]))
    return Outline(seen, box, _margins(row, *network.input_shape[1:]))


def row_of(network: NetworkSpec, layer: str) -> LayerGeometry | None:
    """The geometry of a layer; None for the input."""
    return next((row for row in describe(network) if row.layer.id == layer), None)


def _margins(row: LayerGeometry, height: int, width: int) -> Margins:
    """How far the first and the last unit of a layer reach beyond the input."""
    assert row.receptive_field is not None
    first = row.receptive_field.box(0, 0)
    last = row.receptive_field.box(row.output_shape[1] - 1, row.output_shape[2] - 1)
    most = round(max(height, width) * MOST_MARGIN)
    reach = (-first[0], -first[1], last[2] - height, last[3] - width)
    return Margins(*(min(max(pixels, 0), most) for pixels in reach))


def draw(painter: QPainter, layout: PictureLayout, shown: Outline, colour: QColor, pen_px: float) -> None:
    """The box of what is seen; dashed, the whole field, where part of it does not exist; and the centre."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = pen_px / 2
    if shown.seen.box != shown.box:
        painter.setPen(QPen(faint(colour, 190), pen_px / 2, Qt.PenStyle.DashLine))
        painter.drawRect(layout.rect(*shown.box).adjusted(half, half, -half, -half))
    painter.setPen(QPen(colour, pen_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    rect = layout.rect(*shown.seen.box)
    room = layout.whole.adjusted(half, half, -half, -half)  # at the rim, the outer half of a line would be lost
    inside = rect.adjusted(-half, -half, half, half)
    painter.drawRect(inside & room if layout.whole.contains(rect) else inside)
    row, column = shown.centre
    middle, arm = layout.rect(row + 0.5, column + 0.5, row + 0.5, column + 0.5).topLeft(), 2.5 * pen_px
    painter.setPen(QPen(colour, pen_px / 2))
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
