"""Where the cards of the page lie: two in a row, or one below the other; scrolled where the window is too low."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from ...look.theme import GAP
from .cards import Card

TWO_PX = 600  # that are wide enough for two cards in a row


class CardArea(QScrollArea):
    """Cards, in the order in which they are read."""

    def __init__(self, *cards: Card) -> None:
        super().__init__()
        self._cards = cards
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._arrange(2)
        self.setObjectName("hardware_area")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    def _arrange(self, columns: int) -> None:
        grid, count = self._grid, len(self._cards)
        for at, card in enumerate(self._cards):
            grid.removeWidget(card)
            grid.addWidget(card, at // columns, at % columns)
        for column in (0, 1):
            grid.setColumnStretch(column, int(column < columns))
        for row in range(count):
            grid.setRowStretch(row, int(row == (count - 1) // columns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= TWO_PX else 1)
