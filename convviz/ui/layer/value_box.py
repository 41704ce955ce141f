"""One number that can be typed, dragged, stepped with keys and wheeled, and that never leaves its range."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ...spec.errors import InputError
from ...spec.limits import REACH, Range, whole_number
from ..look.theme import theme_of
from ..look.typed import typed
from .number_edit import NumberEdit
from .number_face import TRACK_PX, NumberFace, wide

STEP_PX = 6  # of the mouse for one step
DOUBLE_PX = 40  # of the mouse to double a number that may become large
WHOLE_PX = 120  # of the mouse for a range of many small steps from zero
START_PX = 3  # what moves less is a click
WHEEL_MS = 400  # without a notch: the turn of the wheel is over
KEYS: dict[int, int] = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: 5,
    Qt.Key.Key_PageDown: -5,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}


class ValueBox(NumberFace):
    """A number and what a person does to it.

    A gesture is a drag, a held key, a turn of the wheel or a typed number; it ends with ``finished``. The range is
    asked for by ``range_wanted`` before the first change of each, and is then what :meth:`set_range` gave.
    """

    edited = Signal(object)  # int
    finished = Signal()
    refused = Signal(str)
    range_wanted = Signal()

    def __init__(
        self,
        name: str,
        accessible: str,
        parent: QWidget | None = None,
        *,
        parse: Callable[[str], int] = whole_number,
        text: Callable[[int], str] = str,
    ) -> None:
        super().__init__(name, accessible, text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setMouseTracking(True)  # else a move that shows that the release went elsewhere would not arrive
        self.quiet = False  # whether a drag beyond the ends needs no sentence, as they are plain to see
        self._parse = parse
        self._press: tuple[float, int] | None = None  # where the mouse went down, the value there
        self._changing = self._complained = False
        self._turned = 0  # of the wheel, in eighths of a degree, not yet a notch
        self._wheel = QTimer(self, singleShot=True, interval=WHEEL_MS)
        self._wheel.timeout.connect(self.finish)
        self.editor = NumberEdit(f"{name}_edit", accessible, self)
        self.editor.given.connect(self._typed)
        self.editor.left.connect(self.update)

    @property
    def changing(self) -> bool:
        """Whether a gesture is going on."""
        return self._changing or self._press is not None

    # --- gestures ---------------------------------------------------------------------------------------------

    def _begin(self) -> Range | None:
        if not self._changing:
            self._changing, self._complained = True, False
            self.range_wanted.emit()
        return self._range

    def finish(self) -> None:
        """The gesture is over."""
        self._wheel.stop()
        self._press, self._turned = None, 0
        if self._changing:
            self._changing = False
            self.finished.emit()

    def _offer(self, wanted: int) -> None:
        """Takes the nearest value that is allowed, and says once a gesture why not a value beyond the ends."""
        assert self._range is not None
        value = self._range.nearest(wanted)
        beyond = not (self.quiet or self._complained or self._range.low <= wanted <= self._range.high)
        self._complained |= beyond
        if value != self._value:
            self.set_value(value)
            self.edited.emit(value)
        if beyond:  # after the edit, with which an older sentence goes
            self.refused.emit(self._range.why(wanted))

    def _step(self, steps: int) -> None:
        allowed = self._begin()
        if allowed is not None:
            ends = {1_000_000: allowed.high, -1_000_000: allowed.low}
            self._offer(ends.get(steps, allowed.stepped(self._value, steps)))

    def _typed(self, text: str) -> None:
        try:
            wanted = self._parse(text)
        except InputError as error:
            self.editor.set_wrong(True)
            self.update()
            self.refused.emit(str(error))
            return
        allowed = self._begin()
        reason = "" if allowed is None or wanted == self._value else allowed.why(wanted)
        self.editor.leave()
        if reason:  # a number that was not taken must not stand there as if it had been
            self._changing = False
            self.refused.emit(reason)
            return
        if allowed is not None and wanted != self._value:
            self.set_value(wanted)
            self.edited.emit(wanted)
        self.finish()

    def _edit(self, text: str | None = None) -> None:
        self.finish()
        self.editor.open(self._text(self._value), text)
        self.update()

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.finish()
            self._press = event.position().x(), self._value

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:  # the release went elsewhere
            self.finish()
            return
        x, start = self._press
        moved_px = event.position().x() - x
        if not self._changing and abs(moved_px) < START_PX:
            return
        allowed = self._begin()
        if allowed is not None:
            self._offer(dragged(allowed, start, moved_px))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._press is not None:
            clicked = not self._changing
            self.finish()
            if clicked and self.rect().contains(event.position().toPoint()):
                self._edit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or self._press is not None:
            event.ignore()  # a wheel that passes by must not change the network
            return
        event.accept()
        self._turned += event.angleDelta().y()
        notches = int(self._turned / 120)
        self._turned -= notches * 120
        if notches:
            self._step(notches)
            self._wheel.start()

    # --- keys and focus ---------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _for_number(event):
            event.accept()  # they are for the number, whatever else the window does with them
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = KEYS.get(event.key())
        if steps is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self._press is None:
                self._wheel.stop()
                self._step(steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._edit()
        elif typed(event) and _begins_number(event.text()) and self._press is None:
            self._edit(event.text())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and event.key() in KEYS and self._press is None:
            self.finish()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.range_wanted.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finish()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if not self.changing:
            self.range_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.finish()
        self.editor.leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.setGeometry(self.rect().adjusted(2, 1, -2, -TRACK_PX - 3))

    def _edge(self) -> str:
        theme = theme_of(self)
        if self.editor.wrong:
            return theme.warning
        return theme.accent if self.editor.isVisible() or self.changing else super()._edge()

    def _shown(self) -> str:
        return "" if self.editor.isVisible() else super()._shown()


def _begins_number(text: str) -> bool:
    """Whether a key opens the line: a letter that was pressed for something else would only be refused there."""
    return text.isprintable() and bool(text.strip()) and not text.isalpha()


def _for_number(event: QKeyEvent) -> bool:
    return typed(event) and (event.key() in KEYS or event.text().isdigit())


def dragged(allowed: Range, start: int, moved_px: float) -> int:
    """What a drag from ``start`` asks for, allowed or not.

    >>> dragged(Range(1, 9, str), 3, 12.0), dragged(Range(1, 4096, str), 32, 40.0), dragged(Range(0, 1000, str), 0, 6.0)
    (5, 64, 50)
    """
    if 0 < len(allowed.values) <= REACH:
        return allowed.stepped(start, round(moved_px / STEP_PX / 2))  # they are few: a longer way for each
    if wide(allowed):
        return int(start * 2.0 ** (min(moved_px, 20 * DOUBLE_PX) / DOUBLE_PX) + 0.5)
    if allowed.high - allowed.low > REACH:
        return start + round(moved_px * (allowed.high - allowed.low) / WHOLE_PX)
    return start + round(moved_px / STEP_PX)
