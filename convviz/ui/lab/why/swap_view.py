"""Values that can be exchanged: drag one onto another, or choose both with Return."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from .map_view import MapView
from .maps import Index


class SwapView(MapView):
    """Says which two values are to change places."""

    swap_wanted = Signal(object)  # (Index, Index)

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent=parent)
        self._held: Index | None = None

    @property
    def held(self) -> Index | None:
        """The value that was taken."""
        return self._held

    def _hold(self, index: Index | None) -> None:
        self._held = index
        mask = None
        if index is not None:
            mask = np.zeros(self.values.shape, np.bool_)
            mask[index] = True
        self.show_lit(self.lit, mask)

    def _drop(self, index: Index | None) -> None:
        held = self._held
        self._hold(None)
        if held is not None and index is not None and index != held:
            self.swap_wanted.emit((held, index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._hold(self.index_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton and self._held is not None:
            self._hold(self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drop(self.index_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.at is not None:
            if self._held is None:
                self._hold(self.at)
            else:
                self._drop(self.at)
        elif event.key() == Qt.Key.Key_Escape and self._held is not None:
            self._hold(None)
        else:
            super().keyPressEvent(event)
            self._hold(self._held)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hold(None)
