"""Keys that write, apart from those that command."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def typed(event: QKeyEvent) -> bool:
    """Whether a key is for a text rather than for a shortcut; Ctrl+V and its like QLineEdit keeps by itself."""
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return not event.modifiers() & ~plain and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
