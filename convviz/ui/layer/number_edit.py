"""The line in which a number is typed; it lies over the box whose number it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ..look.theme import VALUE_PX, font

STAYS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)  # it only rests


class NumberEdit(QLineEdit):
    """Hidden until it is opened. Return gives the text, Escape drops it, leaving gives it and drops a wrong one."""

    given = Signal(str)
    left = Signal()

    def __init__(self, name: str, accessible: str, box: QWidget) -> None:
        super().__init__(box)
        self._box = box
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFrame(False)
        self.setFont(font(VALUE_PX))
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setStyleSheet("background: transparent; border: 0; padding: 0;")
        self._wrong = self._open = False
        self.textEdited.connect(lambda: self.set_wrong(False))
        self.hide()

    @property
    def wrong(self) -> bool:
        """Whether what stands there was refused."""
        return self._wrong

    def set_wrong(self, wrong: bool) -> None:
        if wrong != self._wrong:
            self._wrong = wrong
            self._box.update()
        if wrong:  # what is typed next takes its place
            self.selectAll()

    def open(self, value: str, typed: str | None = None) -> None:
        """Shows ``value`` to be replaced, or what was typed already."""
        self.set_wrong(False)
        self._open = True
        self.setText(value if typed is None else typed)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if typed is None:
            self.selectAll()

    def leave(self) -> None:
        """Closes without a word."""
        if not self._open:
            return
        self._open = False
        self.set_wrong(False)
        if self.hasFocus():  # else hiding it would pass the focus on to whatever comes next
            self._box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if override and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()  # closes the line, and nothing else in the window
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._wrong:
            self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._wrong and not self.hasSelectedText():
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.given.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self._open or event.reason() in STAYS:
            return
        if not self._wrong:
            self.given.emit(self.text())
        self.leave()
