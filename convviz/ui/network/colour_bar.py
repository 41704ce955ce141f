"""The colours of a layer and the values they stand for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..look.colours import Range
from ..look.numbers import brief, typeset
from ..look.theme import CAPTION_PX, Theme, font, theme_of

BAR_PX, LEAST_BAR_PX, SPACE_PX = 56, 12, 5


def colours_of(bar: QRectF, theme: Theme, *, signed: bool, below: str = "") -> QLinearGradient:
    """The colours from the lowest to the highest value along a bar; ``below`` is the lowest, if it is another one."""
    ends = QPointF(bar.left() + 1, 0), QPointF(bar.right() - 1, 0)  # so that a pixel at each end is of its colour
    gradient = QLinearGradient(*ends)
    stops = [theme.card, theme.positive] if not signed else [below or theme.negative, theme.card, theme.positive]
    for n, name in enumerate(stops):
        gradient.setColorAt(n / (len(stops) - 1), QColor(name))
    return gradient


def paint_bar(
    painter: QPainter,
    line: QRectF,
    ends: tuple[str, str],
    theme: Theme,
    *,
    signed: bool,
    below: str = "",
    size_px: int = CAPTION_PX - 1,
) -> None:
    """Lowest value, colours, highest value, in the middle of a line; the bar is short where the line is."""
    painter.setFont(font(size_px))
    metrics = painter.fontMetrics()
    low, high = (metrics.horizontalAdvance(text) + SPACE_PX for text in ends)
    width = int(max(min(BAR_PX, line.width() - low - high), LEAST_BAR_PX))
    left = round(line.center().x() - (low + width + high) / 2 + low)
    bar = QRectF(left, round(line.center().y()) - 2, width, 5)
    painter.fillRect(bar, QBrush(colours_of(bar, theme, signed=signed, below=below)))
    painter.setPen(QColor(theme.dim))
    sides = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
    before = QRectF(left - low, line.top(), low - SPACE_PX, line.height())
    behind = QRectF(left + width + SPACE_PX, line.top(), high, line.height())
    for box, side, text in zip((before, behind), sides, ends, strict=True):
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)


class ColourBar(QWidget):
    """Lowest value, colours, highest value, to the right; a note to the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._range = Range(0.0, 0.0)
        self._note, self._alarming = "", False
        self._per_map = False

    def show_range(self, shown: Range) -> None:
        """What the colours span from now on."""
        if shown != self._range:
            self._range = shown
            self.update()

    def set_per_map(self, per_map: bool) -> None:
        """Whether the ends stand for each map's own largest value rather than the layer's."""
        if per_map != self._per_map:
            self._per_map = per_map
            self.update()

    def show_note(self, note: str, *, alarming: bool = False) -> None:
        """A word beside the bar; an alarming one has the colour of values that are not numbers."""
        if (note, alarming) != (self._note, self._alarming):
            self._note, self._alarming = note, alarming
            self.update()

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at both ends."""
        if self._per_map:
            return ("−max" if self._range.signed else "0"), "max"
        return typeset(brief(self._range.low)), brief(self._range.high)

    @property
    def note(self) -> str:
        return self._note

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, line = theme_of(self), self.rect()
        with QPainter(self) as painter:
            painter.fillRect(line, QColor(theme.card))
            painter.setFont(font(CAPTION_PX - 1))
            low, high = self.ends
            metrics = painter.fontMetrics()
            wide = [metrics.horizontalAdvance(text) + SPACE_PX for text in (low, high, self._note)]
            width = max(min(BAR_PX, line.width() - sum(wide)), LEAST_BAR_PX)
            bar = QRect(line.right() + 1 - wide[1] - width, line.center().y() - 2, width, 5)
            painter.fillRect(bar, QBrush(colours_of(bar.toRectF(), theme, signed=self._range.signed)))
            right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
            painter.setPen(QColor(theme.dim))
            painter.drawText(line, right | middle, high)
            painter.drawText(QRect(line.left(), line.top(), bar.left() - SPACE_PX, line.height()), right | middle, low)
            painter.setPen(QColor(theme.not_a_number if self._alarming else theme.dim))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, self._note)
