"""A signal, the kernel where its window stands, and the output, under one another on one scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ....spec.lab.links import channels_seen
from ...look.theme import VALUE_PX, Theme, font
from ..scene import Part, Scene
from .kernel_row import Standing, paint_kernel, standing_of
from .layout import LABEL_PX, SUM_PX, TICKS_PX, Row, SignalLayout, checked, signal_layout
from .marks import links_of, paint_bands, paint_links, paint_padding, paint_ring, paint_unread
from .samples import Level, level_of, paint_samples
from .symbols import paint_symbol
from .words import drawn_of, words_of

TICK_ROOM_PX = 26.0
Span = tuple[float, float]


def paint_signal(painter: QPainter, rect: QRectF, scene: Scene, theme: Theme, span: Span | None = None) -> None:
    """Paints a scene of one dimension into ``rect``; of a long signal only ``span``, in samples of the scale."""
    scene = checked(scene)
    layout = signal_layout(rect, scene, span or scene.span)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(rect, QColor(theme.card))
    seen = standing_of(scene, layout)
    links = links_of(scene, layout, seen)
    parts: tuple[Part, Part] = ("input", "output")
    levels = {part: _levels(layout, scene, part) for part in parts}
    paint_padding(painter, layout, scene, theme)
    paint_unread(painter, layout, scene, theme)
    paint_bands(painter, layout, links, theme)
    paint_links(painter, layout, links, levels["output"], theme)
    for level in levels["input"].values():
        paint_samples(painter, layout, level, scene.trial.values, theme)
    for level in levels["output"].values():
        paint_samples(painter, layout, level, scene.trial.output, theme, scene.filled)
    for row in layout.of("kernel"):
        paint_kernel(painter, layout, row, scene, seen, theme)
    _paint_rings(painter, layout, scene, seen, levels, theme)
    _paint_labels(painter, layout, scene, theme)
    _paint_ticks(painter, layout, theme)
    _paint_words(painter, layout, words_of(scene, layout, seen), drawn_of(scene, layout), theme)
    if scene.symbol:
        paint_symbol(painter, layout, scene.symbol, theme)
    painter.restore()


def _levels(layout: SignalLayout, scene: Scene, part: Part) -> dict[int, Level]:
    values = scene.trial.values if part == "input" else scene.trial.output
    return {row.channel: level_of(row, values, layout) for row in layout.of(part)}


def _paint_rings(
    painter: QPainter,
    layout: SignalLayout,
    scene: Scene,
    seen: Standing,
    levels: dict[Part, dict[int, Level]],
    theme: Theme,
) -> None:
    """Around the output that is looked at, the sample that a maximum is, and the sample that is pointed at."""
    output, channel = levels["output"].get(layout.channel), layout.channel
    if seen.index is not None and output is not None and seen.index < scene.filled:
        paint_ring(painter, layout, output, scene.trial.output, seen.index, theme.accent)
    if seen.sum is not None and seen.sum.chosen is not None:
        column, level = seen.sum.columns[seen.sum.chosen[1]], levels["input"].get(channel)
        if column is not None and level is not None:
            paint_ring(painter, layout, level, scene.trial.values, column, theme.field)
    if scene.pointer is not None and scene.pointer.part == "input":
        channel, _, i = scene.pointer.index
        level = levels["input"].get(channel)
        if level is not None and 0 <= i < layout.place.inputs:
            paint_ring(painter, layout, level, scene.trial.values, i, theme.accent)


def _paint_labels(painter: QPainter, layout: SignalLayout, scene: Scene, theme: Theme) -> None:
    """The name of each row at its left: x, u and y as on the lecture's slides."""
    geometry = scene.trial.row
    several = geometry.input_shape[0] > 1, geometry.output_shape[0] > 1
    painter.setFont(font(min(layout.caption_px + 1, VALUE_PX + 2)))
    first = channels_seen(geometry, layout.channel)[0]
    for row in layout.rows:
        painter.setPen(QColor(theme.text if _in_hand(row, layout) else theme.dim))
        match row.part:
            case "input":
                text = f"x[{row.channel}]" if several[0] else "x"
            case "output":
                text = f"y[{row.channel}]" if several[1] else "y"
            case _ if not scene.trial.lab.has_kernels:
                continue
            case _:
                numbers = [n for n, shown in ((layout.channel, several[1]), (first + row.channel, several[0])) if shown]
                text = "u" + (f"[{','.join(map(str, numbers))}]" if numbers else "")
        high = min(row.height, 22.0) if row.part == "kernel" else row.height
        box = QRectF(layout.rect.left() + 4, row.top, LABEL_PX - 8, high)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _in_hand(row: Row, layout: SignalLayout) -> bool:
    return row.part != "output" or row.channel == layout.channel


def _paint_ticks(painter: QPainter, layout: SignalLayout, theme: Theme) -> None:
    """Indices over the input and under the output: each where there is room, else every 10th, 50th, …"""
    painter.setFont(font(layout.caption_px - 1))
    painter.setPen(QColor(theme.dim))
    metrics, place = QFontMetricsF(painter.font()), layout.place
    parts: tuple[Part, Part] = ("input", "output")
    for part, between in zip(parts, (place.inputs_between, place.outputs_between), strict=True):
        rows, shown = layout.of(part), between(*layout.span)
        if not rows or not shown:
            continue
        y = rows[0].top - TICKS_PX + 1 if part == "input" else rows[-1].bottom
        room = max(TICK_ROOM_PX, metrics.horizontalAdvance(f"{shown[-1]:,}") + 14)
        step = _step(room / layout.pitch(part))
        for index in range(-(-shown[0] // step) * step, shown[-1] + 1, step):
            x = layout.sample_x(part, index)
            if x + metrics.horizontalAdvance(f"{index:,}") / 2 > layout.rect.right():
                continue
            painter.drawText(QRectF(x - room / 2, y, room, TICKS_PX - 2), Qt.AlignmentFlag.AlignCenter, f"{index:,}")


def _step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, … that is not smaller.

    >>> [_step(least) for least in (0.3, 1.2, 3, 900)]
    [1, 2, 5, 1000]
    """
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= least:
                return digit * power
        power *= 10


def _paint_words(painter: QPainter, layout: SignalLayout, texts: tuple[str, ...], drawn: str, theme: Theme) -> None:
    """The first of the texts that has room, along the lower rim; at the right, which channels are ``drawn``."""
    rect = layout.rect
    box = QRectF(rect.left() + LABEL_PX, rect.bottom() - SUM_PX, rect.width() - LABEL_PX - 8, SUM_PX)
    if drawn:
        painter.setFont(font(layout.caption_px))
        painter.setPen(QColor(theme.dim))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, drawn)
        box.setRight(box.right() - painter.fontMetrics().horizontalAdvance(drawn) - 12)
    if not texts:
        return
    painter.setFont(font(min(layout.caption_px + 1, VALUE_PX + 2)))
    painter.setPen(QColor(theme.text))
    metrics = painter.fontMetrics()
    text = next((text for text in texts if metrics.horizontalAdvance(text) <= box.width()), texts[-1])
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
