"""The line a number is typed into, over its cell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ..look.theme import VALUE_PX, theme_of
from ..look.typed import typed

WIDE_PX, HIGH_PX = 64, 22  # at least, whatever the cell
KEEPING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)


def line_style(border: str, padding_px: int = 3) -> str:
    """A line edit as the rest of the window looks; ``border`` is its colour."""
    return (
        f"QLineEdit {{ background: palette(base); color: palette(text); border: 1px solid {border}; "
        f"border-radius: 5px; padding: 0 {padding_px}px; font-size: {VALUE_PX}px; "
        "selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }"
    )


class CellEditor(QLineEdit):
    """Lives as long as somebody types: ``accepted`` by Enter, Tab or a click elsewhere, ``cancelled`` by Escape."""

    accepted = Signal(str, int)  # text, and by how many cells to go on
    left = Signal(str)  # text; a click elsewhere took the focus
    cancelled = Signal()

    def __init__(self, text: str, cell: QRect, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName("cell_editor")
        self.setAccessibleName("Value of the cell")
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._open = True
        self.show_wrong(False)
        size = max(cell.width(), WIDE_PX), max(cell.height(), HIGH_PX)
        x = min(max(cell.center().x() - size[0] // 2, 0), max(parent.width() - size[0], 0))
        y = min(max(cell.center().y() - size[1] // 2, 0), max(parent.height() - size[1], 0))
        self.setGeometry(x, y, *size)

    def show_wrong(self, wrong: bool) -> None:
        """Whether the text cannot be used."""
        self.setStyleSheet(line_style(theme_of(self).warning if wrong else "palette(highlight)"))

    def close_quietly(self, heir: QWidget | None = None) -> None:
        """Goes away without another word; ``heir`` gets the focus, else whoever has it keeps it."""
        self._open = False
        if heir is not None:
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.deleteLater()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and typed(event):
                event.accept()  # the window's single letters are text here
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.accepted.emit(self.text(), 1 if event.key() == Qt.Key.Key_Tab else -1)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit(self.text(), 0)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._open and event.reason() not in KEEPING:
            self.left.emit(self.text())
