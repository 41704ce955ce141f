"""Numbers that are typed or pasted, and the lecture's C × 3 × 5 at one click."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ....spec.errors import InputError
from ....spec.lab.source import Floats, Grid
from ....spec.lab.typed import MOST_SHOWN, NAME, parsed, written
from ....spec.network import times
from ...layer.note import Note
from ...look.theme import CAPTION_PX, UNIT
from .number_text import NumberText
from .page import SourcePage, button

CHANNELS = (1, 2, 3, 4)
HINT = "A line is a row, a blank line stands between channels. Ctrl+Enter applies."
MANY = f"These are too many numbers to show as text (more than {MOST_SHOWN:,}). Type others to replace them."


class NumbersPage(SourcePage):
    """Gives a Grid when its text was applied or a button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("numbers_page", parent)
        self._shape = (1, 3, 5)
        self.text = NumberText("lab_numbers", "Numbers of the input")
        self.note = Note("lab_numbers_note", 3)
        self.sentence = QLabel()
        self.lecture: dict[int, QToolButton] = {}
        self.random = button("lab_random", "Random", "Replace them with as many normal random numbers")
        self.zeros = button("lab_zeros", "Zeros", "Replace them with as many zeros")
        self.apply = QPushButton("Apply")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.apply.setObjectName("lab_numbers_apply")
        self.apply.setAccessibleName("Apply the numbers")
        self.apply.setProperty("role", "action")
        self.apply.setToolTip("Take these numbers as the input (Ctrl+Enter)")
        self.sentence.setObjectName("lab_numbers_wrong")
        self.sentence.setProperty("role", "warning")
        self.sentence.setStyleSheet(f"font-size: {CAPTION_PX}px")
        self.sentence.setWordWrap(True)
        self.sentence.setFixedHeight(self.note.height())
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.sentence.hide()
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setSpacing(4)
        below.setSpacing(4)
        above.addWidget(QLabel("make C×3×5, C ="))
        above.addStretch(1)
        for count in CHANNELS:
            why = f"Replace the numbers with the lecture's input of {count} × 3 × 5"
            self.lecture[count] = button(f"lab_lecture_{count}", str(count), why, why)
            self.lecture[count].setFixedWidth(6 * UNIT)
            above.addWidget(self.lecture[count])
        below.addWidget(self.random)
        below.addWidget(self.zeros)
        below.addStretch(1)
        below.addWidget(self.apply)
        self.column.addLayout(above)
        self.column.addWidget(self.text, 1)
        self.column.addWidget(self.note)
        self.column.addWidget(self.sentence)
        self.column.addLayout(below)

    def _connect(self) -> None:
        self.text.given.connect(self._typed)
        self.text.dropped.connect(lambda: self._say(""))
        self.apply.clicked.connect(lambda: self._typed(self.text.toPlainText()))
        self.random.clicked.connect(self._random)
        self.zeros.clicked.connect(lambda: self._give(np.zeros(self._shape, np.float32), "zeros"))
        for count, each in self.lecture.items():
            each.clicked.connect(lambda _, c=count: self._give(lecture(c), "typed numbers"))

    def show_source(self, source: Grid) -> None:
        """Its numbers as text, where they are not too many."""
        shape = source.values.shape
        self._shape = shape[0], shape[1], shape[2]
        text = written(source.values)
        self.text.show_numbers(text)
        self.text.setPlaceholderText("" if text else "1, 2, 3, 4")
        self.note.show_text(HINT if text else MANY)
        self._say("")

    def _typed(self, text: str) -> None:
        if not self.text.changed:
            return
        try:
            grid = parsed(text)
        except InputError as error:
            self._say(str(error))
            return
        self._say("")
        self.text.show_numbers(text)  # applied: leaving the text does not give it once more
        self.given.emit(grid, f"{NAME}, {times(grid.values.shape)}")

    def _random(self) -> None:
        values = np.random.default_rng().normal(size=self._shape).round(1).astype(np.float32)
        self._give(values + np.float32(0), "random numbers")  # no minus before a zero

    def _give(self, values: Floats, text: str) -> None:
        self.given.emit(Grid(values, NAME), f"{text}, {times(values.shape)}")

    def _say(self, sentence: str) -> None:
        """Why the text cannot be taken, in the place of the hint."""
        self.sentence.setText(sentence[:1].upper() + sentence[1:])
        self.sentence.setToolTip(self.sentence.text())  # which may be too long for its place
        self.sentence.setVisible(bool(sentence))
        self.note.setVisible(not sentence)


def lecture(channels: int) -> Floats:
    """(C, 3, 5) small whole numbers, the same each time; those of two channels are those of the preset."""
    from ....spec.lab.presets import lab

    source = lab("stride-padding").source
    assert isinstance(source, Grid)
    more = np.random.default_rng(0).integers(0, 4, (max(CHANNELS), 3, 5)).astype(np.float32)
    return np.concatenate([source.values, more])[:channels]
