"""The words above a photo and above its result."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from ....spec.geometry import LayerGeometry
from ....spec.lab.lab import Lab
from ....spec.lab.look import photo_of
from ....spec.lab.viewport import Viewport, input_lattices, output_lattices
from ...look.theme import CAPTION_PX, Theme, font
from .panes import Panes


def captions(lab: Lab, row: LayerGeometry, view: Viewport, coarse: int = 1) -> tuple[str, str]:
    """What both pictures are; ``coarse``: only every so many pixels of the screen have a value of their own yet."""
    depth, high, wide = row.output_shape
    so_far = f", every {coarse}. pixel so far" if coarse > 1 else ""
    thick, result_thick = (
        ", drawn thicker than it is" if any(view.thickened(axis, one) for axis, one in enumerate(lattices)) else ""
        for lattices in (input_lattices(row), output_lattices(row))
    )
    return f"Input, {photo_of(lab).channel}{thick}", f"Result, {depth} × {high} × {wide}{result_thick}{so_far}"


def write_captions(painter: QPainter, panes: Panes, texts: tuple[str, str], theme: Theme) -> None:
    """Each above its picture."""
    painter.setFont(font(CAPTION_PX))
    painter.setPen(QColor(theme.dim))
    for side, text in enumerate(texts):
        painter.drawText(panes.caption(side), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
