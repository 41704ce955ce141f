"""A program to read, select and copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QFontDatabase, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QWidget

from ..look.theme import VALUE_PX, theme_of
from .highlight import PythonHighlighter

EDGE_PX = 4  # Qt's own margin around a document


class CodeText(QPlainTextEdit):
    """Python in a font of one width, highlighted; it can be selected, not typed into. Tab leaves it.

    ``copies`` is asked before a selected text goes to the clipboard, and answers whether it sees to that itself.
    """

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
        self.copies: Callable[[str], bool] = lambda _: False

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

    def copy_selected(self) -> None:
        """Puts what is selected on the clipboard."""
        if not self.copies(self.textCursor().selection().toPlainText()):
            self.copy()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setObjectName(f"{self.objectName()}_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("Copy", QKeySequence(QKeySequence.StandardKey.Copy), self.copy_selected)
        copy.setEnabled(self.textCursor().hasSelection())
        menu.addAction("Select all", QKeySequence(QKeySequence.StandardKey.SelectAll), self.selectAll)
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "highlighter"):
            self.highlighter.set_theme(theme_of(self))
        super().changeEvent(event)
