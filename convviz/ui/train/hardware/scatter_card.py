"""``nn.DataParallel`` as the lecture prints it: which GPU gets how many samples."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ....spec.training.processes import MOST_GPUS, MOST_SAMPLES, Scattered
from ...code.text import CodeText
from . import words
from .bars import Bar, Bars
from .cards import Card, StartButton, number, small
from .wrapped import Wrapped

WHY = "nn.DataParallel splits a mini-batch over the GPUs of one process, and joins their scores again"
IDLE = "nn.DataParallel cuts a mini-batch along its first dimension, a part for each GPU. Run shows which."


class ScatterCard(Card):
    """Two numbers, a bar a GPU, the lecture's printout."""

    wanted = Signal(int, int)  # samples, GPUs
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("scatter_card", "Several GPUs in one process", WHY, parent)
        self.samples = number("scatter_samples", "Samples", 50, 1, MOST_SAMPLES)
        self.gpus = number("scatter_gpus", "GPUs", 2, 1, MOST_GPUS)
        self.button = StartButton("run_scatter", "Run", "nn.DataParallel on one mini-batch")
        self.bars = Bars("scatter_bars", "Samples for each GPU", 2)
        self.note = Wrapped("scatter_note", 2)
        self.note.show_text(IDLE)
        self.bars.show_bars(tuple(Bar(f"GPU {gpu}", None, "…") for gpu in range(2)))
        self.lines = CodeText("scatter_lines", "What the lecture's Dummy module prints")
        self.lines.setMinimumHeight(84)
        small(self.lines)
        self.add_row("samples", self.samples, "GPUs", self.gpus, self.button)
        self.column.addWidget(self.bars)
        self.column.addWidget(self.note)
        self.column.addWidget(self.lines, 1)
        for box in (self.samples, self.gpus):
            box.refused.connect(self.refused)
            box.finished.connect(self._ask)
        self.button.clicked.connect(self._ask)

    def show_result(self, result: Scattered) -> None:
        """Which GPU got what."""
        gpus = self.gpus.value
        got = {chunk.gpu: chunk.samples for chunk in result.chunks}
        self.bars.show_bars(tuple(Bar(f"GPU {gpu}", got.get(gpu, 0), f"{got.get(gpu, 0)}") for gpu in range(gpus)))
        self.note.show_text(words.scattered_note(result, gpus))
        self.lines.show_code("\n".join(result.lines))

    def _ask(self) -> None:
        self.wanted.emit(self.samples.value, self.gpus.value)
