"""Two parts above each other, of which the lower one is as high as whole rows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ...look.theme import GAP

SHARE = 0.36  # of the height, that the lower part has until somebody drags the edge


class RowSplitter(QSplitter):
    """The lower part has ``rest_px`` and rows of ``pitch_px``: so many as come nearest to a share, or to a drag."""

    def __init__(self, upper: QWidget, lower: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setHandleWidth(GAP)
        self.setChildrenCollapsible(False)
        for part in (upper, lower):
            self.addWidget(part)
        self._share, self._rest, self._pitch = SHARE, 0, 0
        self.splitterMoved.connect(self._dragged)

    def snap(self, pitch_px: int, rest_px: int) -> None:
        """Of rows that begin ``pitch_px`` apart; ``rest_px`` is all else that the lower part holds."""
        self._pitch, self._rest = pitch_px, rest_px
        self._snap()

    def _dragged(self) -> None:
        whole = sum(self.sizes())
        self._share = self.sizes()[1] / max(whole, 1)
        self._snap()

    def _snap(self) -> None:
        whole = sum(self.sizes())
        if self._pitch and whole:
            rows = max(round((whole * self._share - self._rest) / self._pitch), 1)
            lower = self._rest + rows * self._pitch
            self.setSizes([whole - lower, lower])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._snap()
