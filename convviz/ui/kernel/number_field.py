"""A number to drag up and down, to type, to turn with the wheel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ...spec import cells
from ...spec.errors import InputError
from ..look.numbers import exact
from ..look.theme import theme_of
from ..look.typed import typed
from .cell_editor import KEEPING, line_style
from .cell_text import signed_within
from .gesture import FINER, NumberDrag, rounded

STEPS = 20  # of the wheel and the arrow keys, in the whole range
PADDING_PX = 5  # to the left and right of the text, border and what QLineEdit keeps free included
NOTCH = 120  # what Qt says for one step of a wheel


class NumberField(QLineEdit):
    """``value_edited`` follows a drag, ``edit_finished`` ends what was done, however it was done.

    A click selects the text; once something was typed the mouse marks text as in any line.
    """

    value_edited = Signal(float)
    edit_finished = Signal()
    refused = Signal(str)

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press may become a drag; the click takes the focus itself
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFixedHeight(22)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self._value, self._extreme = 0.0, 1.0
        self._drag: NumberDrag | None = None
        self._meanwhile: tuple[float, float] | None = None  # set while the mouse is dragging
        self._wrong: bool | None = None
        self._show_wrong(False)
        self._show_value()
        self.textEdited.connect(lambda: self._show_wrong(False))

    def set_value(self, value: float, extreme: float = 1.0) -> None:
        """The number; ``extreme`` says how far a drag goes. What is being typed stays, and what is being dragged.

        A drag that was undone ends; after any other the number that was set last is shown.
        """
        if self._drag is not None:
            self._meanwhile = value, extreme
            if value != self._drag.start or np.float32(self._value) == np.float32(value):
                return
            self._drag = None
        self._value, self._extreme = value, max(extreme, abs(value))
        if not self.isModified():
            self._show_value()

    @property
    def value(self) -> float:
        return self._value

    @property
    def wrong(self) -> bool:
        """Whether what was typed cannot be used."""
        return bool(self._wrong)

    @property
    def busy(self) -> bool:
        """Whether the mouse is dragging it."""
        return self._drag is not None

    def _show_value(self) -> None:
        if self.hasFocus():
            self.setText(exact(self._value))
            self.selectAll()
        else:
            room = self.width() - 2 * PADDING_PX
            self.setText(signed_within(self._value, room, self.fontMetrics().horizontalAdvance))
            self.setCursorPosition(0)
        self._show_wrong(False)

    def _show_wrong(self, wrong: bool) -> None:
        if wrong != self._wrong:
            self._wrong = wrong
            border = theme_of(self).warning if wrong else "palette(mid)"
            focused = "" if wrong else "QLineEdit:focus, QLineEdit:hover { border-color: palette(highlight); }"
            self.setStyleSheet(line_style(border, 2) + focused)

    def _edit(self, value: float) -> None:
        value = min(max(value, -cells.LIMIT), cells.LIMIT)
        if value != self._value:
            self._value = value
            self._show_value()
            self.value_edited.emit(value)

    def _step(self, steps: float) -> None:
        before = self._value
        self._edit(rounded(before + steps * 2 * self._extreme / STEPS, self._extreme))
        if self._value != before:
            self.edit_finished.emit()

    def _commit(self) -> None:
        """Takes what was typed, if it is a number."""
        try:
            value = cells.value(self.text())
        except InputError as error:
            self._show_wrong(True)
            self.refused.emit(str(error))
            return
        before = self._value
        self._edit(value)
        self._show_value()
        if self._value != before:
            self.edit_finished.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.isModified():
            self._show_value()

    # --- keys -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and typed(event):
            event.accept()  # the window's single letters are text here
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.isModified():
                    self._commit()
            case Qt.Key.Key_Escape:
                self._restore()
            case Qt.Key.Key_Up | Qt.Key.Key_Down if not self.isModified():
                fine = FINER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
                self._step(fine if event.key() == Qt.Key.Key_Up else -fine)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        if not self.isModified():
            self._show_value()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in KEEPING:
            return
        if self.isModified():
            self._commit()
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self._show_value()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.isModified():
            self._meanwhile = None
            self._drag = NumberDrag(self._value, event.position().y(), self._extreme)
        elif self.isModified():
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseMoveEvent(event)
        elif not event.buttons():
            self._finish()  # it was released where we could not see it
        else:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            value = self._drag.moved(event.position().y(), fine=fine)
            if self._drag.started:
                self._edit(value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseReleaseEvent(event)
        elif not event.buttons():
            self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and not self.isModified():
            self._step(event.angleDelta().y() / NOTCH)
            event.accept()
        else:
            event.ignore()  # else scrolling a page would change what happens to lie under the mouse

    def _finish(self) -> None:
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if self._meanwhile is not None:
            self.set_value(*self._meanwhile)
        if drag.started:
            self.edit_finished.emit()
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()

    def _restore(self) -> None:
        """Escape: the number as it was before the drag, or before something was typed."""
        if self._drag is not None:
            self._edit(self._drag.start)
            self._finish()
        self._show_value()
