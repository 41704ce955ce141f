"""The cards of the right column, closer together where the window is low."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..look.theme import GAP, UNIT
from .controls.growing_note import GrowingNote
from .controls.run_card import RunCard
from .data.card import DataCard
from .settings.card import SettingsCard


class Column(QWidget):
    """Cards from top to bottom. :meth:`fit` says how high all of them may be."""

    def __init__(self, *cards: RunCard | DataCard | SettingsCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = cards
        self._high = 0  # that there is for all of it
        self._packed, self._saved = False, 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        for card in cards:
            self._column.addWidget(card)
        self._column.addStretch(1)

    @property
    def packed(self) -> bool:
        return self._packed

    def fit(self, high: int) -> None:
        """Packs the cards where they would need more than that."""
        self._high = high
        needed = self._needed() + (self._saved if self._packed else 0)
        if (needed > high) != self._packed:
            self._pack(needed > high)
        note = self._note
        if note is not None:
            note.offer(high - self._needed() - note.spare_px + note.longer_px)

    def _pack(self, close: bool) -> None:
        before = self._needed()
        self._packed = close
        self._column.setSpacing(UNIT if close else GAP)
        for card in self._cards:
            card.pack(close)
        if close:
            self._saved = before - self._needed()

    def _needed(self) -> int:
        """Of the cards themselves: the layout of the column may not have heard of their changes yet."""
        gaps = self._column.spacing() * (len(self._cards) - 1)
        spare = self._note.spare_px if self._note is not None else 0
        return gaps + sum(card.sizeHint().height() for card in self._cards) - spare

    @property
    def _note(self) -> GrowingNote | None:
        """What takes the room that is left."""
        return next((card.details for card in self._cards if isinstance(card, RunCard)), None)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._high:  # a longer note, for one
            self.fit(self._high)
        return done
