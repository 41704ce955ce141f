"""The text in which the numbers of an input are typed or pasted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ...layer.number_edit import STAYS
from ...look.theme import CAPTION_PX

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CONTROL = Qt.KeyboardModifier.ControlModifier


class NumberText(QPlainTextEdit):
    """Ctrl+Enter and leaving give the text, where somebody changed it; Escape drops the change. Tab leaves."""

    given = Signal(str)
    dropped = Signal()

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(CAPTION_PX)
        self.setFont(fixed)
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: palette(base); border: 1px solid palette(mid); border-radius: 5px;"
            f" font-size: {CAPTION_PX}px; }} QPlainTextEdit:focus {{ border-color: palette(highlight); }}"
        )
        self._shown = ""

    def show_numbers(self, text: str) -> None:
        """Shows a text that is applied already."""
        self._shown = text
        if text != self.toPlainText():
            self.setPlainText(text)

    @property
    def changed(self) -> bool:
        """Whether what stands there is not what was shown."""
        return self.toPlainText() != self._shown

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            applies = event.key() in _ENTER and bool(event.modifiers() & _CONTROL)
            if applies or (event.key() == Qt.Key.Key_Escape and self.changed):
                event.accept()  # for this text, whatever else the window does with the key
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & _CONTROL:
            self.given.emit(self.toPlainText())
        elif event.key() == Qt.Key.Key_Escape and self.changed:
            self.setPlainText(self._shown)
            self.dropped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.changed and event.reason() not in STAYS:
            self.given.emit(self.toPlainText())
