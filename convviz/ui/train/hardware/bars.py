"""Horizontal bars with a name before and a number behind each."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, font, theme_of

ROW_PX, BAR_PX = 20, 10
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Bar(NamedTuple):
    """``value`` None is not known yet. ``text`` stands behind the bar."""

    name: str
    value: float | None
    text: str


class Bars(QWidget):
    """Bars from 0 to the largest value, as high as there are bars; ``rows`` of them before there are any."""

    def __init__(self, name: str, title: str, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(rows * ROW_PX)
        self.bars: tuple[Bar, ...] = ()

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        """Shows these instead."""
        if bars != self.bars:
            self.bars = bars
            self.setFixedHeight(len(bars) * ROW_PX)
            self.setAccessibleDescription("; ".join(f"{bar.name}: {bar.text}" for bar in bars))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def bar_rect(self, number: int) -> QRectF:
        """Where a bar is painted."""
        left, right = self._sides()
        whole = max(self.width() - left - right, 1.0)
        most = max((bar.value or 0.0 for bar in self.bars), default=0.0)
        share = (self.bars[number].value or 0.0) / most if most > 0 else 0.0
        return QRectF(left, number * ROW_PX + (ROW_PX - BAR_PX) / 2, whole * share, BAR_PX)

    def _sides(self) -> tuple[float, float]:
        """Room for the longest name and the longest number."""
        metrics = QFontMetrics(font(CAPTION_PX))
        names = max((metrics.horizontalAdvance(bar.name) for bar in self.bars), default=0)
        texts = max((metrics.horizontalAdvance(typeset(bar.text)) for bar in self.bars), default=0)
        return names + 8, texts + 8

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(CAPTION_PX))
            left, right = self._sides()
            for number, bar in enumerate(self.bars):
                row = QRectF(0, number * ROW_PX, self.width(), ROW_PX)
                painter.setPen(QColor(theme.dim))
                painter.drawText(QRectF(0, row.top(), left - 8, ROW_PX), RIGHT, bar.name)
                rect = self.bar_rect(number)
                track = QRectF(left, rect.top(), row.width() - left - right, rect.height())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.line))
                painter.drawRoundedRect(track, 3, 3)
                painter.setBrush(QColor(theme.accent))
                if rect.width() > 0:
                    painter.drawRoundedRect(rect, 3, 3)
                painter.setPen(QColor(theme.text if bar.value is not None else theme.dim))
                painter.drawText(row, RIGHT, typeset(bar.text))
