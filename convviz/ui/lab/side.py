"""A side of the Lab: a column of cards as wide as it should be, and narrower before the middle is cut off."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ..look.theme import GAP


class Side(QWidget):
    """``column`` takes the cards."""

    def __init__(self, wide_px: int, least_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wide_px = wide_px
        self.setMinimumWidth(least_px)
        self.setMaximumWidth(wide_px)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)

    def sizeHint(self) -> QSize:
        return QSize(self._wide_px, super().sizeHint().height())
