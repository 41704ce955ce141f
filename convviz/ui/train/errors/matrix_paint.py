"""How a confusion matrix looks: what is right stands back, errors stand out."""

from __future__ import annotations

from functools import lru_cache
from math import isnan

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ....spec.lab.palette import rgb
from ....spec.training.confusion import Confusion
from ...look.colours import image, packed
from ...look.numbers import accuracy_text
from ...look.shades import ink_on
from ...look.theme import CAPTION_PX, Theme, font
from .matrix_layout import AXIS_PX, SHARE_PX, MatrixLayout
from .words import Cell, Names, name_of

RIGHT_STRENGTH = 0.3  # of the accent, where all images of a class are recognised
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
ROWS = ("← the image shows", "← it shows", "←")  # what the rows are, the longest that has room


@lru_cache(maxsize=4)
def colours(confusion: Confusion, theme: Theme) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """(K, K) pixels 0xffRRGGBB. The cube root of an error's share of its class, so that 1 of 1,000 can be seen."""
    images = np.maximum(confusion.of_class, 1)[:, None]
    shares = confusion.counts / images
    strength = np.cbrt(shares)
    diagonal = np.eye(confusion.classes, dtype=bool)
    strength[diagonal] = shares[diagonal] * RIGHT_STRENGTH
    card, wrong, right = (rgb(name) for name in (theme.card, theme.positive, theme.accent))
    ends = np.where(diagonal[..., None], right, wrong)
    mixed = np.rint(card + (ends - card) * strength[..., None]).astype(np.uint32)
    return packed(*(mixed[..., i] for i in range(3)))


def paint_cells(painter: QPainter, layout: MatrixLayout, confusion: Confusion, theme: Theme) -> None:
    """The colours, the gaps between them and, where there is room, the counts."""
    pixels = colours(confusion, theme)
    picture = image(pixels)
    square, classes = QRect(*layout.square), confusion.classes
    if min(layout.cell) >= 6:  # cells that large have edges on whole pixels
        for row in range(classes):
            for column in range(classes):
                rect = QRect(*layout.rect((row, column))).adjusted(0, 0, -1, -1)
                painter.fillRect(rect, QColor.fromRgb(int(pixels[row, column])))
    else:
        painter.drawImage(square, picture)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(square).adjusted(-1.5, -1.5, 0.5, 0.5))
    painter.setFont(font(CAPTION_PX))
    metrics = painter.fontMetrics()
    for row, column in np.argwhere(confusion.counts) if layout.written else ():
        count = int(confusion.counts[row, column])
        texts = (each for each in (f"{count:,}", f"{count}") if metrics.horizontalAdvance(each) < layout.cell[0])
        painter.setPen(ink_on(QColor.fromRgb(int(pixels[row, column]))))
        rect = QRect(*layout.rect((int(row), int(column)))).adjusted(0, 0, -1, -1)
        painter.drawText(rect, CENTRE, next(texts, ""))


def paint_names(painter: QPainter, layout: MatrixLayout, names: Names, lit: Cell | None, theme: Theme) -> None:
    """The classes at both sides, those of the cell ``lit`` brighter; of many only those."""
    for axis in (0, 1):
        at = lit[axis] if lit is not None else -1
        numbers = range(layout.classes) if layout.named else [at] if 0 <= at < layout.classes else []
        for number in numbers:
            painter.setFont(font(CAPTION_PX, bold=number == at))
            painter.setPen(QColor(theme.text if number == at else theme.dim))
            name = name_of(names, number)
            (_row_name if axis == 0 else _column_name)(painter, layout, number, name)
    _paint_axes(painter, layout, theme)


def _row_name(painter: QPainter, layout: MatrixLayout, number: int, name: str) -> None:
    _, y, _, high = layout.rect((number, 0))
    rect = QRect(AXIS_PX, y, layout.gutter - 6, high - 1)
    if high < 14:
        rect = QRect(AXIS_PX, y + high // 2 - 8, layout.gutter - 6, 16)
    text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, RIGHT, text)


def _column_name(painter: QPainter, layout: MatrixLayout, number: int, name: str) -> None:
    """Above its column."""
    x, _, wide, _ = layout.rect((0, number))
    metrics = painter.fontMetrics()
    if not layout.upright:
        room = max(wide, metrics.horizontalAdvance(name))
        left = min(max(x + wide // 2 - room // 2, 0), layout.width - room)
        painter.drawText(QRect(left, layout.top - 18, room, 16), CENTRE, name)
        return
    painter.save()
    painter.translate(x + wide / 2, layout.top - 4)
    painter.rotate(-90)
    text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, layout.head - 6)
    painter.drawText(QRect(0, -8, layout.head, 16), LEFT, text)
    painter.restore()


def _paint_axes(painter: QPainter, layout: MatrixLayout, theme: Theme) -> None:
    """What rows and columns mean."""
    x, y, wide, high = layout.square
    painter.setFont(font(CAPTION_PX))
    painter.setPen(QColor(theme.dim))
    painter.drawText(QRect(x, 0, wide, AXIS_PX), CENTRE, "read as →")
    painter.save()
    painter.translate(0, y + high)
    painter.rotate(-90)
    wide_of = painter.fontMetrics().horizontalAdvance
    text = next((each for each in ROWS if wide_of(each) <= y + high), ROWS[-1])
    painter.drawText(QRect(0, 0, max(high, wide_of(text) + 1), AXIS_PX), CENTRE, text)  # of few rows it begins higher
    painter.restore()


def paint_shares(painter: QPainter, layout: MatrixLayout, confusion: Confusion, theme: Theme) -> None:
    """Recall at the right of each row, precision below each column, where there is room."""
    x, y, wide, high = layout.square
    painter.setFont(font(CAPTION_PX))
    painter.setPen(QColor(theme.dim))
    painter.drawText(QRect(x + wide + 4, 0, SHARE_PX, AXIS_PX + layout.head - 2), LEFT, "recall")
    painter.drawText(QRect(0, y + high + 4, x - 6, 18), RIGHT, "precision")
    painter.setPen(QColor(theme.text))
    if layout.named:
        for number, share in enumerate(confusion.recall):
            _, top, _, row_high = layout.rect((number, 0))
            painter.drawText(QRect(x + wide + 4, top, SHARE_PX - 4, row_high - 1), LEFT, short_percent(share))
    widest = painter.fontMetrics().horizontalAdvance("99.9")
    if layout.cell[0] >= widest:
        for number, share in enumerate(confusion.precision):
            left, _, column_wide, _ = layout.rect((0, number))
            painter.drawText(QRect(left, y + high + 4, column_wide, 18), CENTRE, short_percent(share))
    painter.setFont(font(CAPTION_PX, bold=True))
    painter.drawText(QRect(x + wide + 4, y + high + 4, SHARE_PX - 4, 18), LEFT, short_percent(confusion.accuracy))


def short_percent(share: float) -> str:
    """Per cent, without the sign.

    >>> short_percent(0.9814), short_percent(1.0), short_percent(0.0), short_percent(float("nan"))
    ('98.1', '100', '0', '–')
    """
    if isnan(share):
        return "–"
    return f"{share * 100:.0f}" if share in (0, 1) else accuracy_text(share).removesuffix(" %")


def mark(painter: QPainter, rect: QRect, colour: str, pen_px: float) -> None:
    """A frame around a cell."""
    half = pen_px / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), pen_px))
    painter.drawRect(QRectF(rect).adjusted(-1 + half, -1 + half, -half, -half))
