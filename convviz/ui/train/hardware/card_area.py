"""Where the cards of the page lie: two in a row, or one below the other; scrolled where the window is too low."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ...look.scroll_column import ScrollColumn
from ...look.theme import GAP
from .cards import Card

TWO_PX = 600  # that are wide enough for two cards in a row


class CardArea(ScrollColumn):
    """Cards, in the order in which they are read."""

    def __init__(self, *cards: Card) -> None:
        body = QWidget()
        super().__init__(body, "hardware_area")
        self._cards = cards
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._arrange(2)

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
