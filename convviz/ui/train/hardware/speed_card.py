"""How many images a second are trained on, for several sizes of a batch: measured when asked for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ....spec.training.processes import BATCHES, BatchSpeed
from .bars import Bar, Bars
from .cards import Card, StartButton
from .wrapped import Wrapped

IDLE = "Training steps on noise, of each size. A training that runs goes on."


class SpeedCard(Card):
    """A bar a size."""

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("speed_card", "Batch size and speed", "Larger batches use the hardware better", parent)
        self.bars = Bars("speed_bars", "Images a second by batch size", len(BATCHES))
        self.button = StartButton("measure_speed", "Measure", "images a second by batch size")
        self.note = Wrapped("speed_note", 2)
        self.note.show_text(IDLE)
        self.column.addWidget(self.bars)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.button)
        self.column.addLayout(row)
        self._found: dict[int, float] = {}
        self.button.clicked.connect(lambda: (self.cancelled if self.button.going else self.wanted).emit())
        self._show()

    def begin(self, device: str) -> None:
        """What was measured before goes."""
        self._found = {}
        self.button.set_going(True)
        self.note.show_text(f"Measuring on {device.upper()}, a few seconds …")
        self._show()

    def add(self, speed: BatchSpeed) -> None:
        """One more size is known."""
        self._found[speed.batch] = speed.images_per_s
        self._show()

    def end(self) -> None:
        self.button.set_going(False)
        self.note.show_text(self._verdict() or IDLE)

    def forget(self) -> None:
        """Another network, or another device."""
        self._found = {}
        self.note.show_text(IDLE)
        self._show()

    def _verdict(self) -> str:
        if len(self._found) < 2:
            return ""
        best = max(self._found, key=lambda batch: self._found[batch])
        least = min(self._found)
        return (
            f"Batches of {best} are {self._found[best] / self._found[least]:.1f} times as fast as batches of {least}."
        )

    def _show(self) -> None:
        found = self._found
        texts = {batch: f"{found[batch]:,.0f}/s" if batch in found else "…" for batch in BATCHES}
        self.bars.show_bars(tuple(Bar(f"{batch:,}", found.get(batch), texts[batch]) for batch in BATCHES))
