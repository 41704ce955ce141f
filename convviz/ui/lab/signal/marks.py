"""What belongs together, in colour: the taps of an output, the outputs that use a sample, padding, unused samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from ....spec.arithmetic.taps import PADDING
from ....spec.lab.links import channels_seen
from ....spec.network import Conv2d, MaxPool2d
from ...look.shades import faint
from ...look.theme import CAPTION_PX, Theme, font
from ..scene import Scene
from .envelope import Floats
from .kernel_row import Standing
from .layout import NARROWEST_PX, Row, SignalLayout, multiplied_tap
from .placement import read_by, unread, users
from .samples import DOT_PX, Level, bar_px, short

BAND_ALPHA, HATCH_ALPHA = 48, 120
MOST_LINES = 200  # more links are no longer seen apart


@dataclass(frozen=True, slots=True)
class Links:
    """Places of the scale and outputs that belong together, and pairs (place of a tap, output) to be joined.

    ``channels`` are those of the input that are meant, ``outputs`` those lit, in the output's ``channel`` or, where
    it is None, in all that read it. ``stretches`` is from where to where places lie that are too many to be listed.
    """

    places: tuple[float, ...] = ()
    outputs: tuple[int, ...] = ()
    joined: tuple[tuple[float, int], ...] = ()
    channels: range = range(0)
    channel: int | None = None
    stretches: tuple[tuple[float, float], tuple[float, float]] | None = None  # of taps, of outputs


def links_of(scene: Scene, layout: SignalLayout, seen: Standing) -> Links:
    """What the pointer, or the window that stands, lights up."""
    place, row = layout.place, scene.trial.row
    channels = channels_seen(row, layout.channel)
    if seen.index is not None:
        columns = read_by(row, np.array([seen.index]))[0]
        taps = [t for t in range(place.kernel) if not place.transposed or columns[t] != PADDING]
        places = tuple(place.tap_at(seen.index, t) for t in taps)
        joined = tuple((at, seen.index) for at in places)
        return Links(places, (seen.index,), joined, channels, layout.channel)
    if scene.pointer is None:
        return Links()
    if scene.pointer.part == "input":
        channel, _, i = scene.pointer.index
        at = place.input_at(i)
        found = users(row, i) if 0 <= i < place.inputs else _users_of_padding(scene, layout, i)
        readers = None if scene.trial.lab.has_kernels else channel
        return Links((at,), found, tuple((at, o) for o in found), range(channel, channel + 1), readers)
    return _links_of_tap(scene, layout, scene.pointer.index[1], multiplied_tap(scene, scene.pointer.index[3]))


def _links_of_tap(scene: Scene, layout: SignalLayout, part: int, tap: int) -> Links:
    """Everything that one cell of the kernel is multiplied with, and what for."""
    place = layout.place
    channels = channels_seen(scene.trial.row, layout.channel)[part : part + 1]
    shown = place.outputs_between(layout.span[0] - place.reach, layout.span[1] + place.reach)
    if not shown:
        return Links()
    if layout.pitch("output") < NARROWEST_PX:
        taps, outputs = ((at(shown[0]), at(shown[-1])) for at in (lambda o: place.tap_at(o, tap), place.output_at))
        return Links(channels=channels, channel=layout.channel, stretches=(taps, outputs))
    met = read_by(scene.trial.row, np.arange(shown[0], shown[-1] + 1))[:, tap] != PADDING
    there = (o for o, meets in zip(shown, met.tolist(), strict=True) if meets or not place.transposed)
    pairs = [(place.tap_at(o, tap), o) for o in there]
    return Links(tuple(at for at, _ in pairs), tuple(o for _, o in pairs), tuple(pairs), channels, layout.channel)


def _users_of_padding(scene: Scene, layout: SignalLayout, i: int) -> tuple[int, ...]:
    """The outputs whose window lies on a sample of the padding."""
    place = layout.place
    found = (divmod(i + place.padding - tap * place.dilation, place.stride) for tap in range(place.kernel))
    return tuple(sorted({o for o, rest in found if not rest and 0 <= o < place.outputs}))


# --- what is always there -------------------------------------------------------------------------------------


def paint_padding(painter: QPainter, layout: SignalLayout, scene: Scene, theme: Theme) -> None:
    """The frame around the signal, hatched; of a transposed convolution, what is cut off its output."""
    place = layout.place
    if not place.padding:
        return
    part, size = ("output", place.outputs) if place.transposed else ("input", place.inputs)
    brush = QBrush(faint(theme.dim, HATCH_ALPHA), Qt.BrushStyle.BDiagPattern)
    for row, (first, last) in product(layout.rows, ((-place.padding, 0), (size, size + place.padding))):
        if row.part == part:
            _paint_frame(painter, _box(layout, row, first - 0.5, last - 0.5), brush, theme)
            if part == "input":
                _paint_padding_values(painter, layout, row, scene, range(first, last), theme)


def _paint_frame(painter: QPainter, box: QRectF, brush: QBrush, theme: Theme) -> None:
    if box.width() < 0.5:
        return
    painter.fillRect(box, brush)
    painter.setPen(QPen(QColor(theme.dim), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _paint_padding_values(
    painter: QPainter, layout: SignalLayout, row: Row, scene: Scene, samples: range, theme: Theme
) -> None:
    """What stands for the samples that are not there: 0, −∞ for a maximum, or a copy of others."""
    room = layout.scale - 3
    if room < 9 or row.height < 30:
        return
    painter.setFont(font(CAPTION_PX))
    painter.setPen(QColor(theme.dim))
    metrics = QFontMetricsF(painter.font())
    for i in samples:
        value = _padding_value(scene, row.channel, i)
        box = QRectF(layout.x(i) - room / 2, row.top, room, row.height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short(value, room, metrics))


def _padding_value(scene: Scene, channel: int, i: int) -> float:
    layer, size = scene.trial.lab.layer, scene.trial.values.shape[2]
    if isinstance(layer, MaxPool2d):
        return -np.inf
    mode = layer.padding_mode if isinstance(layer, Conv2d) else "zeros"
    match mode:
        case "reflect":
            at = abs(i) if i < size else 2 * (size - 1) - i
        case "replicate":
            at = min(max(i, 0), size - 1)
        case "circular":
            at = i % size
        case _:
            return 0.0
    return float(scene.trial.values[channel, 0, at])


def paint_unread(painter: QPainter, layout: SignalLayout, scene: Scene, theme: Theme) -> None:
    """Samples that no output uses, hatched."""
    if layout.pitch("input") < NARROWEST_PX:
        return
    brush = QBrush(faint(theme.field, HATCH_ALPHA), Qt.BrushStyle.FDiagPattern)
    for i in unread(scene.trial.row, layout.place.inputs_between(*layout.span)):
        at = layout.place.input_at(i)
        for row in layout.of("input"):
            painter.fillRect(_box(layout, row, at - 0.5, at + 0.5), brush)


# --- what is pointed at ---------------------------------------------------------------------------------------


def paint_bands(painter: QPainter, layout: SignalLayout, links: Links, theme: Theme) -> None:
    """Columns behind the samples that belong together."""
    taps, used = faint(theme.field, BAND_ALPHA), faint(theme.accent, BAND_ALPHA)
    for row in layout.of("input"):
        if row.channel in links.channels:
            _paint_columns(painter, layout, row, links.places, links.stretches and links.stretches[0], taps)
    places = [layout.place.output_at(o) for o in links.outputs]
    for row in layout.of("output"):
        if links.channel in (None, row.channel):
            _paint_columns(painter, layout, row, places, links.stretches and links.stretches[1], used)


def _paint_columns(
    painter: QPainter,
    layout: SignalLayout,
    row: Row,
    places: Iterable[float],
    stretch: tuple[float, float] | None,
    colour: QColor,
) -> None:
    for place in places:
        painter.fillRect(_column(layout, row, place), colour)
    if stretch is not None:
        painter.fillRect(_box(layout, row, stretch[0] - 0.5, stretch[1] + 0.5), colour)


def paint_links(painter: QPainter, layout: SignalLayout, links: Links, levels: dict[int, Level], theme: Theme) -> None:
    """Lines from where the taps stand to their outputs, of which the one that is looked at is ringed."""
    kernels = layout.of("kernel")
    channel = layout.channel if links.channel is None else links.channel
    target = next((row for row in layout.of("output") if row.channel == channel), None)
    if target is None or not kernels or len(links.joined) > MOST_LINES:
        return
    painter.setPen(QPen(faint(theme.field, 150), 1))
    start, end_y = kernels[-1].bottom, min(target.top + 2, levels[target.channel].y(0.0))
    painter.drawLines(
        [QLineF(_start_x(layout, at), start, layout.sample_x("output", o), end_y) for at, o in links.joined]
    )


def _start_x(layout: SignalLayout, place: float) -> float:
    """Where a line to an output begins: at a magnified kernel all of them at the window."""
    return layout.window_x if layout.magnified else layout.x(place)


def paint_ring(painter: QPainter, layout: SignalLayout, level: Level, values: Floats, index: int, name: str) -> None:
    """Around a sample's bar, or around the dot of its stem."""
    row = level.row
    value = float(np.nan_to_num(values[row.channel, 0, index], nan=0.0))
    x, zero, end = layout.sample_x(row.part, index), level.y(0.0), level.y(value)
    painter.setPen(QPen(QColor(name), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if row.part == "output" or layout.pitch(row.part) < NARROWEST_PX:
        painter.drawEllipse(QPointF(x, end), DOT_PX + 3, DOT_PX + 3)
        return
    wide = bar_px(layout.pitch(row.part))
    bar = QRectF(x - wide / 2, min(zero, end), wide, abs(zero - end)).adjusted(-2.5, -2.5, 2.5, 2.5)
    painter.drawRoundedRect(bar, 3, 3)


def _column(layout: SignalLayout, row: Row, place: float) -> QRectF:
    box = _box(layout, row, place - 0.5, place + 0.5)
    if box.width() >= 2:
        return box
    return QRectF(layout.x(place) - 1, row.top, 2, row.height)


def _box(layout: SignalLayout, row: Row, first: float, last: float) -> QRectF:
    """From one place of the scale to another, as far as it is seen."""
    left, right = (min(max(layout.x(place), layout.left), layout.right) for place in (first, last))
    return QRectF(left, row.top, right - left, row.height)
