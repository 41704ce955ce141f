"""What a letter of the size formula means, shown where it is: sizes measured, padding lit, gaps and steps."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from ....spec.geometry import window
from ....spec.lab.links import channels_seen
from ....spec.network import ConvTranspose2d, Pair
from ...look.shades import faint
from ...look.theme import Theme
from ..scene import Scene
from . import marks
from .layout import Block, StageLayout
from .lit import Cells

HEIGHT, WIDTH = ("H", "p", "d", "h", "s", "o", "out"), ("W", "q", "e", "w", "t", "u", "out_w")
AXES = {**dict.fromkeys(HEIGHT, 0), **dict.fromkeys(WIDTH, 1)}
MEANINGS = ("size", "padding", "dilation", "kernel", "stride", "more", "output")
MEANT = dict(zip((*HEIGHT, *WIDTH), MEANINGS * 2, strict=True))
OFF_PX = 9  # of a measuring line from what it measures


def draw(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme) -> None:
    """Lights what ``scene.symbol`` stands for; an unknown letter nothing."""
    if scene.symbol not in AXES:
        return
    axis, meant = AXES[scene.symbol], MEANT[scene.symbol]
    letter = {"out": "H′", "out_w": "W′"}.get(scene.symbol, scene.symbol)
    row = scene.trial.row
    match meant:
        case "size":
            _measure(painter, placed.input.map_rect(0), axis, f"{letter} = {row.input_shape[1 + axis]}", theme)
        case "output":
            _measure(painter, placed.output.map_rect(0), axis, f"{letter} = {row.output_shape[1 + axis]}", theme)
        case "kernel" if placed.kernel is not None:
            size = placed.kernel.columns if axis else placed.kernel.rows
            _measure(painter, placed.kernel.map_rect(0), axis, f"{letter} = {size}", theme)
        case "padding":
            _padding(painter, placed, scene, axis, letter, theme)
        case "more":
            _more(painter, placed.output, scene, axis, letter, theme)
        case "dilation" | "stride":
            _steps(painter, placed, scene, axis, meant, theme)


def _measure(painter: QPainter, box: QRectF, axis: int, text: str, theme: Theme) -> None:
    """The height at the left of a box, or the width below it."""
    marks.frame(painter, box.adjusted(-1, -1, 1, 1), QColor(theme.accent), 2)
    if axis == 0:
        x = box.left() - OFF_PX
        marks.dimension(painter, theme, QPointF(x, box.top()), QPointF(x, box.bottom() - 1), text)
    else:
        y = box.bottom() + OFF_PX
        marks.dimension(painter, theme, QPointF(box.left(), y), QPointF(box.right() - 1, y), text)


def _padding(painter: QPainter, placed: StageLayout, scene: Scene, axis: int, letter: str, theme: Theme) -> None:
    """The frame of padding along one axis; of a transposed convolution what is cut off the output."""
    settings = _settings(scene)
    if settings is None:
        return
    block = placed.output if isinstance(scene.trial.lab.layer, ConvTranspose2d) else placed.input
    size = settings[2][axis]
    boxes = [box for n in range(block.count) for box in _sides(block, n, axis, size)]
    for box in boxes:
        painter.fillRect(box, faint(theme.accent, 90))
        marks.frame(painter, box, QColor(theme.accent), 1.5)
    at = boxes[0] if boxes else _sides(block, 0, axis, 0)[0]
    text = f"{letter} = {size}"
    if axis == 0:
        x = block.frame_rect(0).left() - OFF_PX
        marks.dimension(painter, theme, QPointF(x, at.top()), QPointF(x, at.bottom()), text)
    else:
        y = block.frame_rect(0).bottom() + OFF_PX
        marks.dimension(painter, theme, QPointF(at.left(), y), QPointF(at.right(), y), text)


def _sides(block: Block, n: int, axis: int, size: int) -> tuple[QRectF, QRectF]:
    """Above and below a map, or left and right of it."""
    around = block.margins
    if axis == 0:
        left, right = -around.left, block.columns + around.right
        return block.cells(n, -size, left, 0, right), block.cells(n, block.rows, left, block.rows + size, right)
    top, bottom = -around.top, block.rows + around.bottom
    return block.cells(n, top, -size, bottom, 0), block.cells(n, top, block.columns, bottom, block.columns + size)


def _more(painter: QPainter, block: Block, scene: Scene, axis: int, letter: str, theme: Theme) -> None:
    """The last rows or columns of the output, that output padding adds."""
    layer = scene.trial.lab.layer
    if not isinstance(layer, ConvTranspose2d):
        return
    size = layer.output_padding[axis]
    for n in range(block.count):
        if axis == 0:
            box = block.cells(n, block.rows - size, 0, block.rows, block.columns)
        else:
            box = block.cells(n, 0, block.columns - size, block.rows, block.columns)
        painter.fillRect(box, faint(theme.accent, 90))
        if n == 0:
            _measure(painter, box, axis, f"{letter} = {size}", theme)


def _steps(painter: QPainter, placed: StageLayout, scene: Scene, axis: int, meant: str, theme: Theme) -> None:
    """From tap to tap of the first window, or from the first window to the next one."""
    settings = _settings(scene)
    if settings is None:
        return
    kernel, stride, padding, dilation = settings
    transposed = isinstance(scene.trial.lab.layer, ConvTranspose2d)
    block = placed.output if transposed else placed.input
    n = (
        scene.channel
        if transposed
        else channels_seen(scene.trial.row, min(scene.channel, placed.output.count - 1)).start
    )
    n = min(n, block.count - 1)
    taps = (
        tuple(range(-padding[0], -padding[0] + kernel[0] * dilation[0], dilation[0])),
        tuple(range(-padding[1], -padding[1] + kernel[1] * dilation[1], dilation[1])),
    )
    marks.light(painter, block, Cells((n,), *taps), theme.field)
    step = dilation[axis] if meant == "dilation" else stride[axis]
    if meant == "stride":
        corner = [-padding[0], -padding[1]]
        corner[axis] += step
        reach = [dilation[a] * (kernel[a] - 1) + 1 for a in (0, 1)]
        second = block.cells(n, corner[0], corner[1], corner[0] + reach[0], corner[1] + reach[1])
        marks.frame(painter, second, QColor(theme.accent), 2, dashed=True)
    first = block.cell(n, taps[0][0], taps[1][0])
    letter, pitch = scene.symbol, block.pitch
    text = f"{letter} = {step}"
    if axis == 0:
        x, y = first.left() - OFF_PX, first.center().y() if meant == "dilation" else first.top()
        marks.dimension(painter, theme, QPointF(x, y), QPointF(x, y + step * pitch), text)
    else:
        x, y = first.center().x() if meant == "dilation" else first.left(), first.top() - OFF_PX
        marks.dimension(painter, theme, QPointF(x, y), QPointF(x + step * pitch, y), text, aside=-1)


def _settings(scene: Scene) -> tuple[Pair, Pair, Pair, Pair] | None:
    """(kernel, stride, padding, dilation)"""
    layer = scene.trial.lab.layer
    if isinstance(layer, ConvTranspose2d):
        return layer.kernel, layer.stride, layer.padding, layer.dilation
    return window(layer)
