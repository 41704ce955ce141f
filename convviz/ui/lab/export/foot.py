"""The formulas below a figure: their answer is never cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ...look.theme import CAPTION_PX, Theme, font

LEADING_PX = 5
SMALL_PX, LEAST_PX = 10, 6  # letters in one line, and where there is room for nothing else


@dataclass(frozen=True, slots=True)
class Foot:
    """Lines, and the size of their letters."""

    lines: tuple[str, ...]
    letters_px: int

    @property
    def line_px(self) -> int:
        return self.letters_px + LEADING_PX

    @property
    def height(self) -> int:
        """Logical pixels that all lines take."""
        return self.line_px * len(self.lines)


def fitted(formulas: Sequence[str], width: float) -> Foot:
    """Formulas in so many logical pixels: a line each, or two in front of and behind the first "=", or smaller."""
    whole = tuple(formulas)
    parted = tuple(line for text in formulas for line in _parted(text))
    tried = [(whole, px) for px in range(CAPTION_PX, SMALL_PX - 1, -1)]
    tried += [(parted, px) for px in range(CAPTION_PX, LEAST_PX - 1, -1)]
    return next((Foot(lines, px) for lines, px in tried if _wide(lines, px) <= width), Foot(*tried[-1]))


def _parted(text: str) -> tuple[str, ...]:
    letters, equals, numbers = text.partition(" = ")
    return (letters, f"     = {numbers}") if equals else (text,)


def _wide(lines: Sequence[str], letters_px: int) -> float:
    metrics = QFontMetricsF(font(letters_px))
    return max(metrics.horizontalAdvance(line) for line in lines) + 1


def paint_foot(painter: QPainter, inside: QRectF, foot: Foot, theme: Theme) -> None:
    """Along the lower rim of ``inside``."""
    painter.setFont(font(foot.letters_px))
    painter.setPen(QColor(theme.dim))
    for number, line in enumerate(foot.lines):
        top = inside.bottom() - foot.height + number * foot.line_px
        box = QRectF(inside.left(), top, inside.width(), foot.line_px)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
