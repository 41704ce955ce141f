"""A figure: a title, the operation as it is on screen, and the formula of its output's size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from ....spec.errors import InputError
from ....spec.lab.edits import KINDS
from ....spec.lab.formula import size_formula
from ....spec.lab.lab import Lab
from ....spec.lab.presets import PRESETS
from ....spec.lab.source import FromDrawing, Grid
from ....spec.network import times
from ...look.theme import CAPTION_PX, DARK, RESULT_PX, Theme, font
from ..scene import Scene
from ..signal.paint import paint_signal
from ..stage.paint import paint_stage
from .foot import fitted, paint_foot

MARGIN_PX, TITLE_PX = 14, 30
LEAST, MOST = (360, 240), (3840, 2160)


@dataclass(frozen=True, slots=True)
class Look:
    """``size`` is (width, height) in logical pixels; a PNG has twice as many.

    Raises:
        InputError: the size is too small or too large.
    """

    theme: Theme = DARK
    size: tuple[int, int] = (960, 540)

    def __post_init__(self) -> None:
        if not all(least <= side <= most for least, side, most in zip(LEAST, self.size, MOST, strict=True)):
            raise InputError(f"a figure of {times(self.size)} pixels; take from {times(LEAST)} to {times(MOST)}")


def title_of(lab: Lab) -> str:
    """The name of the lecture's example, while it is that; else the operation and what it works on."""
    if lab.preset in PRESETS and _same(lab, PRESETS[lab.preset].make()):
        return PRESETS[lab.preset].title
    layer, first = lab.layer, 1 if lab.dims == 1 else 0
    texts = [KINDS[layer.kind][0].upper() + KINDS[layer.kind][1:]]
    if hasattr(layer, "kernel"):
        texts[0] += f", kernel {times(layer.kernel[first:])}"
    for name, plain in (("stride", 1), ("padding", 0), ("dilation", 1)):
        pair = getattr(layer, name, None)
        if pair is not None and any(n != plain for n in pair[first:]):
            texts.append(f"{name} {times(pair[first:])}")
    return f"{', '.join(texts)}, on {_input(lab)}"


def _input(lab: Lab) -> str:
    match lab.source:
        case FromDrawing():
            return "the drawing"
        case Grid(name=name):
            return name
    return "a photo"


def _same(lab: Lab, made: Lab) -> bool:
    """Whether nobody has changed it."""
    if (lab.layer, lab.flipped, lab.pose) != (made.layer, made.flipped, made.pose):
        return False
    if not isinstance(lab.source, Grid) or not isinstance(made.source, Grid):
        return type(lab.source) is type(made.source)
    if not np.array_equal(lab.source.values, made.source.values, equal_nan=True):
        return False
    names = set(lab.weights) | set(made.weights) if lab.has_kernels else set()
    return all(
        name in lab.weights and name in made.weights and np.array_equal(lab.weights[name], made.weights[name])
        for name in names
    )


def formulas_of(lab: Lab) -> tuple[str, ...]:
    """How large the output is: a line, or one for the height and one for the width."""
    if lab.dims == 1:
        return (size_formula(lab.row, 1, 1),)
    return f"height: {size_formula(lab.row, 0)}", f"width: {size_formula(lab.row, 1)}"


def paint_page(painter: QPainter, rect: QRectF, scene: Scene, theme: Theme) -> None:
    """The whole figure into ``rect``."""
    lab = scene.trial.lab
    painter.fillRect(rect, QColor(theme.card))
    inside = rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    write_title(painter, inside, title_of(lab), theme)
    foot = fitted(formulas_of(lab), inside.width())
    middle = inside.adjusted(0, TITLE_PX, 0, -foot.height - 8)
    (paint_signal if lab.dims == 1 else paint_stage)(painter, middle, scene, theme)
    paint_foot(painter, inside, foot, theme)


def write_title(painter: QPainter, inside: QRectF, text: str, theme: Theme) -> None:
    """Along the upper rim of ``inside``; smaller where there is little room."""
    room = int(inside.width())
    fonts = [font(px, bold=True) for px in range(RESULT_PX, CAPTION_PX - 1, -1)]
    fitting = next((one for one in fonts if QFontMetrics(one).horizontalAdvance(text) <= room), fonts[-1])
    painter.setFont(fitting)
    painter.setPen(QColor(theme.text))
    box = QRectF(inside.left(), inside.top(), room, TITLE_PX - 8)
    shown = QFontMetrics(fitting).elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def painted(scene: Scene, look: Look, ratio: int = 1) -> QImage:
    """The figure with ``ratio`` pixels a logical pixel."""
    width, height = look.size
    picture = QImage(width * ratio, height * ratio, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    with QPainter(picture) as painter:
        paint_page(painter, QRectF(0, 0, width, height), scene, look.theme)
    return picture
