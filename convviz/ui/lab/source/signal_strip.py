"""A signal that is drawn with the mouse, or sample by sample with the keys."""

from __future__ import annotations

from math import isfinite

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.lab.source import Floats
from ...look.theme import theme_of
from .strip_paint import paint_strip

STEPS = 20  # of a key from zero to the rim
FINENESS = 100  # values between zero and the rim that the mouse can give
WALK = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(2**31), Qt.Key.Key_End: 2**31}
LIFT = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class SignalStrip(QWidget):
    """Shows a signal (C, 1, W) and lets one draw its first channel. ``drawn`` follows every move."""

    drawn = Signal(object)  # (C, 1, W) float32
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signal_strip")
        self.setAccessibleName("Signal, to be drawn with the mouse or the arrow keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._values: Floats = np.zeros((1, 1, 1), np.float32)
        self._extreme = 1.0
        self._last: tuple[float, float] | None = None  # (sample, value) where the mouse was, while it draws
        self._typing = False  # a key that changes a value is down
        self._cursor = 0  # the sample that the keys change
        self._hovered: int | None = None

    @property
    def values(self) -> Floats:
        return self._values

    @property
    def extreme(self) -> float:
        """The value at the upper rim; the lower is its negative."""
        return self._extreme

    def set_values(self, values: Floats, *, going_on: bool = False) -> None:
        """Shows (C, 1, W); ``going_on``: what was drawn last, in a drag that goes on."""
        self._values = values
        if not going_on:
            self._last, self._typing = None, False
        if self._last is None and not self._typing:
            self._extreme = _extreme(values)
        self._cursor = min(self._cursor, values.shape[2] - 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 60)

    def place_of(self, sample: int, value: float) -> QPointF:
        """Where a sample's value is on screen."""
        x = (sample + 0.5) / self._values.shape[2] * self.width()
        return QPointF(x, (1 - value / self._extreme) / 2 * self.height())

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._last is None:
            self._end_typing()
            at = self._at(event.position())
            self._last = at
            self._draw(at, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        self._hovered = self._sample(at[0])
        self.update()
        if self._last is None:
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:  # it was lifted where we could not see it
            self._end_drawing()
            return
        before, self._last = self._last, at
        self._draw(before, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._end_drawing()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end_drawing()
        self._end_typing()

    def _at(self, position: QPointF) -> tuple[float, float]:
        """The sample, with its fraction, and the value at a place; values in steps that are short to write."""
        height = max(self.height(), 1)
        share = 1 - 2 * min(max(position.y(), 0.0), height) / height
        sample = position.x() / max(self.width(), 1) * self._values.shape[2]
        if not isfinite(share) or not isfinite(sample):
            return 0.0, 0.0
        return sample, round(share * FINENESS) / FINENESS * self._extreme

    def _sample(self, place: float) -> int:
        return int(min(max(place, 0), self._values.shape[2] - 1))

    def _draw(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        """A line from one place to another; of many samples under one pixel, all."""
        a, b = sorted((a, b))
        around = max((self._values.shape[2] / max(self.width(), 1) - 1) / 2, 0.0)
        first, last = self._sample(a[0] - around), self._sample(b[0] + around)
        self._cursor = self._sample(b[0])
        line = np.interp(np.arange(first, last + 1) + 0.5, [a[0], max(b[0], a[0] + 1e-9)], [a[1], b[1]])
        self._give(first, np.round(line / self._extreme * FINENESS) / FINENESS * self._extreme)

    def _give(self, first: int, line: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
        values = self._values.copy()
        values[0, 0, first : first + len(line)] = line
        self._values = values
        self.update()
        self.drawn.emit(values)

    def _end_drawing(self) -> None:
        if self._last is not None:
            self._last = None
            self.finished.emit()

    # --- keys -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _mine(event):
            event.accept()  # they are for the signal, whatever else the window does with them
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._last is not None or not _mine(event):
            super().keyPressEvent(event)
        elif key in WALK:
            self._cursor = self._sample(self._cursor + WALK[key])
            self.update()
        else:
            self._typing = True
            step = self._extreme / STEPS
            now = float(self._values[0, 0, self._cursor])
            lifted = (round(now / step) if isfinite(now) else 0) + LIFT[key]
            self._give(self._cursor, np.array([min(max(lifted, -STEPS), STEPS) * step]))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in LIFT and not event.isAutoRepeat():
            self._end_typing()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end_typing()
        self.update()

    def _end_typing(self) -> None:
        if self._typing:
            self._typing = False
            self.finished.emit()

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        marked = self._cursor if self.hasFocus() else self._hovered
        if self._last is not None:
            marked = self._sample(self._last[0])
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint_strip(painter, rect, self._values, self._extreme, theme_of(self), marked, focused=self.hasFocus())


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _mine(event: QKeyEvent) -> bool:
    """Whether a key walks, or lifts a sample."""
    return (event.key() in WALK or event.key() in LIFT) and not event.modifiers() & ~_KEYPAD


def _extreme(values: Floats) -> float:
    """1, or the largest magnitude where that is more."""
    finite = values[np.isfinite(values)]
    return max(1.0, float(np.abs(finite).max(initial=0.0)))
