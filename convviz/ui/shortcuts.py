"""The list of keys, made from the actions themselves, so that it cannot be wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from .actions import ACTIONS

ELSEWHERE = (
    ("Arrow keys", "Walk the values of the selected map"),
    ("Page Up, Page Down", "Previous, next map"),
    ("Tab, Shift+Tab", "Next, previous control or layer"),
    ("Right button", "Erase on the pad"),
)


class ShortcutsDialog(QDialog):
    """Two columns: keys and what they do."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        lines = [
            (", ".join(key.toString(key.SequenceFormat.NativeText) for key in actions[spec.name].shortcuts()), spec)
            for spec in ACTIONS
        ]
        texts = [(keys, spec.tip or spec.text.replace("&", "").rstrip("…")) for keys, spec in lines if keys]
        for line, (keys, text) in enumerate([*texts, *ELSEWHERE]):
            key = QLabel(keys)
            key.setProperty("role", "dim")
            grid.addWidget(key, line, 0)
            grid.addWidget(QLabel(text), line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        title = QLabel("Keyboard shortcuts")
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addSpacing(8)
        column.addLayout(grid)
