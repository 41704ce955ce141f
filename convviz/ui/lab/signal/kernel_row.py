"""The kernel where its window stands: weights and what they give, brackets around the cells of pooling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ....spec.arithmetic import Explanation
from ....spec.arithmetic.written import factor, written
from ....spec.lab.links import channels_seen
from ....spec.network import AvgPool2d, MaxPool2d
from ...kernel.grid_paint import look
from ...look.colours import Floats, indices
from ...look.theme import CAPTION_PX, Theme, font
from ..scene import Scene
from .layout import Row, SignalLayout, multiplied_tap, standing
from .numbers import APART_PX, fitting, sized
from .placement import read_by

CHIP_PX, CHIP_WIDEST = 21.0, 46.0
NUMBER_PX = 13.0  # a chip this wide may have a number
PRODUCTS_APART_PX = 10  # from one written product to the next


@dataclass(frozen=True, slots=True)
class Standing:
    """What is looked at: the output ``index`` and how it came about; None of both where nothing is."""

    index: int | None = None
    sum: Explanation | None = None


def standing_of(scene: Scene, layout: SignalLayout) -> Standing:
    """How the output that is looked at came about."""
    index = standing(scene)
    return Standing() if index is None else Standing(index, scene.trial.explain((layout.channel, 0, index)))


def kernel_of(scene: Scene, channel: int) -> Floats | None:
    """(C, w): the kernel of an output channel as it is multiplied; None for pooling and ReLU."""
    lab = scene.trial.lab
    return lab.multiplied[f"{lab.layer.id}.weight"][channel, :, 0] if lab.has_kernels else None


def paint_kernel(painter: QPainter, layout: SignalLayout, row: Row, scene: Scene, seen: Standing, theme: Theme) -> None:
    """A kernel's slice in its row, or a bracket around the window."""
    kernel = kernel_of(scene, layout.channel)
    if kernel is None:
        _paint_bracket(painter, layout, row, scene, theme)
        return
    extreme = float(np.abs(kernel[np.isfinite(kernel)]).max(initial=0))
    wide = min(layout.tap_px * 0.92, CHIP_WIDEST)
    if layout.magnified:
        _paint_wedge(painter, layout, row, theme)
    weights, sizes = kernel[row.channel].tolist(), (layout.number_px(wide), CAPTION_PX - 2)
    has_numbers = wide >= NUMBER_PX and layout.numbers
    texts, size_px = sized(weights, wide - 1, sizes) if has_numbers else ((), sizes[1])
    painter.setFont(font(size_px))
    pointed = scene.pointer.index[1:] if scene.pointer is not None and scene.pointer.part == "kernel" else None
    strong = indices(kernel[row.channel], extreme)
    for tap in range(kernel.shape[1]):
        x = layout.sample_x("kernel", tap)
        if not layout.left - wide <= x <= layout.right + wide:
            continue
        chip = QRectF(x - wide / 2, row.top + 1, wide, CHIP_PX if layout.numbers else row.height - 2)
        _paint_chip(painter, chip, texts[tap] if texts else "", int(strong[tap]), theme)
        if pointed is not None and pointed == (row.channel, 0, multiplied_tap(scene, tap)):
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(chip.adjusted(-1, -1, 1, 1), 4, 4)
    if not layout.numbers:
        return
    if pointed is not None and pointed[0] == row.channel:
        _paint_all_products(painter, layout, row, scene, multiplied_tap(scene, pointed[2]), theme)
    elif seen.sum is not None:
        _paint_products(painter, layout, row, seen.sum, theme)


def _paint_wedge(painter: QPainter, layout: SignalLayout, row: Row, theme: Theme) -> None:
    """From where the window really stands to the kernel that is drawn larger."""
    if not layout.left <= layout.window_x <= layout.right:
        return
    left, right = layout.kernel_left, layout.kernel_left + layout.tap_px * layout.place.kernel
    painter.setPen(QPen(QColor(theme.dim), 1))
    tip = QPointF(layout.window_x, row.top - 5)
    painter.drawPolyline([QPointF(left, row.top), tip, QPointF(right, row.top)])


def _paint_chip(painter: QPainter, chip: QRectF, text: str, index: int, theme: Theme) -> None:
    colours = look(theme)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(colours.colours[index])
    if chip.width() < 8:
        painter.fillRect(chip.adjusted(0, 0, 0, -1), colours.colours[index])
        return
    painter.drawRoundedRect(chip, 3, 3)
    if text:
        painter.setPen(colours.inks[index])
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _paint_products(painter: QPainter, layout: SignalLayout, row: Row, came: Explanation, theme: Theme) -> None:
    """Under each tap what it gives: as whole products where all of them have room, else the values alone."""
    assert came.weights is not None
    there = [t for t in range(came.values.shape[2]) if not layout.place.transposed or came.columns[t] is not None]
    weights, values = came.weights[row.channel, 0].tolist(), came.values[row.channel, 0].tolist()
    products = came.products[row.channel, 0].tolist()
    whole = [f"{written(weights[t])}·{factor(values[t])}={written(products[t])}" for t in there]
    xs = [layout.sample_x("kernel", tap) for tap in there]
    _paint_texts(painter, row, xs, [products[t] for t in there], layout.pitch("kernel"), theme, whole)


def _paint_all_products(
    painter: QPainter, layout: SignalLayout, row: Row, scene: Scene, tap: int, theme: Theme
) -> None:
    """What one tap gives in every position, where it is given."""
    shown = layout.place.outputs_between(layout.span[0] - layout.place.reach, layout.span[1] + layout.place.reach)
    if not shown or layout.pitch("output") < NUMBER_PX:
        return
    kernel = kernel_of(scene, layout.channel)
    assert kernel is not None
    columns = read_by(scene.trial.row, np.arange(shown[0], shown[-1] + 1))[:, tap]
    channel = _first_channel(scene, layout) + row.channel
    values = np.where(columns < 0, 0, scene.trial.values[channel, 0, columns])
    xs, products = [], []
    for o, column, value in zip(shown, columns.tolist(), values.tolist(), strict=True):
        x = layout.x(layout.place.tap_at(o, tap))
        if (not layout.place.transposed or column >= 0) and layout.left <= x <= layout.right:
            xs.append(x)
            products.append(float(kernel[row.channel, tap]) * value)
    painter.setFont(font(layout.number_px(layout.pitch("output"))))
    _paint_texts(painter, row, xs, products, layout.pitch("output"), theme)


def _paint_texts(
    painter: QPainter,
    row: Row,
    xs: list[float],
    values: list[float],
    pitch: float,
    theme: Theme,
    whole: Sequence[str] = (),
) -> None:
    """A text for each value, all in one way; where they are too wide even so, every other one."""
    width = QFontMetricsF(painter.font()).horizontalAdvance
    texts: Sequence[str] = whole
    if not whole or any(width(text) > pitch - PRODUCTS_APART_PX for text in whole):
        texts = fitting(values, pitch - APART_PX, width)
        if not all(texts):
            texts = [text if n % 2 == 0 else "" for n, text in enumerate(fitting(values, 2 * pitch - APART_PX, width))]
    painter.setPen(QColor(theme.text))
    for x, text in zip(xs, texts, strict=True):
        box = QRectF(x - pitch, row.top + CHIP_PX + 2, 2 * pitch, row.height - CHIP_PX - 3)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _first_channel(scene: Scene, layout: SignalLayout) -> int:
    return channels_seen(scene.trial.row, layout.channel)[0]


def _paint_bracket(painter: QPainter, layout: SignalLayout, row: Row, scene: Scene, theme: Theme) -> None:
    """Around the cell that pooling takes together."""
    place, half = layout.place, 0.44 * layout.scale
    left = layout.x(place.tap_at(layout.window, 0)) - half
    right = layout.x(place.tap_at(layout.window, place.kernel - 1)) + half
    top = row.top + 2
    painter.setPen(QPen(QColor(theme.field), 1.5))
    painter.drawPolyline([QPointF(left, top), QPointF(left, top + 7), QPointF(right, top + 7), QPointF(right, top)])
    for tap in range(1, place.kernel - 1) if layout.scale >= 4 else ():
        x = layout.sample_x("kernel", tap)
        painter.drawLine(QPointF(x, top + 3), QPointF(x, top + 7))
    if layout.numbers:
        painter.setFont(font(layout.caption_px))
        painter.setPen(QColor(theme.dim))
        box = QRectF((left + right) / 2 - 60, top + 9, 120, row.height - 12)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _word(scene))


def _word(scene: Scene) -> str:
    match scene.trial.lab.layer:
        case MaxPool2d():
            return "max"
        case AvgPool2d():
            return "mean"
    return "max(0, x)"
