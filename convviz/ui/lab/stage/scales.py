"""What the colours of input and output mean: a small bar below each."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ...look.colours import Range
from ...look.theme import Theme
from ...network.colour_bar import paint_bar
from ..scene import Scene
from .images import lowest_grey, pictures
from .layout import SCALE_PX, StageLayout
from .symbols import WIDTH
from .words import said

ROOM_PX = 150.0
RIM_PX = 4.0  # to the right edge of the stage


def draw(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme, size_px: int, width: float) -> None:
    """Below the input and below the output; not where a width is measured there. ``width`` is that of the stage."""
    trial = scene.trial
    if scene.symbol in WIDTH and said(scene):
        return
    greyed = trial.lab.layer.kind == "ReLU"
    inputs = pictures(trial.values, theme, greyed=greyed).ranges[0]
    below = lowest_grey(theme) if greyed else ""
    line = QRectF(placed.input.box.center().x() - ROOM_PX / 2, placed.input.box.bottom() + 4, ROOM_PX, SCALE_PX - 4)
    paint_bar(painter, line, ends_of(inputs), theme, signed=inputs.signed, below=below, size_px=size_px)
    ranges = pictures(trial.output, theme, each=scene.each_map).ranges
    signed = any(found.signed for found in ranges)
    ends = (("−max" if signed else "0"), "max of each") if scene.each_map else ends_of(ranges[0])
    left = min(placed.output.box.center().x() - ROOM_PX / 2, width - ROOM_PX - RIM_PX)
    line = QRectF(left, placed.output.box.bottom() + 4, ROOM_PX, SCALE_PX - 4)
    paint_bar(painter, line, ends, theme, signed=signed, size_px=size_px)


def ends_of(shown: Range) -> tuple[str, str]:
    """What stands at both ends of a bar; only at the lower one where all values are 0.

    >>> ends_of(Range(-2.5, 2.5)), ends_of(Range(0.0, 1.0)), ends_of(Range(0.0, 0.0))
    (('−2.5', '2.5'), ('0', '1'), ('0', ''))
    """
    if shown.high == 0:
        return "0", ""
    high = f"{shown.high:.3g}"
    return (f"−{high}" if shown.signed else "0"), high
