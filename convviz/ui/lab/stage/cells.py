"""The cells themselves: colours, numbers, padding, and those that nothing reads or that are not computed yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from ....spec.network import Conv2d, MaxPool2d
from ....spec.padding import padded
from ...kernel.grid_paint import look
from ...look.colours import Floats
from ...look.shades import faint, hatch
from ...look.theme import CAPTION_PX, Theme, font
from ..scene import Pointer, Scene
from . import marks
from .digits import in_cell
from .images import Pictures, coloured, draw_pixels, pictures, ranges_of
from .labels import draw_label, draw_number
from .layout import Block

Lines = tuple[int, ...]
NUMBER_PX = 24  # a cell this large has room for its number
MOST_NUMBERS = 1500


def draw_image(painter: QPainter, block: Block, n: int, picture: QImage, box: tuple[int, int, int, int]) -> None:
    """Rows and columns (top, left, bottom, right) of a map, each value a cell of one colour."""
    top, left, bottom, right = box
    if bottom > top and right > left:
        draw_pixels(painter, block.cells(n, *box), picture, QRect(left, top, right - left, bottom - top))


def filled_boxes(columns: int, filled: int) -> list[tuple[int, int, int, int]]:
    """The boxes that the first ``filled`` cells in reading order make up.

    >>> filled_boxes(4, 6)
    [(0, 0, 1, 4), (1, 0, 2, 2)]
    """
    rows, rest = divmod(filled, columns)
    return [(0, 0, rows, columns)] * bool(rows) + [(rows, 0, rows + 1, rest)] * bool(rest)


def has_numbers(block: Block) -> bool:
    """Whether a map's cells are large and few enough to have their numbers in them."""
    return block.pitch >= NUMBER_PX and block.count * block.rows * block.columns <= MOST_NUMBERS


def number_px(pitch: float) -> int:
    """Of a cell's number: from 9 in the smallest cells to 14 in the largest."""
    return CAPTION_PX + next(n for n, least in ((3, 56), (2, 50), (0, 38), (-1, 30), (-2, 0)) if pitch >= least)


def write(
    painter: QPainter,
    block: Block,
    n: int,
    values: NDArray[np.float32],
    colours: NDArray[np.uint8],
    theme: Theme,
    filled: int | None = None,
) -> None:
    """The values (H, W) in a map's cells, dark or light against their colours; only the first ``filled`` of them."""
    size, inks, center = number_px(block.pitch), look(theme).inks, Qt.AlignmentFlag.AlignCenter
    painter.setFont(font(size))
    room, columns = block.pitch - 3, block.columns
    shown: Sequence[float] = values.ravel()[:filled].tolist()
    for at, (value, colour) in enumerate(zip(shown, colours.ravel().tolist(), strict=False)):
        text = in_cell(value, room, size)
        if text:
            painter.setPen(inks[colour])
            painter.drawText(block.cell(n, *divmod(at, columns)), center, text)


def draw_input(
    painter: QPainter, scene: Scene, block: Block, theme: Theme, unused: tuple[Lines, Lines], size_px: int
) -> None:
    """The input's maps in their padding; labels in ``size_px``."""
    trial, layer = scene.trial, scene.trial.lab.layer
    shown = pictures(trial.values, theme, greyed=layer.kind == "ReLU")
    beyond = _beyond(scene, block)
    for n in range(block.count):
        if any(block.margins):
            _draw_padding(painter, scene, block, n, theme, beyond)
        draw_image(painter, block, n, shown.images[n], (0, 0, block.rows, block.columns))
        marks.grid(painter, block.map_rect(n), block.pitch, QColor(theme.line))
        if has_numbers(block):
            write(painter, block, n, trial.values[n], shown.colours[n], theme)
        for strip in marks.strips(block, n, *unused):
            painter.fillRect(strip, faint(theme.card, 150))
            hatch(painter, strip, theme.field, 150)
        draw_number(painter, block, n, theme, size_px)


def draw_output(painter: QPainter, scene: Scene, block: Block, theme: Theme, size_px: int) -> None:
    """The output's maps, as far as they are computed."""
    trial = scene.trial
    shown = pictures(trial.output, theme, each=scene.each_map)
    for n in range(block.count):
        if any(block.margins):
            painter.fillRect(block.frame_rect(n), QColor(theme.card))
            hatch(painter, block.frame_rect(n), theme.line)
            marks.grid(painter, block.frame_rect(n), 0, QColor(theme.line))
        whole = block.map_rect(n)
        complete = scene.filled >= trial.positions
        if not complete:
            painter.fillRect(whole, QColor(theme.window))
        for box in filled_boxes(block.columns, min(scene.filled, trial.positions)):
            draw_image(painter, block, n, shown.images[n], box)
        marks.grid(painter, whole, block.pitch, QColor(theme.line))
        if has_numbers(block):
            write(painter, block, n, trial.output[n], shown.colours[n], theme, scene.filled)
        draw_label(painter, scene, block, n, theme, shown.ranges[n], size_px)


def draw_middle(
    painter: QPainter, scene: Scene, block: Block, channel: int, place: Pointer | None, theme: Theme, size_px: int
) -> None:
    """The kernel of a channel as it is multiplied; of a pooling what lies under its window at ``place``."""
    values, shown = middle_values(scene, channel, place, theme)
    for n in range(block.count):
        painter.fillRect(block.map_rect(n), QColor(theme.card))
        if shown is not None:
            draw_image(painter, block, n, shown.images[n], (0, 0, block.rows, block.columns))
        marks.grid(painter, block.map_rect(n), block.pitch, QColor(theme.line))
        if shown is not None and has_numbers(block):
            write(painter, block, n, values[n], shown.colours[n], theme)
        draw_number(painter, block, n, theme, size_px)


def middle_values(scene: Scene, channel: int, place: Pointer | None, theme: Theme) -> tuple[Floats, Pictures | None]:
    """(S, h, w) and their colours, a kernel's in a range of its own; no colours where there is nothing to show."""
    trial = scene.trial
    if trial.lab.has_kernels:
        kernel = trial.lab.multiplied[f"{trial.lab.layer.id}.weight"][channel]
        return kernel, coloured(kernel, ranges_of(kernel), theme)
    if place is None:
        return np.zeros((1, 0, 0), np.float32), None
    values = trial.explain(place.index).values.astype(np.float32)
    padding = np.isneginf(values)  # has no colour: it can never be the largest
    return values, coloured(np.where(padding, 0, values), ranges_of(trial.values)[:1], theme)


def _beyond(scene: Scene, block: Block) -> Floats | None:
    """The input with what other padding modes than zeros put around it; None where that is nothing to see."""
    layer = scene.trial.lab.layer
    if not isinstance(layer, Conv2d) or layer.padding_mode == "zeros" or not any(block.margins):
        return None
    top, left, bottom, right = block.margins
    return padded(scene.trial.values, ((0, 0), (top, bottom), (left, right)), layer.padding_mode)


def _draw_padding(painter: QPainter, scene: Scene, block: Block, n: int, theme: Theme, beyond: Floats | None) -> None:
    """Hatched; with what is read there, if that is no zero, and with numbers where there is room."""
    whole, (top, left, _, _) = block.frame_rect(n), block.margins
    painter.fillRect(whole, QColor(theme.card))
    if beyond is not None:
        faded = coloured(beyond[n : n + 1], ranges_of(scene.trial.values)[:1], theme).images[0]
        painter.setOpacity(0.45)
        painter.drawImage(whole, faded, QRectF(faded.rect()))
        painter.setOpacity(1.0)
    hatch(painter, whole, theme.line)
    marks.grid(painter, whole, block.pitch, faint(theme.line, 150))
    painter.fillRect(block.map_rect(n), QColor(theme.card))
    if not has_numbers(block):
        return
    painter.setPen(QColor(theme.dim))
    painter.setFont(font(number_px(block.pitch)))
    high, wide = round(whole.height() / block.pitch), round(whole.width() / block.pitch)
    nothing = "−∞" if isinstance(scene.trial.lab.layer, MaxPool2d) else "0"
    for row in range(-top, high - top):
        for column in range(-left, wide - left):
            if 0 <= row < block.rows and 0 <= column < block.columns:
                continue
            text = nothing
            if beyond is not None:
                value = float(beyond[n, row + top, column + left])
                text = in_cell(value, block.pitch - 3, number_px(block.pitch))
            painter.drawText(block.cell(n, row, column), Qt.AlignmentFlag.AlignCenter, text)
