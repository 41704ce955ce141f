"""What the keys do while the cells of a kernel have the focus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from ..arrows import ARROWS

if TYPE_CHECKING:
    from .grid import KernelGrid

FIRST = frozenset("0123456789.+-−")  # a number may begin with these
OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
FINE = 0.1  # of a nudge, with Shift


def command(grid: KernelGrid, event: QKeyEvent) -> Callable[[], object] | None:
    """What a key does, None if it is not for the cells: then it may be a shortcut of the window."""
    key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if grid.busy:
        return grid.restore if key == Qt.Key.Key_Escape else _nothing  # no undo, no clearing under a drag
    if event.matches(QKeySequence.StandardKey.Copy):
        return grid.copy
    if event.matches(QKeySequence.StandardKey.Paste):
        return grid.paste
    shift, alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
    if held & ~shift == alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        step = 1.0 if key == Qt.Key.Key_Up else -1.0
        return partial(grid.nudge, step * FINE if held & shift else step)
    if held & ~shift:
        return None
    if event.text() in FIRST and event.text():
        return partial(grid.open_editor, event.text())
    return None if held else _plain(grid, key)


def _nothing() -> None:
    pass


def _plain(grid: KernelGrid, key: Qt.Key) -> Callable[[], object] | None:
    if key in ARROWS:
        return partial(grid.walk, *ARROWS[key])
    if key in OPENING:
        return grid.open_editor
    if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        return grid.clear_cell
    if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        return partial(grid.slice_stepped.emit, 1 if key == Qt.Key.Key_PageDown else -1)
    return None
