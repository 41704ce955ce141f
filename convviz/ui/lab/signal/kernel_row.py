"""The kernel where its window stands: weights and what they give, brackets around the cells of pooling."""

from __future__ import annotations

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
from .placement import read_by
from .samples import short

CHIP_PX, CHIP_WIDEST = 21.0, 46.0
NUMBER_PX = 13.0  # a chip this wide may have a number
MOST_TERMS = 12  # that are written out in one line


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
    painter.setFont(font(CAPTION_PX if wide >= 30 else CAPTION_PX - 2))
    pointed = scene.pointer.index[1:] if scene.pointer is not None and scene.pointer.part == "kernel" else None
    strong = indices(kernel[row.channel], extreme)
    for tap in range(kernel.shape[1]):
        x = layout.sample_x("kernel", tap)
        if not layout.left - wide <= x <= layout.right + wide:
            continue
        chip = QRectF(x - wide / 2, row.top + 1, wide, CHIP_PX if layout.numbers else row.height - 2)
        _paint_chip(painter, chip, float(kernel[row.channel, tap]), int(strong[tap]), theme)
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


def _paint_chip(painter: QPainter, chip: QRectF, weight: float, index: int, theme: Theme) -> None:
    colours = look(theme)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(colours.colours[index])
    if chip.width() < 8:
        painter.fillRect(chip.adjusted(0, 0, 0, -1), colours.colours[index])
        return
    painter.drawRoundedRect(chip, 3, 3)
    if chip.width() >= NUMBER_PX and chip.height() >= 14:
        painter.setPen(colours.inks[index])
        text = short(weight, chip.width() - 1, QFontMetricsF(painter.font()))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _paint_products(painter: QPainter, layout: SignalLayout, row: Row, came: Explanation, theme: Theme) -> None:
    """Under each tap what it gives, as the whole product where there is room."""
    assert came.weights is not None
    metrics, room = QFontMetricsF(painter.font()), layout.pitch("kernel") - 1
    for tap in range(came.values.shape[2]):
        if layout.place.transposed and came.columns[tap] is None:
            continue  # no input meets it
        weight, value = float(came.weights[row.channel, 0, tap]), float(came.values[row.channel, 0, tap])
        product = float(came.products[row.channel, 0, tap])
        whole = f"{written(weight)}·{factor(value)}={written(product)}"
        text = whole if metrics.horizontalAdvance(whole) <= room else short(product, room, metrics)
        _text(painter, layout.sample_x("kernel", tap), row, room, text, theme.text)


def _paint_all_products(
    painter: QPainter, layout: SignalLayout, row: Row, scene: Scene, tap: int, theme: Theme
) -> None:
    """What one tap gives in every position, where it is given."""
    shown = layout.place.outputs_between(layout.span[0] - layout.place.reach, layout.span[1] + layout.place.reach)
    room = layout.pitch("output") - 1
    if not shown or room < NUMBER_PX:
        return
    kernel = kernel_of(scene, layout.channel)
    assert kernel is not None
    columns = read_by(scene.trial.row, np.arange(shown[0], shown[-1] + 1))[:, tap]
    channel = _first_channel(scene, layout) + row.channel
    values = np.where(columns < 0, 0, scene.trial.values[channel, 0, columns])
    metrics = QFontMetricsF(painter.font())
    for o, column, value in zip(shown, columns.tolist(), values.tolist(), strict=True):
        x = layout.x(layout.place.tap_at(o, tap))
        if (layout.place.transposed and column < 0) or not layout.left <= x <= layout.right:
            continue
        text = short(float(kernel[row.channel, tap]) * value, room, metrics)
        _text(painter, x, row, room, text, theme.text)


def _first_channel(scene: Scene, layout: SignalLayout) -> int:
    return channels_seen(scene.trial.row, layout.channel)[0]


def _text(painter: QPainter, x: float, row: Row, room: float, text: str, name: str) -> None:
    painter.setPen(QColor(name))
    box = QRectF(x - room / 2 - 2, row.top + CHIP_PX + 2, room + 4, row.height - CHIP_PX - 3)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


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
        painter.setFont(font(CAPTION_PX))
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


def sum_texts(seen: Standing, channel: int, channels: int) -> tuple[str, ...]:
    """The sum written out, "y[2] = 3·3 + 2·4 = 17", and shorter ones; none where nothing is looked at."""
    if seen.sum is None:
        return ()
    came, name = seen.sum, f"y[{channel}][{seen.index}]" if channels > 1 else f"y[{seen.index}]"
    if came.kind != "sum" or came.weights is None:
        return (f"{name} = {came.numbers or f'{came.formula} = {written(came.total)}'}",)
    counted = f"{name} = Σ of {came.values.size} products"
    brief = f"{counted} = {written(came.total)}"
    if came.bias is not None:
        brief = f"{counted} + bias = {came.numbers}"
    if came.values.size > MOST_TERMS:
        return (brief,)
    terms = zip(came.weights.ravel().tolist(), came.values.ravel().tolist(), strict=True)
    text = " + ".join(f"{factor(weight)}·{factor(value)}" for weight, value in terms)
    bias = f" + {factor(came.bias)}" if came.bias else ""
    return f"{name} = {text}{bias} = {written(came.total)}", brief
