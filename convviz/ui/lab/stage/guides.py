"""Lines from the window to the kernel, and from there to the output: what becomes what."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...look.shades import faint
from ...look.theme import Theme
from ..scene import Scene
from .cells import has_numbers
from .hand import place_in_hand
from .layout import StageLayout
from .lit import of_output

BEHIND, OVER = 150, 60  # opacity of the lines between the maps, and over maps without numbers


def draw(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme) -> None:
    """What lies behind all maps, and is drawn before them."""
    _draw(painter, lines_of(placed, scene), faint(theme.field, BEHIND))


def draw_over(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme) -> None:
    """The ends of the lines in the maps that they belong to, unless there are numbers to be read."""
    place = place_in_hand(scene)
    lines = lines_of(placed, scene)
    if place is None or not lines:
        return
    if not has_numbers(placed.input):
        seen = of_output(scene.trial, *place.index).input
        assert seen is not None
        for n in seen.maps:
            _draw_in(painter, placed.input.frame_rect(n), lines, theme)
    if not has_numbers(placed.output):
        _draw_in(painter, placed.output.frame_rect(place.index[0]), lines, theme)


def lines_of(placed: StageLayout, scene: Scene) -> list[QLineF]:
    """From the corners of the window to those of the kernel, and on to those of the output; none without a window."""
    place = place_in_hand(scene)
    seen = of_output(scene.trial, *place.index).input if place is not None else None
    if place is None or seen is None or not all(seen):
        return []
    nearest = min(len(seen.maps), placed.input.across - seen.maps[0] % placed.input.across) - 1
    rows, columns = seen.rows, seen.columns
    start = placed.input.cells(seen.maps[nearest], rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
    end = placed.output.cell(*place.index)
    boxes = [start, end] if placed.kernel is None else [start, placed.kernel.map_rect(0), end]
    return [
        line
        for a, b in pairwise(boxes)
        for line in (QLineF(a.topRight(), b.topLeft()), QLineF(a.bottomRight(), b.bottomLeft()))
    ]


def _draw_in(painter: QPainter, box: QRectF, lines: list[QLineF], theme: Theme) -> None:
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    _draw(painter, lines, faint(theme.field, OVER))
    painter.restore()


def _draw(painter: QPainter, lines: list[QLineF], colour: QColor) -> None:
    """One pixel wide. On a finer screen these are several of its pixels: as many thin lines beside each other.

    Qt draws a smooth line of one of the screen's pixels about fifteen times as fast as one of two.
    """
    if not lines:
        return
    ratio = painter.device().devicePixelRatioF()
    pen = QPen(colour, 1)
    pen.setCosmetic(ratio > 1)
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    count = max(round(ratio), 1)
    for n in range(count):
        aside = (n - (count - 1) / 2) / ratio
        painter.drawLines([_moved(line, aside) for line in lines])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _moved(line: QLineF, aside: float) -> QLineF:
    """Down or to the right, whichever is more across it."""
    flat = abs(line.dx()) > abs(line.dy())
    return line.translated(0, aside) if flat else line.translated(aside, 0)
