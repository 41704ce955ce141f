"""What the pages of the source panel have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from ...look.theme import UNIT


class SourcePage(QWidget):
    """The settings of one kind of input, in a column. Setters never emit."""

    given = Signal(object, str)  # Source, text for undo: one finished edit
    previewed = Signal(object, str)  # Source, text: while a drag lasts
    finished = Signal()  # the end of the previews
    file_wanted = Signal(str)  # "photo" or "sound"
    paste_wanted = Signal()
    refused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2 * UNIT)


def button(name: str, text: str, why: str, accessible: str = "") -> QToolButton:
    """A button with an edge, that can be reached with the keyboard."""
    made = QToolButton()
    made.setObjectName(name)
    made.setText(text)
    made.setToolTip(why)
    made.setAccessibleName(accessible or text)
    made.setProperty("role", "toggle")
    return made
