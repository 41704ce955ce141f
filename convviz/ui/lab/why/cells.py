"""Maps and matrices as cells of any size, also far smaller than a pixel, and what is lit of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ...kernel.grid_paint import Look, look
from ...look.colours import Floats, image, indices, table
from ...look.shades import faint, ink_on
from ...look.theme import CAPTION_PX, Theme, font
from ..stage.digits import in_cell
from ..stage.images import grey_table

Mask = NDArray[np.bool_]
Pictures = dict[tuple[object, ...], QImage]
LARGEST_PX, NUMBER_PX, LINES_PX, FRAMED_PX = 46, 26, 9, 5
GAP_PX = 6  # between the maps of several channels
LABEL_PX, BAND_LABEL_PX, LABEL_FONT_PX = 13, 18, 10
HALVES_BELOW_PX = 4
GROUPED_PX = 6  # a pooling cell that large has a frame
MARK_PX = 4  # high, of a sample that is lit


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows`` × ``columns`` cells of ``high`` × ``wide`` pixels; ``x`` and ``y`` are the corner of the first."""

    rows: int
    columns: int
    x: float
    y: float
    wide: float
    high: float

    @classmethod
    def fitted(cls, box: QRectF, rows: int, columns: int, *, square: bool = True) -> Grid:
        """In the middle of a box, as large as fits: whole pixels a cell where they are larger than one.

        >>> Grid.fitted(QRectF(0, 0, 100, 50), 4, 4)
        Grid(rows=4, columns=4, x=26.0, y=1.0, wide=12, high=12)
        """
        wide, high = _whole(box.width() / columns), _whole(box.height() / rows)
        if square:
            wide = high = min(wide, high)
        x = box.x() + floor((box.width() - wide * columns) / 2)
        y = box.y() + floor((box.height() - high * rows) / 2)
        return cls(rows, columns, x, y, wide, high)

    @property
    def area(self) -> QRectF:
        return QRectF(self.x, self.y, self.columns * self.wide, self.rows * self.high)

    def rect(self, row: int, column: int, down: int = 1, across: int = 1) -> QRectF:
        """A cell, or the block of cells that begins with it."""
        return QRectF(self.x + column * self.wide, self.y + row * self.high, across * self.wide, down * self.high)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """(row, column) of the cell at a point."""
        row, column = floor((at.y() - self.y) / self.high), floor((at.x() - self.x) / self.wide)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


def _whole(pitch: float) -> float:
    """Whole pixels; halves where half a pixel is much, and what there is where cells are smaller than one."""
    if pitch >= HALVES_BELOW_PX:
        return min(floor(pitch), LARGEST_PX)
    return floor(2 * pitch) / 2 if pitch >= 1 else pitch


def tiles(box: QRectF, count: int, rows: int, columns: int) -> tuple[Grid, ...]:
    """A grid for each of several maps with a label above it, in as many rows of them as leaves the cells largest."""
    between = GAP_PX + LABEL_PX

    def pitch(across: int) -> float:
        down = ceil(count / across)
        width, height = box.width() - GAP_PX * (across - 1), box.height() - GAP_PX * (down - 1) - LABEL_PX * down
        return min(_whole(width / across / columns), _whole(height / down / rows)) if min(width, height) > 0 else 0.0

    across = max(range(1, count + 1), key=pitch)
    down = ceil(count / across)
    side = max(pitch(across), 1e-3)
    wide, high = side * columns + GAP_PX, side * rows + between
    left = box.x() + floor((box.width() - wide * across + GAP_PX) / 2)
    top = box.y() + floor((box.height() - high * down + GAP_PX) / 2) + LABEL_PX
    return tuple(
        Grid(rows, columns, left + n % across * wide, top + n // across * high, side, side) for n in range(count)
    )


def bands(box: QRectF, count: int, columns: int) -> tuple[Grid, ...]:
    """One wide row for each of several signals, below each other; samples are as far apart as fits.

    Several have room for a label on their left.
    """
    if count > 1:
        box = box.adjusted(min(BAND_LABEL_PX, box.width() / 4), 0, 0, 0)
    high = max((box.height() - GAP_PX * (count - 1)) / count, 1.0)
    wide = min(box.width() / columns, LARGEST_PX)
    left = box.x() + (box.width() - wide * columns) / 2
    return tuple(Grid(1, columns, left, box.y() + n * (high + GAP_PX), wide, high) for n in range(count))


def paint_label(painter: QPainter, grid: Grid, label: tuple[str, str], theme: Theme, *, beside: bool) -> None:
    """The number of a map: above it, or ``beside`` a signal."""
    painter.setFont(font(LABEL_FONT_PX))
    painter.setPen(QColor(theme.dim))
    long, short = label
    if beside:
        place = QRectF(grid.x - BAND_LABEL_PX, grid.y, BAND_LABEL_PX - 4, grid.high)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)
        return
    room = grid.area.width() + GAP_PX - 2
    text = long if painter.fontMetrics().horizontalAdvance(long) <= room else short
    if painter.fontMetrics().horizontalAdvance(text) <= room:
        place = QRectF(grid.x, grid.y - LABEL_PX, room, LABEL_PX)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class Shown(NamedTuple):
    """Values (H, W), as they are and as parts of the strongest colour, or of the highest stem."""

    values: Floats
    shares: Floats
    signed: bool = True
    greyed: bool = False  # negative values are grey

    @classmethod
    def of(cls, values: Floats, extreme: float) -> Shown:
        return cls(values, values / np.float32(extreme))


@lru_cache(maxsize=4)
def _greys(theme: Theme) -> Look:
    colours = tuple(QColor.fromRgb(int(colour)) for colour in grey_table(theme))
    return Look(colours, tuple(ink_on(colour) for colour in colours))


def paint_map(painter: QPainter, grid: Grid, shown: Shown, theme: Theme, kept: Pictures | None = None) -> None:
    """Values as colours, with their numbers where there is room.

    ``kept`` holds what was already made of these values: a large matrix is painted whenever other cells of it are lit.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawImage(grid.area, _picture(shown, _pixels(painter, grid), theme, {} if kept is None else kept))
    if min(grid.wide, grid.high) >= NUMBER_PX:
        strong = indices(shown.shares, 1.0)
        painter.setFont(font(CAPTION_PX - 1))
        inks = (_greys if shown.greyed else look)(theme).inks
        for row, column in np.ndindex(grid.rows, grid.columns):
            painter.setPen(inks[strong[row, column]])
            text = in_cell(float(shown.values[row, column]), grid.wide - 2, CAPTION_PX - 1)
            painter.drawText(grid.rect(row, column), Qt.AlignmentFlag.AlignCenter, text)
    _paint_lines(painter, grid, theme)


def _picture(shown: Shown, size: tuple[int, int], theme: Theme, kept: Pictures) -> QImage:
    """At most one pixel a cell."""
    key = (*size, theme.name)
    if key not in kept:
        colours = (grey_table if shown.greyed else table)(theme)
        kept[key] = image(colours[indices(reduced(shown.shares, *size), 1.0)])
    return kept[key]


def _paint_lines(painter: QPainter, grid: Grid, theme: Theme) -> None:
    area = grid.area.adjusted(-0.5, -0.5, 0.5, 0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.line), 1))
    if min(grid.wide, grid.high) >= LINES_PX:
        xs = [area.left() + n * grid.wide for n in range(1, grid.columns)]
        ys = [area.top() + n * grid.high for n in range(1, grid.rows)]
        painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in xs])
        painter.drawLines([QLineF(area.left(), y, area.right(), y) for y in ys])
    painter.drawRect(area)


def paint_groups(painter: QPainter, grid: Grid, cell: tuple[int, int], theme: Theme) -> None:
    """Stronger lines around the whole pooling cells, unless they would hide what is in them."""
    if min(cell[0] * grid.high, cell[1] * grid.wide) < GROUPED_PX and cell[0] * cell[1] > 1:
        return
    down, across = grid.rows // cell[0], grid.columns // cell[1]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.dim), 2 if min(grid.wide, grid.high) >= 20 else 1))
    high, wide = down * cell[0] * grid.high, across * cell[1] * grid.wide
    xs = [grid.x + n * cell[1] * grid.wide for n in range(across + 1)]
    ys = [grid.y + n * cell[0] * grid.high for n in range(down + 1)]
    painter.drawLines([QLineF(x, grid.y, x, grid.y + high) for x in xs])
    painter.drawLines([QLineF(grid.x, y, grid.x + wide, y) for y in ys])


def paint_stems(painter: QPainter, grid: Grid, shown: Shown, theme: Theme) -> None:
    """A signal (1, W) as bars on a line."""
    values = reduced(shown.shares, 1, _pixels(painter, grid)[1])[0]
    strong, colours = indices(values, 1.0), (_greys if shown.greyed else look)(theme).colours
    area, wide = grid.area, grid.area.width() / len(values)
    zero = area.center().y() if shown.signed else area.bottom() - 1
    room = zero - area.top() - 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    gap = 0.0 if wide < 3 else max(1.0, wide * 0.2)
    shares = np.clip(np.nan_to_num(values), -1.0, 1.0)
    for n, share in enumerate(shares.tolist()):
        bar = QRectF(area.left() + n * wide + gap / 2, zero, wide - gap, -share * room).normalized()
        painter.fillRect(bar, colours[strong[n]])
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawLine(QLineF(area.left(), zero + 0.5, area.right(), zero + 0.5))


def _pixels(painter: QPainter, grid: Grid) -> tuple[int, int]:
    """How many rows and columns of the grid can be told apart on screen."""
    ratio = painter.device().devicePixelRatioF()
    return (
        min(grid.rows, max(round(grid.area.height() * ratio), 1)),
        min(grid.columns, max(round(grid.area.width() * ratio), 1)),
    )


def reduced(values: NDArray[np.floating] | Mask, rows: int, columns: int) -> NDArray:  # type: ignore[type-arg]
    """At most so many rows and columns; of values that share a place the strongest stays, so nothing is lost.

    >>> reduced(np.array([[1.0, -3.0, 0.0, 2.0]]), 1, 2).tolist()
    [[-3.0, 2.0]]
    """
    for axis, count in ((0, rows), (1, columns)):
        size = values.shape[axis]
        if size <= count:
            continue
        edges = np.arange(count + 1) * size // count
        if values.dtype == np.bool_:
            values = _together(np.logical_or, values, edges, axis)
        else:
            high, low = (_together(op, values, edges, axis) for op in (np.maximum, np.minimum))
            values = np.where(high >= -low, high, low)
    return values


def _together(op: np.ufunc, values: NDArray, edges: NDArray[np.intp], axis: int) -> NDArray:  # type: ignore[type-arg]
    """As ``op.reduceat`` over the stretches between the edges, which are many and short; that would be slow."""
    starts, last = edges[:-1], edges[1:] - 1
    result = np.take(values, starts, axis)
    for step in range(1, int((last - starts).max()) + 1):
        op(result, np.take(values, np.minimum(starts + step, last), axis), out=result)
    return result


def paint_lit(painter: QPainter, grid: Grid, lit: Mask, colour: str, *, strong: bool = False, alpha: int = 255) -> None:
    """Marks cells of a mask (H, W): with a frame each, or filled where they are small; ``alpha`` is of such a fill."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if min(grid.wide, grid.high) >= FRAMED_PX:
        pen_px = 2.0 if min(grid.wide, grid.high) >= 12 else 1.0
        numbers = min(grid.wide, grid.high) >= NUMBER_PX  # they must stay readable
        painter.setBrush(Qt.BrushStyle.NoBrush if numbers else faint(colour, 110 if strong else 60))
        painter.setPen(QPen(QColor(colour), pen_px, j=Qt.PenJoinStyle.MiterJoin))
        half = pen_px / 2
        painter.drawRects(
            [grid.rect(*at).adjusted(half, half, -half - 1, -half - 1) for at in np.argwhere(lit).tolist()]
        )
        return
    shade = QColor(colour)
    red, green, blue = (part * alpha // 255 for part in (shade.red(), shade.green(), shade.blue()))
    pixel = np.uint32(alpha << 24 | red << 16 | green << 8 | blue)
    marked = reduced(lit, *_pixels(painter, grid))
    pixels = np.where(marked, pixel, np.uint32(0))
    painter.drawImage(grid.area, image(pixels.astype(np.uint32), alpha=True))


def paint_samples(painter: QPainter, grid: Grid, lit: Mask, colour: str) -> None:
    """Marks samples (1, W) of a signal along its lower rim: a frame around each would hide the bars."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for column in np.flatnonzero(lit[0]).tolist():
        left, right = (round(grid.x + (column + n) * grid.wide) for n in (0, 1))
        painter.fillRect(QRectF(left, grid.area.bottom() - MARK_PX, max(right - left - 1, 1), MARK_PX), QColor(colour))


def ring(painter: QPainter, rect: QRectF, colour: str) -> None:
    """A frame around a cell that is also seen where the cell is tiny."""
    grown = rect if min(rect.width(), rect.height()) >= FRAMED_PX else rect.adjusted(-2, -2, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 2, j=Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(grown)
