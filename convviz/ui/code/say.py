"""A place of fixed height for what came of a wish; while there is nothing to tell it says what the page is about."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LINES, LINE_PX = 3, 14
BREAK = "\u200b"  # lets a line end there: a path is longer than the room


class Say(QLabel):
    """Never moves what is beside it; a text that is longer than its lines is whole in the tool tip."""

    def __init__(self, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = about
        self.sentence = ""
        self.setObjectName(name)
        self.setProperty("role", "caption")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LINES * LINE_PX)
        self.tell("")

    def tell(self, sentence: str) -> None:
        """Shows a sentence, until the next or ""."""
        self.sentence = sentence
        text = sentence or self._about
        self.setText(text.replace("/", f"/{BREAK}").replace("\\", f"\\{BREAK}"))
        self.setAccessibleName(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, LINES * LINE_PX)
