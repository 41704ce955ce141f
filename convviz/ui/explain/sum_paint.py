"""How the lines of an explanation look: a part with its pictures and its bar, and the lines around the parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from ...spec.arithmetic.explanation import Explanation
from ...spec.arithmetic.written import factor, written
from ..look.colours import image, indices, table
from ..look.theme import CAPTION_PX, RESULT_PX, Theme, font
from . import words
from .sum_layout import PART_HIGH
from .table_paint import narrow, strongest

PICTURE = 18  # px: the side of a small picture
BAR_HIGH = 6
USUAL, WIDEST = "−0.1234", "−0.0001234"  # numbers with four digits; one that is wider has fewer
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers that have the strongest colour, and the longest bar."""

    value: float
    weight: float
    product: float
    subtotal: float

    @classmethod
    def of(cls, explanation: Explanation) -> Scale:
        weights = explanation.weights
        return cls(
            strongest(explanation.values),
            strongest(weights) if weights is not None else 0.0,
            strongest(explanation.products),
            strongest(explanation.subtotals),
        )


class Rows:
    """Paints parts: their small pictures are made together, as that is faster."""

    def __init__(self, explanation: Explanation, parts: list[int], scale: Scale, theme: Theme, width: int) -> None:
        self._explanation, self._scale, self._theme = explanation, scale, theme
        self._single = explanation.values[0].size == 1
        self._lone = explanation.values.size == 1
        self._metrics = QFontMetrics(font(CAPTION_PX))
        self._numbers, self._number_wide = self._written(parts)
        pictures = 0 if self._single else PICTURE + 6
        if explanation.weights is not None and not self._single:
            pictures = 2 * PICTURE + 14 + 6
        self._label_x = pictures
        self._labels = {part: words.part_name(explanation, part) for part in parts}
        wide = max((self._metrics.horizontalAdvance(label) for label in self._labels.values()), default=0)
        self._label_wide = min(wide, width - pictures - self._number_wide - (0 if self._lone else 20))
        self._terms_x = self._label_x + self._label_wide + 8
        self._width = width
        terms = [self._term(part) for part in parts] if self._single else []
        self._texts = dict(zip(parts, terms, strict=False))
        self._bar_x = self._terms_x
        if terms:
            self._bar_x += max(self._metrics.horizontalAdvance(text) for text in terms) + 8
        self._place = {part: at for at, part in enumerate(parts)}
        self._pictures = [] if self._single else self._images(parts)

    def _written(self, parts: list[int]) -> tuple[dict[int, str], int]:
        """What each part adds, and how wide the column of these numbers is: one of two widths, lest bars tremble."""
        advance, subtotals = self._metrics.horizontalAdvance, self._explanation.subtotals
        usual, widest = advance(USUAL) + 2, advance(WIDEST) + 2
        texts = {part: words.within(float(subtotals[part]), widest, advance) for part in parts}
        return texts, usual if all(advance(text) <= usual for text in texts.values()) else widest

    def _term(self, part: int) -> str:
        explanation = self._explanation
        value = float(explanation.values[part, 0, 0])
        if explanation.weights is None:
            return ""
        return f"{_three(value)} × {_three(float(explanation.weights[part, 0, 0]), behind=True)}"

    def _images(self, parts: list[int]) -> list[QImage]:
        """One image each for values and weights, the parts below each other."""
        explanation = self._explanation
        arrays = [(explanation.values, self._scale.value)]
        if explanation.weights is not None:
            arrays.append((explanation.weights, self._scale.weight))
        made = []
        for array, extreme in arrays:
            stacked = narrow(array[parts]).reshape(-1, array.shape[2])
            made.append(image(table(self._theme)[indices(stacked, extreme)]))
        return made

    def paint(self, painter: QPainter, part: int, top: int, high: int) -> None:
        """One part, from ``top`` on."""
        theme, explanation = self._theme, self._explanation
        self._paint_pictures(painter, part, top + (high - PICTURE) // 2)
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(theme.dim))
        name = self._labels[part]
        if high > PART_HIGH:  # two lines: the name has one of its own
            painter.drawText(QRectF(0, top, self._width, high / 2), LEFT, name)
            top, high, terms_x = top + high // 2, high // 2, 0
        else:
            terms_x = self._terms_x
            name = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._label_wide + 1)
            painter.drawText(QRectF(self._label_x, top, self._label_wide + 2, high), LEFT, name)
        if self._single:
            painter.drawText(QRectF(terms_x, top, self._bar_x - self._terms_x, high), LEFT, self._texts[part])
        if not self._lone:  # one bar alone has nothing to be compared with
            self._paint_bar(painter, float(explanation.subtotals[part]), top + high / 2)
        painter.setPen(QColor(theme.text))
        place = QRectF(self._width - self._number_wide, top, self._number_wide, high)
        painter.drawText(place, RIGHT, self._numbers[part])

    def _paint_pictures(self, painter: QPainter, part: int, top: int) -> None:
        rows, columns = self._explanation.values.shape[1:]
        at, side = self._place[part], PICTURE / max(rows, columns, 1)
        for number, picture in enumerate(self._pictures):
            x = number * (PICTURE + 14)
            high, wide = max(rows * side, 1), max(columns * side, 1)
            target = QRectF(x + (PICTURE - wide) / 2, top + (PICTURE - high) / 2, wide, high)
            painter.drawImage(target, picture, QRectF(0, at * rows, columns, rows))
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5))
        if len(self._pictures) == 2:
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(QRectF(PICTURE, top, 14, PICTURE), Qt.AlignmentFlag.AlignCenter, "×")

    def _paint_bar(self, painter: QPainter, value: float, middle: float) -> None:
        room = self._width - self._number_wide - 4 - self._bar_x
        if not np.isfinite(value) or self._scale.subtotal <= 0 or room < 4:
            return
        wide = max(abs(value) / self._scale.subtotal * room, 1.0 if value else 0.0)
        colour = QColor(self._theme.negative if value < 0 else self._theme.positive)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(self._bar_x, middle - BAR_HIGH / 2, wide, BAR_HIGH), 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_line(
    painter: QPainter,
    rect: QRectF,
    text: str,
    theme: Theme,
    style: str = "text",
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """A line; ``style`` is "text", "dim", "link", "warning" or "result"."""
    colours = {"dim": theme.dim, "link": theme.accent, "warning": theme.warning}
    painter.setFont(font(RESULT_PX, bold=True) if style == "result" else font(CAPTION_PX))
    painter.setPen(QColor(colours.get(style, theme.text)))
    painter.drawText(rect, align, text)


def line_width(text: str) -> int:
    """How wide a line is, in pixels."""
    return QFontMetrics(font(CAPTION_PX)).horizontalAdvance(text)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text that is broken at its spaces."""
    advance = QFontMetrics(font(CAPTION_PX)).horizontalAdvance
    if not text or advance(text) <= width:
        return [text] if text else []
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and advance(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _three(value: float, *, behind: bool = False) -> str:
    """Three significant digits; a negative number ``behind`` an operator stands in parentheses."""
    rounded = float(f"{value:.3g}")
    return factor(rounded) if behind else written(rounded)
