"""A program to read, select and copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ..look.theme import VALUE_PX, theme_of
from .highlight import PythonHighlighter

EDGE_PX = 4  # Qt's own margin around a document


class CodeText(QPlainTextEdit):
    """Python in a font of one width, highlighted; it can be selected, not typed into. Tab leaves it."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(VALUE_PX)
        self.setFont(fixed)
        self.highlighter = PythonHighlighter(self.document(), theme_of(self))

    def show_code(self, code: str) -> None:
        """Shows a program; who reads further down in the last one stays there."""
        if code == self.toPlainText():
            return
        bars = self.verticalScrollBar(), self.horizontalScrollBar()
        places = [bar.value() for bar in bars]
        self.setPlainText(code)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def set_lines(self, count: int) -> None:
        """Makes it as high as so many lines, which need no scrolling."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(count * (self.fontMetrics().lineSpacing() + 1) + 2 * EDGE_PX)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "highlighter"):
            self.highlighter.set_theme(theme_of(self))
        super().changeEvent(event)
