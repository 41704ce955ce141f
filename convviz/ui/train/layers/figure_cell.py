"""One figure of one layer: its present value, its course, and what that means."""

from __future__ import annotations

from math import ceil, floor, log10

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.arithmetic.written import written
from ....spec.training.curves import Floats
from ...look.numbers import percent
from ...look.shades import faint
from ...look.theme import CAPTION_PX, VALUE_PX, Theme, font, theme_of
from .verdict import USUAL, Figure, Verdict, values_of

LINE_PX, CHART_PX, FOOT_PX = 17, 44, 16
NUMBER_PX = 34  # beside the chart
APART_PX = 11  # between two numbers there
ONE_LINE_PX = 205  # cells that are narrower have a second line for what a figure means
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FigureCell(QWidget):
    """Paints rows (k, 4) of a layer's curves in its own scale; on hover it says the value of a step."""

    pointed_at = Signal(str)

    def __init__(self, layer: str, figure: Figure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer, self.figure = layer, figure
        self.setObjectName(f"{figure.column}_{layer}")
        self.setAccessibleName(f"{figure.title} of {layer}")
        self.setToolTip(figure.rule)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LINE_PX + CHART_PX + FOOT_PX)
        self._steps: Floats = np.zeros(0, np.float32)
        self._values: Floats = np.zeros(0, np.float32)
        self._cursor: int | None = None
        self._verdict = Verdict("")
        self._low, self._high = 0.0, 1.0  # of the chart; powers of ten of a logarithmic one

    def show_rows(self, rows: Floats, cursor: int | None, verdict: Verdict) -> None:
        """The course up to now, the step that is looked at (None: the newest), and what its value means."""
        self._steps, self._values = rows[:, 0], values_of(rows, self.figure)
        self._cursor, self._verdict = cursor, verdict
        self._low, self._high = limits(self._values, log=self.figure.log)
        self.setAccessibleDescription(f"{self.value_text}: {verdict.text}")
        self.update()

    @property
    def verdict(self) -> Verdict:
        return self._verdict

    @property
    def title(self) -> str:
        """What the figure is called, in as many words as there is room for beside its value."""
        room = self.width() - QFontMetrics(font(VALUE_PX, bold=True)).horizontalAdvance(self.value_text) - 9
        fits = QFontMetrics(font(CAPTION_PX)).horizontalAdvance(self.figure.title) <= room
        return self.figure.title if fits else self.figure.short

    @property
    def verdict_lines(self) -> list[str]:
        """What its value means, in one line or two."""
        metrics = QFontMetrics(font(CAPTION_PX))
        lines, most = [""], 1 if self.width() >= ONE_LINE_PX else 2
        for word in self._verdict.text.split():
            longer = f"{lines[-1]} {word}".strip()
            if len(lines) < most and metrics.horizontalAdvance(longer) > self.width():
                lines.append(word)
            else:
                lines[-1] = longer
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width()) for line in lines]

    @property
    def value(self) -> float:
        """At the step that is looked at; NaN where nothing was measured."""
        at = self._index_of(self._cursor)
        return float(self._values[at]) if at is not None else float("nan")

    @property
    def value_text(self) -> str:
        return self._said(self.value)

    def _said(self, value: float) -> str:
        if np.isnan(value):
            return "–"
        return written(float(f"{value:.3g}")) if self.figure.log or not np.isfinite(value) else percent(value)

    def _index_of(self, step: int | None) -> int | None:
        if not self._steps.size:
            return None
        at = len(self._steps) - 1 if step is None else int(np.searchsorted(self._steps, step, "right")) - 1
        return at if at >= 0 else None

    def sizeHint(self) -> QSize:
        return QSize(190, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        feet = 1 if self.width() >= ONE_LINE_PX else 2
        self.setFixedHeight(LINE_PX + CHART_PX + feet * FOOT_PX)

    # --- painting ---------------------------------------------------------------------------------------------

    @property
    def chart(self) -> QRectF:
        return QRectF(NUMBER_PX, LINE_PX + 3, self.width() - NUMBER_PX - 3, CHART_PX - 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            line = QRectF(0, 0, self.width() - 3, LINE_PX)
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            painter.drawText(line, LEFT, self.title)
            painter.setPen(QColor(theme.warning if self._verdict.alarming else theme.dim))
            for number, text in enumerate(self.verdict_lines):
                painter.drawText(QRectF(0, LINE_PX + CHART_PX + number * FOOT_PX, self.width(), FOOT_PX), LEFT, text)
            painter.setFont(font(VALUE_PX, bold=True))
            painter.setPen(QColor(theme.text))
            painter.drawText(line, RIGHT, self.value_text)
            if not np.isnan(self._values).all():
                self._paint_chart(painter, theme)

    def _paint_chart(self, painter: QPainter, theme: Theme) -> None:
        chart = self.chart
        painter.setFont(font(CAPTION_PX - 1))
        for share, text in ((self._high, 1), (self._low, -1)):
            y = self._y(share)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(chart.left(), round(y) + 0.5), QPointF(chart.right(), round(y) + 0.5))
            painter.setPen(QColor(theme.dim))
            place = QRectF(0, y - 7 + (2 * text), NUMBER_PX - 4, 14)
            painter.drawText(place, RIGHT, self._tick(share))
        if self.figure.column == "update_ratio" and self._low < log10(USUAL) < self._high:
            y = round(self._y(log10(USUAL))) + 0.5
            painter.setPen(QPen(faint(theme.field, 190), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(chart.left(), y), QPointF(chart.right(), y))
            if min(y - chart.top(), chart.bottom() - y) >= APART_PX:
                painter.setPen(QColor(theme.field))
                painter.drawText(QRectF(0, y - 7, NUMBER_PX - 4, 14), RIGHT, "usual")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        for part in self._lines():
            painter.drawPolyline(part)
        at = self._index_of(self._cursor)
        if at is None:
            return
        if self._cursor is not None:
            x = self._x(float(self._steps[at]))
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.drawLine(QPointF(x, chart.top()), QPointF(x, chart.bottom()))
        if np.isfinite(self._heights[at]):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(QPointF(self._x(float(self._steps[at])), self._y(float(self._heights[at]))), 2.5, 2.5)

    def _tick(self, height: float) -> str:
        if not self.figure.log:
            return f"{height:.0%}"
        return written(10**height) if -3 <= height <= 3 else f"1e{int(height)}".replace("-", "−")

    @property
    def _heights(self) -> Floats:
        """The values on the chart's scale: NaN where they are not on it."""
        if not self.figure.log:
            return np.where(np.isfinite(self._values), self._values, np.float32(np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            heights: Floats = np.log10(self._values)
        heights[~np.isfinite(heights)] = np.nan
        return heights

    def _lines(self) -> list[QPolygonF]:
        """The course in device-independent pixels, broken where there is no value; at most two points a pixel."""
        steps, heights = thinned(self._steps, self._heights, max(int(self.chart.width()), 8))
        lines, points = [], list[QPointF]()
        for step, height in zip(steps.tolist(), heights.tolist(), strict=True):
            if height == height:
                points.append(QPointF(self._x(step), self._y(height)))
            elif points:
                lines.append(QPolygonF(points))
                points = []
        return [*lines, QPolygonF(points)] if points else lines

    def _x(self, step: float) -> float:
        first, last = float(self._steps[0]), float(self._steps[-1])
        return self.chart.left() + (step - first) / max(last - first, 1.0) * self.chart.width()

    def _y(self, height: float) -> float:
        share = (height - self._low) / max(self._high - self._low, 1e-9)
        return self.chart.bottom() - min(max(share, 0.0), 1.0) * self.chart.height()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._steps.size:
            return
        share = (event.position().x() - self.chart.left()) / max(self.chart.width(), 1.0)
        first, last = float(self._steps[0]), float(self._steps[-1])
        at = self._index_of(round(first + min(max(share, 0.0), 1.0) * (last - first)))
        if at is not None:
            value = self._said(float(self._values[at]))
            self.pointed_at.emit(f"{self.layer}, step {int(self._steps[at]):,}: {self.figure.title} {value}")

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed_at.emit("")


def limits(values: Floats, *, log: bool) -> tuple[float, float]:
    """The lowest and highest height of a chart: whole powers of ten, or all of 0…1.

    >>> limits(np.array([2e-3, 0.5], np.float32), log=True), limits(np.array([0.1], np.float32), log=False)
    ((-3.0, 0.0), (0.0, 1.0))
    """
    if not log:
        return 0.0, 1.0
    known = values[np.isfinite(values) & (values > 0)]
    if not known.size:
        return -4.0, 0.0
    low, high = floor(log10(float(known.min()))), ceil(log10(float(known.max())))
    return float(low), float(max(high, low + 1))


def thinned(steps: Floats, heights: Floats, pixels: int) -> tuple[Floats, Floats]:
    """Of more values than pixels the lowest and the highest of each pixel."""
    if len(steps) <= 2 * pixels:
        return steps, heights
    starts = np.linspace(0, len(steps), pixels, endpoint=False).astype(np.intp)
    both = np.stack([np.fmin.reduceat(heights, starts), np.fmax.reduceat(heights, starts)], axis=1)
    return np.repeat(steps[starts], 2), both.ravel()
