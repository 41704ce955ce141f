"""A slider over the moments of a run: where each lies in the training, and where its epochs ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.shades import faint
from ..look.theme import Theme, theme_of
from .moments import Moments

HEIGHT_PX, SIDE_PX, HANDLE_PX = 28, 10, 6
MIDDLE = 11.5
LEAST_APART_PX = 3  # between two ticks; closer ones are one
FAR = 10  # moments, with the page keys
TIP = (
    "Drag, or press the arrow keys: the weights of an earlier moment are shown.\n"
    "Short marks below: moments that were kept. Long marks: the ends of epochs."
)


class MomentSlider(QWidget):
    """Left and right go one moment on, Home to the first one and End to now."""

    chosen = Signal(object)  # index of a moment

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("moment_slider")
        self.setAccessibleName("Moment of the training")
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(HEIGHT_PX)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._moments = Moments()
        self._epochs: NDArray[np.float32] = np.zeros(0, np.float32)  # the steps at which they ended
        self._index = 0
        self._away = False

    # --- what it is told --------------------------------------------------------------------------------------

    def show_moments(self, moments: Moments, epochs: NDArray[np.float32], index: int, *, away: bool = False) -> None:
        """Moments, the steps (n,) at which epochs ended, and the moment that is shown; ``away``: none of them is."""
        self._moments, self._epochs, self._index, self._away = moments, epochs, index, away
        where = "none" if away else f"step {moments.step(index):,}"
        self.setAccessibleDescription(f"{where} of {moments.now:,}")
        self.update()

    @property
    def index(self) -> int:
        return self._index

    def place(self, step: float) -> float:
        """Where a step lies, in pixels: the track goes from the first moment to now."""
        first, now = self._reach
        return SIDE_PX + (self.width() - 2 * SIDE_PX) * ((step - first) / (now - first))

    @property
    def _reach(self) -> tuple[int, int]:
        """The steps at both ends of the track."""
        first = self._moments.first if self._moments.past else 0
        return first, max(self._moments.now, first + 1)

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT_PX)

    # --- hands ------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._moments) - 1
        by = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -FAR,
            Qt.Key.Key_PageUp: FAR,
            Qt.Key.Key_Home: -last,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        self._choose(min(max(self._index + by, 0), last))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event.position())

    def _point(self, at: QPointF) -> None:
        share = (at.x() - SIDE_PX) / max(self.width() - 2 * SIDE_PX, 1)
        first, now = self._reach
        self._choose(self._moments.index(first + share * (now - first)))

    def _choose(self, index: int) -> None:
        if index != self._index or self._away:
            self._index, self._away = index, False
            self.update()
            self.chosen.emit(index)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            here = self.place(self._moments.step(self._index)) if self.isEnabled() else SIDE_PX
            end = self.width() - SIDE_PX
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(QRectF(SIDE_PX, MIDDLE - 2, end - SIDE_PX, 4), 2, 2)
            if not self.isEnabled():
                return
            used = self._index < len(self._moments) - 1
            painter.setBrush(QColor(theme.field if used else theme.accent))
            if not self._away:
                painter.drawRoundedRect(QRectF(SIDE_PX, MIDDLE - 2, here - SIDE_PX, 4), 2, 2)
            self._paint_ticks(painter, theme)
            painter.setPen(QPen(QColor(theme.text if self.hasFocus() else theme.dim if self._away else theme.card), 2))
            painter.setBrush(QColor(theme.card if self._away else theme.field if used else theme.accent))
            painter.drawEllipse(QPointF(here, MIDDLE), HANDLE_PX + 1, HANDLE_PX + 1)

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        """Short ones for checkpoints, long ones for the ends of epochs."""
        steps = np.array([each.step for each in self._moments.past], np.float32)
        for marks, high, alpha in ((steps, 4, 130), (self._epochs, 8, 255)):
            painter.setPen(QPen(faint(theme.dim, alpha), 1))
            places = [round(self.place(step)) + 0.5 for step in self._apart(marks).tolist()]
            painter.drawLines([QLineF(x, 19, x, 19 + high) for x in places])

    def _apart(self, steps: NDArray[np.float32]) -> NDArray[np.float32]:
        """Those of the steps that lie far enough from the one before."""
        first, now = self._reach
        a_cell = (now - first) * LEAST_APART_PX / max(self.width() - 2 * SIDE_PX, 1)
        steps = steps[steps >= first]
        return steps[np.flatnonzero(np.diff(np.floor((steps - first) / a_cell), prepend=-1.0))]
