"""What is lit over the cells: the moving window, what belongs to the pointed cell, what a symbol stands for."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter

from ....spec.lab.trial import Trial
from ....spec.network import MaxPool2d
from ...look.theme import Theme
from ..scene import Pointer, Scene
from . import guides, marks, symbols
from .layout import Block, StageLayout
from .lit import Cells, Lit, linked, of_output, turned, valid
from .words import winner


def draw(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme) -> None:
    """The channel in hand, then what lights up."""
    trial, pointer = scene.trial, scene.pointer
    if placed.output.count > 1:
        channel = min(max(scene.channel, 0), placed.output.count - 1)
        outer = placed.output.frame_rect(channel).adjusted(-2, -2, 3, 3)
        marks.frame(painter, outer, QColor(theme.accent), 2)
    if pointer is not None and valid(trial, pointer):
        _links(painter, placed, linked(trial, pointer), pointer, theme)
        _winner(painter, placed, trial, pointer, theme)
        _ring(painter, placed, trial, pointer, theme)
    elif 0 < scene.filled < trial.positions:
        _window(painter, placed, scene, theme)
    guides.draw_over(painter, placed, scene, theme)
    if scene.symbol:
        symbols.draw(painter, placed, scene, theme)


def _window(painter: QPainter, placed: StageLayout, scene: Scene, theme: Theme) -> None:
    """Where the window stands: at the position that was computed last."""
    trial = scene.trial
    y, x = divmod(scene.filled - 1, trial.output.shape[2])
    channel = min(max(scene.channel, 0), placed.output.count - 1)
    place = Pointer("output", (channel, y, x))
    _links(painter, placed, of_output(trial, channel, y, x), place, theme)
    _winner(painter, placed, trial, place, theme)
    for n in range(placed.output.count):
        colour = theme.field if n == channel else theme.dim
        marks.ring(painter, placed.output.cell(n, y, x), colour)


def _links(painter: QPainter, placed: StageLayout, lit: Lit, pointer: Pointer, theme: Theme) -> None:
    for part, block, cells in zip(("input", "kernel", "output"), placed.blocks, lit, strict=True):
        if block is None or cells is None or not all(cells) or part == pointer.part == "output":
            continue
        marks.light(painter, block, cells, theme.field, alpha=_alpha(cells, block, pointer))
    if pointer.part == "output" and lit.input is not None and all(lit.input):
        _span(painter, placed, lit.input, theme)


def _alpha(cells: Cells, block: Block, pointer: Pointer) -> int:
    """So faint that values keep their colours: where nearly everything is lit, frames alone have to do."""
    if len(cells.rows) * len(cells.columns) >= 0.5 * block.rows * block.columns:
        return 0
    return 30 if pointer.part == "output" else 55


def _span(painter: QPainter, placed: StageLayout, seen: Cells, theme: Theme) -> None:
    """The frame around a window and all its gaps."""
    for n in seen.maps:
        box = placed.input.cells(n, seen.rows[0], seen.columns[0], seen.rows[-1] + 1, seen.columns[-1] + 1)
        marks.frame(painter, box.adjusted(-1, -1, 1, 1), QColor(theme.field), 2)


def _winner(painter: QPainter, placed: StageLayout, trial: Trial, pointer: Pointer, theme: Theme) -> None:
    """The cell that a max pooling took, where it lies and under the window."""
    if pointer.part != "output" or not isinstance(trial.lab.layer, MaxPool2d):
        return
    found = trial.explain(pointer.index)
    at = winner(found)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if at is not None:
        marks.circle(painter, placed.input.cell(pointer.index[0], *at), theme.accent)
    if found.chosen is not None and placed.kernel is not None:
        marks.circle(painter, placed.kernel.cell(0, *found.chosen), theme.accent)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _ring(painter: QPainter, placed: StageLayout, trial: Trial, pointer: Pointer, theme: Theme) -> None:
    """The pointed cell itself."""
    match pointer.part:
        case "kernel":
            if placed.kernel is None:
                return
            _, c, i, j = pointer.index
            rect = placed.kernel.cell(c, *turned(trial.lab, i, j))
        case "input":
            rect = placed.input.cell(*pointer.index)
        case "output":
            rect = placed.output.cell(*pointer.index)
    marks.ring(painter, rect, theme.accent)
