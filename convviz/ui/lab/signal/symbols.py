"""What a symbol of the size formula means, as a measured length in the picture."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ...look.theme import CAPTION_PX, Theme, font
from ..scene import Part
from .layout import TICKS_PX, SignalLayout

TEXT_PX = 14.0


class Length(NamedTuple):
    """From one place of the scale to another, over the first row of a part or, ``below``, under its last."""

    part: Part
    first: float
    last: float
    text: str
    below: bool = False


def lengths(layout: SignalLayout, symbol: str) -> tuple[Length, ...]:
    """What lights up for a symbol; nothing for one of the height."""
    place, window = layout.place, layout.window
    inputs = place.input_at(0) - 0.5, place.input_at(place.inputs - 1) + 0.5
    outputs = place.output_at(0) - 0.5, place.output_at(place.outputs - 1) + 0.5
    taps = sorted((place.tap_at(window, 0), place.tap_at(window, place.kernel - 1)))
    match symbol:
        case "W":
            return (Length("input", *inputs, f"W = {place.inputs}"),)
        case "out_w":
            return (Length("output", *outputs, f"W′ = {place.outputs}", True),)
        case "q" if place.padding:
            part: Part = "output" if place.transposed else "input"
            size = place.outputs if place.transposed else place.inputs
            ends = ((-place.padding, 0), (size, size + place.padding))
            return tuple(Length(part, a - 0.5, b - 0.5, f"p = {place.padding}", place.transposed) for a, b in ends)
        case "w":
            return (Length("kernel", taps[0] - 0.5, taps[1] + 0.5, f"w = {place.kernel}"),)
        case "e" if place.kernel > 1:
            first, last = sorted((place.tap_at(window, 0), place.tap_at(window, 1)))
            return (Length("kernel", first, last, f"d = {place.dilation}"),)
        case "t" if place.transposed and place.inputs > 1:
            return (Length("input", place.input_at(0), place.input_at(1), f"s = {place.stride}"),)
        case "t" if place.outputs > 1:
            first_output = min(window, place.outputs - 2)
            first, last = place.output_at(first_output), place.output_at(first_output + 1)
            return (Length("output", first, last, f"s = {place.stride}", True),)
    return ()


def paint_symbol(painter: QPainter, layout: SignalLayout, symbol: str, theme: Theme) -> None:
    """Lengths with their numbers."""
    painter.setFont(font(CAPTION_PX, bold=True))
    metrics = QFontMetricsF(painter.font())
    for length in lengths(layout, symbol):
        rows = layout.of(length.part)
        if not rows:
            continue
        left, right = (min(max(layout.x(at), layout.left), layout.right) for at in (length.first, length.last))
        y = rows[-1].bottom + TICKS_PX if length.below else rows[0].top - 4
        painter.setPen(QPen(QColor(theme.field), 2))
        ends = [QLineF(x, y - 4, x, y + 4) for x in (left, right)]
        painter.drawLines([QLineF(left, y, right, y), *ends])
        wide = metrics.horizontalAdvance(length.text) + 8
        middle = min(max((left + right) / 2, layout.rect.left() + wide / 2), layout.rect.right() - wide / 2)
        box = QRectF(middle - wide / 2, y + 3 if length.below else y - TEXT_PX - 3, wide, TEXT_PX)
        painter.fillRect(box, QColor(theme.card))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, length.text)
