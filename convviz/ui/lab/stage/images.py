"""Values as images of one pixel a cell; kept as long as the same array is shown."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter

from ...look.colours import ZERO, Floats, Range, image, indices, table, value_range
from ...look.theme import Theme

KEPT_CELLS = 2**23  # of all arrays together
MOST_DRAWN = 20_000  # cells of a map that a vector graphic has one by one; larger maps are pictures in it
VECTORS = {QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture}
GREY_SHARE = 0.75  # from the colour of zero to that of dim text


class Pictures(NamedTuple):
    """``colours`` (C, H, W) are indices of the table; ``images`` one a map, and so are the ``ranges`` they span."""

    colours: NDArray[np.uint8]
    images: tuple[QImage, ...]
    ranges: tuple[Range, ...]


class _Entry(NamedTuple):
    values: Floats  # held, so that no other array can have its id
    pictures: Pictures


_kept: OrderedDict[tuple[int, str, bool, bool], _Entry] = OrderedDict()


def pictures(values: Floats, theme: Theme, *, greyed: bool = False, each: bool = False) -> Pictures:
    """What read-only ``values`` (C, H, W) look like; ``greyed`` shows the negative ones in grey.

    With ``each`` every map has a range of its own.
    """
    key = id(values), theme.name, greyed, each
    entry = _kept.get(key)
    if entry is None:
        entry = _kept[key] = _Entry(values, coloured(values, ranges_of(values, each=each), theme, greyed=greyed))
        while sum(held.values.size for held in _kept.values()) > KEPT_CELLS and len(_kept) > 2:
            _kept.popitem(last=False)
    else:
        _kept.move_to_end(key)
    return entry.pictures


def coloured(values: Floats, ranges: tuple[Range, ...], theme: Theme, *, greyed: bool = False) -> Pictures:
    """The same, made anew, in the given ranges, one a map."""
    extremes = np.array([found.high for found in ranges], np.float32)[:, None, None]
    shown = indices(np.asarray(values, np.float32), extremes)
    colours = (grey_table if greyed else table)(theme)[shown]
    return Pictures(shown, tuple(image(part) for part in colours), ranges)


def ranges_of(values: Floats, *, each: bool = False) -> tuple[Range, ...]:
    """What the colours of each map span: that of all of them, or its own."""
    return tuple(value_range(part) for part in values) if each else (value_range(values),) * len(values)


@lru_cache(maxsize=256)
def kernel_images(values: bytes, shape: tuple[int, ...], theme: Theme) -> tuple[QImage, ...]:
    """The slices of a kernel (S, h, w) in a range of its own; ``values`` are the bytes of its float32 numbers."""
    kernel = np.frombuffer(values, np.float32).reshape(shape)
    return coloured(kernel, ranges_of(kernel), theme).images


def draw_pixels(painter: QPainter, target: QRectF, picture: QImage, part: QRect) -> None:
    """A part of a picture with each pixel as a cell of ``target``; a vector graphic has the cells one by one."""
    if painter.paintEngine().type() not in VECTORS or part.width() * part.height() > MOST_DRAWN:
        painter.drawImage(target, picture, QRectF(part))
        return
    wide, high = target.width() / part.width(), target.height() / part.height()
    for row in range(part.height()):
        for column in range(part.width()):
            cell = QRectF(target.x() + column * wide, target.y() + row * high, wide, high)
            painter.fillRect(cell, picture.pixelColor(part.x() + column, part.y() + row))


@lru_cache(maxsize=4)
def grey_table(theme: Theme) -> NDArray[np.uint32]:
    """The colours of values with the negative ones in grey: what ReLU lets fall."""
    colours = table(theme).copy()
    card, grey = QColor(theme.card), QColor(lowest_grey(theme))
    for n in range(1, ZERO):
        share = (ZERO - n) / (ZERO - 1)
        mixed = [
            round(a + (b - a) * share)
            for a, b in ((card.red(), grey.red()), (card.green(), grey.green()), (card.blue(), grey.blue()))
        ]
        colours[n] = 0xFF000000 | mixed[0] << 16 | mixed[1] << 8 | mixed[2]
    colours.setflags(write=False)
    return colours


def lowest_grey(theme: Theme) -> str:
    """The grey of the most negative value."""
    card, dim = QColor(theme.card), QColor(theme.dim)
    pairs = (card.red(), dim.red()), (card.green(), dim.green()), (card.blue(), dim.blue())
    return QColor(*(round(a + (b - a) * GREY_SHARE) for a, b in pairs)).name()
