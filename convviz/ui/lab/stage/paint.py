"""A scene of the 2d stage, painted anywhere: on a widget, into a picture, into a vector graphic."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ....spec.geometry import LayerGeometry
from ....spec.lab.trial import Trial
from ....spec.network import ConvTranspose2d
from ....spec.unused import unused
from ...look.theme import CAPTION_PX, Theme, font
from ..scene import Scene
from ..text_size import caption_px, metrics
from . import cells, guides, overlay, scales
from .hand import in_hand, place_in_hand
from .labels import thumb_size
from .layout import LABEL_PX, Block, Margins, Parts, StageLayout, arrange
from .lit import margins, slices, window_size
from .words import bias_of, captions, said

NOTE_PX = 16  # a line below the kernel


def paint_stage(painter: QPainter, rect: QRectF, scene: Scene, theme: Theme) -> None:
    """Input left, kernel in the middle, output right, in ``rect``; what belongs to the pointed cell is lit."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, QColor(theme.card))
    painter.translate(rect.topLeft())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    placed, size_px = layout_of(rect.width(), rect.height(), scene), caption_px(rect.width(), rect.height())
    guides.draw(painter, placed, scene, theme)
    cells.draw_input(painter, scene, placed.input, theme, _unused(scene.trial.row), size_px - 1)
    if placed.kernel is not None:
        cells.draw_middle(painter, scene, placed.kernel, in_hand(scene), place_in_hand(scene), theme, size_px - 1)
    cells.draw_output(painter, scene, placed.output, theme, size_px - 1)
    scales.draw(painter, placed, scene, theme, size_px - 1, rect.width())
    _write_words(painter, placed, scene, theme, size_px)
    overlay.draw(painter, placed, scene, theme)
    _write_foot(painter, rect, scene, theme, size_px)
    painter.restore()


def layout_of(width: float, height: float, scene: Scene) -> StageLayout:
    """Where the parts of a scene lie on a stage of this size."""
    trial = scene.trial
    around_input, around_output = margins(trial.row)
    texts = captions(trial, in_hand(scene))
    window = window_size(trial.lab)
    size_px = caption_px(width, height)
    line_px = LABEL_PX + size_px - CAPTION_PX
    thumb = thumb_size(trial, 2.0 * line_px) if len(trial.output) > 1 else (0.0, 0.0)
    parts = Parts(
        _block(trial.values.shape, around_input, line_px),
        Block(len(slices(trial.lab, 0)), *window, line_px=line_px) if window is not None else None,
        replace(_block(trial.output.shape, around_output, line_px), thumb=thumb),
        (_width(texts[0], size_px), _width(texts[1], size_px), _width(texts[2], size_px)),
        NOTE_PX * len(_notes(trial, 0)),
    )
    return arrange(width, height, parts)


def _block(shape: tuple[int, ...], around: Margins, line_px: int) -> Block:
    return Block(shape[0], shape[1], shape[2], around, line_px=line_px)


@lru_cache(maxsize=64)
def _unused(row: LayerGeometry) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return unused(row)


@lru_cache(maxsize=256)
def _width(text: str, size_px: int) -> float:
    return metrics(size_px).horizontalAdvance(text) + 2 if text else 0.0


def _write_words(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme, size_px: int) -> None:
    """A caption above each part, and below the kernel what else there is to say of it."""
    painter.setFont(font(size_px))
    painter.setPen(QColor(theme.dim))
    texts = captions(scene.trial, in_hand(scene))
    for block, text, (left, width) in zip(placed.blocks, texts, placed.columns, strict=True):
        if block is not None:
            _centred(painter, left + width / 2, block.y - 20, text)
    if placed.kernel is None:
        return
    below, (left, width) = placed.kernel.box.bottom() + 3, placed.columns[1]
    for text in _notes(scene.trial, in_hand(scene)):
        _centred(painter, left + width / 2, below, text)
        below += NOTE_PX


def _notes(trial: Trial, channel: int) -> list[str]:
    notes = [bias_of(trial.lab, channel)]
    if trial.lab.has_kernels and trial.lab.flipped:
        notes.append("turned by 180°")
    if isinstance(trial.lab.layer, ConvTranspose2d):
        notes.append("laid on the output")
    return [note for note in notes if note]


def _centred(painter: QPainter, middle: float, top: float, text: str) -> None:
    wide = painter.fontMetrics().horizontalAdvance(text) + 4
    painter.drawText(QRectF(middle - wide / 2, top, wide, 16), Qt.AlignmentFlag.AlignCenter, text)


def _write_foot(painter: QPainter, rect: QRectF, scene: Scene, theme: Theme, size_px: int) -> None:
    """What is pointed at, or what the window gives, in words along the lower rim."""
    about = scene if said(scene) else replace(scene, pointer=place_in_hand(scene))
    if text := said(about):
        painter.setFont(font(size_px))
        painter.setPen(QColor(theme.text))
        room = QRectF(8, rect.height() - 19, rect.width() - 16, 16)
        metrics = painter.fontMetrics()
        text = text if metrics.horizontalAdvance(text) <= room.width() else said(about, brief=True)
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, fitting)
