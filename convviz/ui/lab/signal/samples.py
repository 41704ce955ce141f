"""Samples of one channel: bars or stems around zero with their numbers, or an envelope where there are too many."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, isnan

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ....spec.arithmetic.written import written
from ...look.numbers import headless
from ...look.theme import Theme, font
from .envelope import Floats, envelope
from .layout import NARROWEST_PX, Row, SignalLayout
from .numbers import Spots, placed

BAR_SHARE, WIDEST_PX = 0.62, 34.0  # of a sample's room, and at most
DOT_PX, SINGLE_PX = 4.0, 7.0  # of a stem's dot; samples closer than the latter are drawn without
NUMBER_PX, RING_PX = 15.0, 4.0  # of the room for a number beyond the longest bar, and for the ring around a dot
LEAST_NUMBER_PX = 12.0  # closer samples have no numbers
LINE_PX = 3.0  # that a line of numbers is higher than its font
WIDE_PX = 26.0  # samples so far apart have their numbers in one line
WITH_NUMBERS_PX = 52.0  # a lower row has no numbers


@dataclass(frozen=True, slots=True)
class Level:
    """Heights in a row: where a value's bar ends."""

    row: Row
    low: float
    high: float
    numbers_px: float = NUMBER_PX  # beyond the longest bar

    @property
    def numbers(self) -> bool:
        return self.row.height >= WITH_NUMBERS_PX

    @property
    def clear(self) -> float:
        """From the end of a bar or stem to its number."""
        if not self.numbers:
            return DOT_PX
        return DOT_PX + RING_PX if self.row.part == "output" else 4.0

    def y(self, value: float) -> float:
        """Values beyond the range, and infinite ones, end at its rim."""
        margin = self.numbers_px + self.clear if self.numbers else self.clear + 1
        top = self.row.top + (margin if self.high > 0 else self.clear)
        bottom = self.row.bottom - (margin if self.low < 0 else self.clear)
        if self.high == self.low:
            return (top + bottom) / 2
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return bottom - share * (bottom - top)


def level_of(row: Row, values: Floats, layout: SignalLayout | None = None) -> Level:
    """``values`` (C, 1, W): all channels of one part have the same scale; close samples have numbers in two lines."""
    if layout is None:
        return Level(row, *envelope(values).range)
    pitch = layout.pitch(row.part)
    line = layout.number_px(pitch) + LINE_PX
    return Level(row, *envelope(values).range, 2 * line if LEAST_NUMBER_PX <= pitch < WIDE_PX else line)


def short(value: float, room: float, metrics: QFontMetricsF) -> str:
    """The most exact text that is no wider than ``room``; "" where there is none."""
    texts = [written(value)]
    if isfinite(value):
        for digits in (3, 2, 1) if abs(value) < 1 else (3, 2):
            text = written(float(f"{value:.{digits}g}"))
            texts += [text, headless(text)]
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), "")


def colour_of(value: float, theme: Theme) -> QColor:
    """By the sign; zero is dim."""
    if isnan(value):
        return QColor(theme.not_a_number)
    return QColor(theme.negative if value < 0 else theme.positive if value > 0 else theme.dim)


def paint_samples(
    painter: QPainter, layout: SignalLayout, level: Level, values: Floats, theme: Theme, filled: int | None = None
) -> None:
    """A row of ``values`` (C, 1, W); of an output, samples from ``filled`` on are not there yet."""
    row, pitch = level.row, layout.pitch(level.row.part)
    zero = level.y(0.0)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawLine(QPointF(layout.left, zero), QPointF(layout.right, zero))
    if pitch < NARROWEST_PX:
        _paint_envelope(painter, layout, level, values, theme, filled)
        return
    between = layout.place.inputs_between if row.part == "input" else layout.place.outputs_between
    shown = between(*layout.span)
    if pitch < SINGLE_PX:
        there = shown if filled is None else range(shown.start, max(min(shown.stop, filled), shown.start))
        _paint_narrow(painter, layout, level, values, there, theme)
        return
    there = shown if filled is None else range(shown.start, max(min(shown.stop, filled), shown.start))
    numbers = tuple(values[row.channel, 0, shown.start : shown.stop].tolist())
    for index, value in zip(there, numbers, strict=False):
        _paint_sample(painter, level, layout.sample_x(row.part, index), value, pitch, theme)
    if level.numbers and pitch >= LEAST_NUMBER_PX and numbers:
        size_px = layout.number_px(pitch)
        spots = spots_of(layout, level, shown.start, numbers, size_px)
        painter.setFont(font(size_px))
        painter.setPen(QColor(theme.text))
        for label in placed(numbers, spots, size_px)[: len(there)]:  # none moves when another one comes
            if label is not None:
                box = QRectF(label.x - label.wide / 2 - 4, label.top, label.wide + 8, spots.line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, label.text)
    for index in range(there.stop, shown.stop):
        _paint_missing(painter, QPointF(layout.sample_x(row.part, index), zero), pitch, theme)


def spots_of(layout: SignalLayout, level: Level, first: int, numbers: tuple[float, ...], size_px: int) -> Spots:
    """Where the samples from ``first`` on have their numbers."""
    row, pitch = level.row, layout.pitch(level.row.part)
    ends = tuple(level.y(0.0 if isnan(value) else value) for value in numbers)
    stem = row.part == "output"
    half, dot = (2.0, min(DOT_PX, pitch * 0.32) + 1) if stem else (bar_px(pitch) / 2, 0.0)
    x, line = layout.sample_x(row.part, first), size_px + LINE_PX
    return Spots(x, pitch, level.y(0.0), ends, row.top, row.bottom, line, level.clear - 1, half, dot)


def _paint_sample(painter: QPainter, level: Level, x: float, value: float, pitch: float, theme: Theme) -> None:
    colour, zero, end = colour_of(value, theme), level.y(0.0), level.y(value)
    if isnan(value):
        high = level.row.height
        painter.fillRect(QRectF(x - pitch * 0.3, level.row.top + high * 0.3, pitch * 0.6, high * 0.4), colour)
        return
    if level.row.part == "input":
        wide = bar_px(pitch)
        if value == 0:
            painter.fillRect(QRectF(x - wide / 2, zero - 1, wide, 2), colour)
        else:
            painter.fillRect(QRectF(x - wide / 2, min(zero, end), wide, max(abs(zero - end), 1)), colour)
        return
    painter.setPen(QPen(colour, 2))
    painter.drawLine(QPointF(x, zero), QPointF(x, end))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    dot = min(DOT_PX, pitch * 0.32)
    painter.drawEllipse(QPointF(x, end), dot, dot)


def _paint_narrow(
    painter: QPainter, layout: SignalLayout, level: Level, values: Floats, shown: range, theme: Theme
) -> None:
    """Bars and stems without numbers, all at once."""
    part, channel = level.row.part, level.row.channel
    there = values[channel, 0, shown.start : shown.stop]
    xs = layout.sample_x(part, shown.start) + np.arange(len(shown), dtype=np.float64) * layout.pitch(part)
    ends = np.minimum(there, np.float32(0)), np.maximum(there, np.float32(0))
    paint_band_of(painter, level, xs, ends, theme, max(int(layout.pitch(part)) - 1, 1) if part == "input" else 1)


def bar_px(pitch: float) -> float:
    """How wide a bar is."""
    return min(pitch * BAR_SHARE, WIDEST_PX) if pitch >= SINGLE_PX else max(pitch - 1, 1.0)


def _paint_missing(painter: QPainter, at: QPointF, pitch: float, theme: Theme) -> None:
    """An output that is not there yet."""
    painter.setPen(QPen(QColor(theme.dim), 1))
    painter.setBrush(QColor(theme.card))
    dot = min(DOT_PX, pitch * 0.32)
    painter.drawEllipse(at, dot, dot)


# --- envelope -------------------------------------------------------------------------------------------------


def _paint_envelope(
    painter: QPainter, layout: SignalLayout, level: Level, values: Floats, theme: Theme, filled: int | None
) -> None:
    """One vertical line a pixel from the lowest to the highest value under it, coloured on each side of zero."""
    part = level.row.part
    start = layout.place.input_at(0) if part == "input" else layout.place.output_at(0)
    pitch, size = layout.pitch(part) / layout.scale, values.shape[2] if filled is None else filled
    first, last = (layout.x(start + (edge - 0.5) * pitch) for edge in (0, size))
    left, right = max(layout.left, first), min(layout.right, last)
    count = int(right - left)
    if count < 1:
        return
    xs = left + np.arange(count + 1, dtype=np.float64)
    edges = np.clip((layout.span[0] + (xs - layout.left) / layout.scale - start) / pitch + 0.5, 0, size)
    ends = envelope(values).between(values[:, 0], level.row.channel, edges)
    paint_band_of(painter, level, xs[:-1] + 0.5, ends, theme)


def paint_band_of(
    painter: QPainter, level: Level, xs: NDArray[np.float64], ends: tuple[Floats, Floats], theme: Theme, width: int = 1
) -> None:
    """A vertical line at each of ``xs`` from the lowest to the highest value, ``ends``; NaN as high as the row."""
    low, high = ends
    broken = np.isnan(low) | np.isnan(high)
    bottom, top = (_heights(level, np.where(broken, 0, values)) for values in (low, high))
    zero = level.y(0.0)
    above, below = (high > 0) & ~broken, (low < 0) & ~broken
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _lines(painter, xs[above], np.minimum(bottom, zero)[above], top[above], theme.positive, width)
    _lines(painter, xs[below], np.maximum(top, zero)[below], bottom[below], theme.negative, width)
    rims = np.full(len(xs), level.row.top), np.full(len(xs), level.row.bottom)
    _lines(painter, xs[broken], rims[0][broken], rims[1][broken], theme.not_a_number, width)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _heights(level: Level, values: Floats) -> NDArray[np.float64]:
    ends = np.array([level.y(-inf), level.y(inf)])
    if level.high == level.low:
        return np.full(len(values), ends[0])
    share = (np.clip(values.astype(np.float64), level.low, level.high) - level.low) / (level.high - level.low)
    return np.asarray(ends[0] + share * (ends[1] - ends[0]))


def _lines(
    painter: QPainter,
    x: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    name: str,
    width: int,
) -> None:
    painter.setPen(QPen(QColor(name), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    lines = [
        QLineF(x_, a, x_, b if abs(b - a) >= 1 else a - 1)
        for x_, a, b in zip(x.tolist(), start.tolist(), end.tolist(), strict=True)
    ]
    if lines:
        painter.drawLines(lines)
