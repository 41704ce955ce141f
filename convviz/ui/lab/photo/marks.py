"""What is drawn over the pixels of a photo: a window and its taps, the value they make, and the numbers themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isfinite

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ....spec.geometry import LayerGeometry
from ....spec.lab.links import taps_of
from ....spec.lab.viewport import Lattice, Viewport, output_lattices
from ...look.colours import Floats
from ...look.numbers import exact, headless
from ...look.shades import ink_on
from ...look.theme import CAPTION_PX, Theme, font

NUMBER_PX = 28  # a pixel this large has room for its number, in logical pixels
LEAST_PX = 9  # a mark is at least so large, or nobody would find it
TAP_PX = 4  # taps of a dilated window are told apart from this size on
Place = tuple[int, int]


def box(view: Viewport, down: Lattice, right: Lattice, place: Place) -> QRectF:
    """Where one value lies, in pixels of the screen from the corner of the room."""
    top, left = (
        view.on_screen(axis, lattice.start + at * lattice.step)
        for axis, (lattice, at) in enumerate(zip((down, right), place, strict=True))
    )
    return QRectF(left, top, right.step * view.scale, down.step * view.scale)


def input_boxes(view: Viewport, row: LayerGeometry, place: Place) -> tuple[QRectF, list[QRectF]]:
    """The window of an output, and its taps where they do not touch each other; some may lie beside the photo."""
    unit = Lattice(0.0, 1.0, 1)
    taps = taps_of(row, *place)
    rows, columns = ([at for at in axis if at is not None] for axis in taps)
    if not rows or not columns:  # a transposed convolution that meets no value there
        return QRectF(), []
    corners = box(view, unit, unit, (rows[0], columns[0])), box(view, unit, unit, (rows[-1], columns[-1]))
    whole = corners[0].united(corners[1])
    apart = any(abs(a - b) > 1 for axis in (rows, columns) for a, b in pairwise(axis))
    if not apart or view.scale < TAP_PX:
        return whole, []
    return whole, [box(view, unit, unit, (y, x)) for y in rows for x in columns]


def paint_window(
    painter: QPainter, view: Viewport, row: LayerGeometry, place: Place, colour: QColor, pen: float
) -> None:
    """Around what an output reads of the photo."""
    whole, taps = input_boxes(view, row, place)
    if whole.isEmpty():
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, pen, Qt.PenStyle.DashLine if taps else Qt.PenStyle.SolidLine))
    painter.drawRect(_findable(whole, pen))
    painter.setPen(QPen(colour, pen))
    for tap in taps:
        painter.drawRect(tap.adjusted(pen, pen, -pen, -pen) if tap.width() > 4 * pen else tap)


def paint_value(
    painter: QPainter, view: Viewport, row: LayerGeometry, place: Place, colour: QColor, pen: float
) -> None:
    """Around one value of the result."""
    down, right = output_lattices(row)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, pen))
    painter.drawRect(_findable(box(view, down, right, place), pen))


def paint_marked(
    painter: QPainter,
    side: int,
    view: Viewport,
    row: LayerGeometry,
    marked: tuple[Place | None, Place | None],
    theme: Theme,
    pen: float,
) -> None:
    """Around the value that was chosen and the one under the mouse: on side 0 what they read, on side 1 themselves."""
    paint = paint_value if side else paint_window
    for place, colour in zip(marked, (theme.accent, theme.field), strict=True):
        if place is not None:
            paint(painter, view, row, place, QColor(colour), pen)


def _findable(rect: QRectF, pen: float) -> QRectF:
    """Just around it, and never too small to be seen."""
    half, least = pen / 2, LEAST_PX * max(pen / 2, 1)
    wide, high = max(rect.width() + pen, least), max(rect.height() + pen, least)
    middle = rect.center()
    return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high).adjusted(half, half, -half, -half)


def paint_numbers(painter: QPainter, target: QRectF, values: Floats, shown: QImage, ratio: float) -> None:
    """The numbers of (C, R, K) values in the pixels of ``target``, where these are large enough for them.

    Three values of one pixel stand below each other.
    """
    count, rows, columns = values.shape
    wide, high = target.width() / max(columns, 1), target.height() / max(rows, 1)
    if wide < NUMBER_PX * ratio or high < NUMBER_PX * ratio * (1.25 if count > 1 else 1):
        return
    size_px = min(CAPTION_PX, high / ratio / (1.35 * count + 0.4))
    painter.setFont(font(max(round(size_px * ratio), 1)))
    metrics, room = painter.fontMetrics(), wide - 3 * ratio
    zero = metrics.horizontalAdvance("−0.000" if (values < 0).any() else "0.000") <= room  # all alike
    for y in range(rows):
        for x in range(columns):
            painter.setPen(ink_on(shown.pixelColor(x, y)))
            cell = QRectF(target.left() + x * wide, target.top() + y * high, wide, high)
            texts = [number(value, room, metrics.horizontalAdvance, zero=zero) for value in values[:, y, x].tolist()]
            _write(painter, cell, texts, metrics.height())


def _write(painter: QPainter, cell: QRectF, texts: list[str], line_px: float) -> None:
    top = cell.center().y() - line_px * len(texts) / 2
    for n, text in enumerate(texts):
        line = QRectF(QPointF(cell.left(), top + n * line_px), QPointF(cell.right(), top + (n + 1) * line_px))
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def number(value: float, room: float, width: Callable[[str], float], *, zero: bool = True) -> str:
    """A value with as many digits as there is room for, at most three behind the point; "" without any room.

    ``zero``: with a zero before the point.

    >>> number(0.4823, 5, len), number(-0.4823, 5, len, zero=False), number(-12.0, 3, len), number(2e-5, 5, len)
    ('0.482', '−.482', '−12', '2e−5')
    """
    if not isfinite(value):
        texts = [exact(value)]
    elif value == 0:
        texts = ["0"]
    else:
        digits = (3, 2, 1, 0) if 0.0005 <= abs(value) < 10_000 else ()
        texts = [text for text in (f"{value:.{n}f}" for n in digits) if float(text) != 0]
        if not zero and abs(value) < 1:
            texts = [headless(text) for text in texts]
        texts.append(f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e"))
        texts += [headless(f"{value:.{n}f}") for n in (2, 1)] if abs(value) < 1 else []  # not quite zero
    return next((text for text in (text.replace("-", "−") for text in texts) if width(text) <= room), "")
