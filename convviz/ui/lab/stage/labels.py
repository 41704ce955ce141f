"""What stands above each of several maps: its number, its kernel by name and as a small picture, its range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ....spec.kernels import name_of
from ....spec.lab.trial import Trial
from ...look.colours import Floats, Range
from ...look.theme import Theme, font
from ..scene import Scene
from ..text_size import metrics
from .images import draw_pixels, kernel_images
from .layout import GAP_PX, SIDE_PX, Block

SHORTER = {"difference": "diff.", "horizontal": "horiz.", "vertical": "vert.", " diff.": ""}  # one after another
LARGEST_CELL_PX, LEAST_CELL_PX = 9, 3
MOST_SLICES, SLICE_GAP_PX = 4, 3
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def thumb_size(trial: Trial, high: float) -> tuple[float, float]:
    """(width, height) of a kernel's small picture, at most ``high``; (0, 0) where it would show nothing."""
    if not trial.lab.has_kernels:
        return 0.0, 0.0
    _, slices, rows, columns = trial.lab.multiplied[f"{trial.lab.layer.id}.weight"].shape
    cell = _cell_px(rows, columns, high)
    if not cell or slices > MOST_SLICES:
        return 0.0, 0.0
    return slices * (columns * cell + SLICE_GAP_PX) - SLICE_GAP_PX, float(rows * cell)


def _cell_px(rows: int, columns: int, high: float) -> int:
    cell = min(int(high // max(rows, columns)), LARGEST_CELL_PX)
    return cell if cell >= LEAST_CELL_PX else 0


def written_range(shown: Range) -> str:
    """What the colours of a map span.

    >>> written_range(Range(-9.0, 9.0)), written_range(Range(0.0, 0.25)), written_range(Range(0.0, 0.0))
    ('±9', '0 … 0.25', '0')
    """
    if shown.high == 0:
        return "0"
    return f"±{shown.high:.3g}" if shown.signed else f"0 … {shown.high:.3g}"


def draw_number(painter: QPainter, block: Block, n: int, theme: Theme, size_px: int) -> None:
    """Only a map's number."""
    if block.label_px:
        rect = block.frame_rect(n)
        _write(painter, _line(block, n, rect.left(), 0), [str(n)], ALIGN_LEFT, theme, size_px)


def draw_label(painter: QPainter, scene: Scene, block: Block, n: int, theme: Theme, shown: Range, size_px: int) -> None:
    """Of an output map: its number and its kernel; its range where every map has one of its own."""
    if not block.label_px:
        return
    rect = block.frame_rect(n)
    painter.fillRect(QRectF(rect.left(), rect.top() - block.label_px, rect.width(), block.label_px), QColor(theme.card))
    kernel = _kernel(scene.trial, n)
    names = _names(n, kernel)
    extent = written_range(shown) if scene.each_map else ""
    if block.has_thumbs and kernel is not None:
        left = block.frame_rect(n).left() + block.thumb[0] + 6
        _draw_thumb(painter, block, n, kernel, theme)
        _write(painter, _line(block, n, left, 1), names, ALIGN_LEFT, theme, size_px, bold=True)
        _write(painter, _line(block, n, left, 0), [extent], ALIGN_LEFT, theme, size_px)
        return
    line = _line(block, n, block.frame_rect(n).left(), 0)
    width = metrics(size_px).horizontalAdvance
    beside = width(extent) + 8 if extent else 0.0
    fitting = [name for name in names if width(name) + beside <= line.width()]
    _write(painter, line, fitting or names[-1:], ALIGN_LEFT, theme, size_px)
    if fitting and extent:
        line.setRight(max(rect.right(), line.left() + beside))
        _write(painter, line, [extent], ALIGN_RIGHT, theme, size_px)


def _kernel(trial: Trial, n: int) -> Floats | None:
    return trial.lab.multiplied[f"{trial.lab.layer.id}.weight"][n] if trial.lab.has_kernels else None


def _names(n: int, kernel: Floats | None) -> list[str]:
    """The longest first."""
    name = name_of(kernel) if kernel is not None else ""
    if not name:
        return [str(n)]
    shorter = [name]
    for word, short in SHORTER.items():
        shorter.append(shorter[-1].replace(word, short))
    return [*(f"{n} {text}" for text in shorter), str(n)]


def _line(block: Block, n: int, left: float, up: int) -> QRectF:
    """A line above a map, the lowest or the one ``up`` above it."""
    rect = block.frame_rect(n)
    top = rect.top() - (up + 1) * block.line_px - (3 if block.has_thumbs else 1)
    alone = n % block.across == block.across - 1 or n == block.count - 1
    return QRectF(left, top, max(rect.right() + (SIDE_PX if alone else GAP_PX) - 2 - left, 12), block.line_px)


def _write(
    painter: QPainter,
    line: QRectF,
    texts: list[str],
    align: Qt.AlignmentFlag,
    theme: Theme,
    size_px: int,
    *,
    bold: bool = False,
) -> None:
    """The first of the texts that has room, else the last."""
    width = metrics(size_px).horizontalAdvance
    text = next((text for text in texts if width(text) <= line.width()), texts[-1])
    painter.setFont(font(size_px))
    painter.setPen(QColor(theme.text if bold else theme.dim))
    painter.drawText(line, align | Qt.TextFlag.TextDontClip, text)


def _draw_thumb(painter: QPainter, block: Block, n: int, kernel: Floats, theme: Theme) -> None:
    """Its slices side by side, in a range of its own as in the kernel editor."""
    _, rows, columns = kernel.shape
    cell = block.thumb[1] / rows
    rect = block.frame_rect(n)
    x, top = rect.left(), rect.top() - 3 - (block.label_px - 3 + block.thumb[1]) / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.dim), 1))
    for picture in kernel_images(np.asarray(kernel, np.float32).tobytes(), kernel.shape, theme):
        draw_pixels(painter, QRectF(x, top, columns * cell, rows * cell), picture, picture.rect())
        painter.drawRect(QRectF(x - 0.5, top - 0.5, columns * cell, rows * cell))
        x += columns * cell + SLICE_GAP_PX
