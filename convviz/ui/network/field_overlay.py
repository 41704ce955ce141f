"""A footprint over the maps of a layer: what a unit sees is outlined, the units that see it are filled.

Everything is computed once a footprint and layout, in device pixels; painting it again costs one or two calls.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ...spec.footprint import Footprint
from ..look.colours import image
from ..look.shades import faint
from .mosaic_layout import MosaicLayout

FILL, TAP = 80, 80  # opacity, of 255: the colours below stay legible


class FieldOverlay:
    """One footprint on one layout; ``forwards`` if its units see the one that is pointed at.

    Backwards a box around the footprint is outlined in each of its maps. Where the box reaches into the padding, it is
    cut off at the map's edge and has no line there. Taps with holes between them are filled as well. A layer that is
    seen, or sees, as a whole has one line around it: more would hide what it shows.
    """

    def __init__(self, layout: MosaicLayout, seen: Footprint, colour: QColor, ratio: float, *, forwards: bool) -> None:
        self._layout, self._seen, self._colour = layout, seen, colour
        self._pen = max(round(ratio), 1)
        self._boxes: list[QRect] = []  # outlined as a whole, which is a quarter of the work
        self._lines: list[QRect] = []  # sides of those that are cut off
        self._fills: list[QRect] = []
        self._image: QImage | None = None
        self._opacity = FILL
        if not _fits(seen, layout):
            return
        if len(seen) == layout.count * layout.height * layout.width > 1:
            high, wide = layout.size
            self._boxes = [_middle(QRect(0, 0, wide, high), self._pen)]
            return
        if not forwards:
            self._outline()
        if forwards or seen.sparse:
            self._opacity = FILL if forwards else TAP
            self._fill()

    def paint(self, painter: QPainter) -> None:
        """Paints in device pixels."""
        if self._image is not None:
            painter.drawImage(0, 0, self._image)
        if self._fills or self._lines:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(self._colour, self._opacity) if self._fills else self._colour)
            painter.drawRects(self._fills or self._lines)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._boxes:
            join = Qt.PenJoinStyle.MiterJoin
            painter.setPen(QPen(self._colour, self._pen, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, join))
            painter.drawRects(self._boxes)

    def _outline(self) -> None:
        layout, seen, pen = self._layout, self._seen, self._pen
        high, wide = layout.size
        whole = QRect(0, 0, wide, high)
        box = seen.box
        cut = box.top < 0, box.left < 0, box.bottom > layout.height, box.right > layout.width
        around = _cell(layout, max(box.top, 0), max(box.left, 0), box.bottom, box.right).adjusted(-pen, -pen, pen, pen)
        places = [around.translated(x, y) & whole for x, y in _corners(layout, seen.channels)]  # the rim moves inside
        if any(cut):
            self._lines = [line for place in places for line in _sides(place, pen, cut)]
        else:
            self._boxes = [_middle(place, pen) for place in places]

    def _fill(self) -> None:
        layout, seen = self._layout, self._seen
        if not seen.sparse and (layout.height > 1 or layout.width > 1 or len(seen.channels) == 1):
            inside = _cell(layout, seen.rows[0], seen.columns[0], seen.rows[-1] + 1, seen.columns[-1] + 1)
            self._fills = [inside.translated(x, y) for x, y in _corners(layout, seen.channels)]
            return
        shown = np.zeros((layout.count, layout.height, layout.width), np.bool_)
        shown[np.ix_(seen.channels, seen.rows, seen.columns)] = True
        colours = np.zeros(shown.size + 1, np.uint32)  # the last is the gaps'
        colours[:-1][shown.ravel()] = _premultiplied(self._colour, self._opacity)
        self._image = image(colours[layout.gather()], alpha=True)


def _fits(seen: Footprint, layout: MosaicLayout) -> bool:
    """Whether there is anything of it on this layout."""
    if not len(seen):
        return False
    return seen.channels[-1] < layout.count and seen.rows[-1] < layout.height and seen.columns[-1] < layout.width


@lru_cache(maxsize=128)
def _corners(layout: MosaicLayout, channels: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(layout.map_rect(channel)[:2] for channel in channels)


def _cell(layout: MosaicLayout, top: int, left: int, bottom: int, right: int) -> QRect:
    """Rows and columns of the first map, ends excluded, at least one pixel."""
    y, end = (ceil(min(r, layout.height) * layout.cell[0] / layout.height) for r in (top, bottom))
    x, side = (ceil(min(c, layout.width) * layout.cell[1] / layout.width) for c in (left, right))
    return QRect(x, y, max(side - x, 1), max(end - y, 1))


def _middle(rect: QRect, pen: int) -> QRect:
    """Where a pen of that width goes along to paint the rim of a rectangle."""
    return rect.adjusted(pen // 2, pen // 2, pen // 2 - pen, pen // 2 - pen)


def _sides(rect: QRect, pen: int, cut: tuple[bool, ...]) -> list[QRect]:
    """The rim of a rectangle, without the sides that are ``cut``: (top, left, bottom, right)."""
    x, y, wide, high = rect.x(), rect.y(), rect.width(), rect.height()
    lines = (
        QRect(x, y, wide, pen),
        QRect(x, y, pen, high),
        QRect(x, y + high - pen, wide, pen),
        QRect(x + wide - pen, y, pen, high),
    )
    return [line for line, gone in zip(lines, cut, strict=True) if not gone]


def _premultiplied(colour: QColor, opacity: int) -> int:
    red, green, blue = (round(part * opacity / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return opacity << 24 | red << 16 | green << 8 | blue
