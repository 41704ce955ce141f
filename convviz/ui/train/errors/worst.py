"""The pairs of classes that are confused most often, as buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ....spec.training.confusion import ConfusedPair, Confusion
from ...look.theme import UNIT
from .words import Names, name_of, of_cell

MOST = 8
WIDE_PX = 160


class WorstPairs(QWidget):
    """Each button is one cell of the matrix."""

    cell_clicked = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worst_pairs")
        self._pairs: tuple[ConfusedPair, ...] = ()
        title = QLabel("Confused most")
        title.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(title)
        self.buttons: list[QPushButton] = []
        for place in range(MOST):
            button = QPushButton()
            button.setObjectName(f"worst_{place}")
            button.setStyleSheet("text-align: left; padding: 2px 6px;")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _on, place=place: self._clicked(place))
            column.addWidget(button)
            self.buttons.append(button)
        column.addStretch(1)
        self.setFixedWidth(WIDE_PX)

    def show_confusion(self, confusion: Confusion, names: Names) -> None:
        """The worst pairs of other counts."""
        self._pairs = confusion.worst(MOST)
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(self._pairs))
            if place < len(self._pairs):
                pair = self._pairs[place]
                words = f"{name_of(names, pair.truth)} → {name_of(names, pair.predicted)}"
                button.setText(f"{pair.images:,} ×  {words}")
                button.setToolTip(of_cell(confusion, names, (pair.truth, pair.predicted)))
                button.setAccessibleName(button.toolTip())

    @property
    def pairs(self) -> tuple[ConfusedPair, ...]:
        return self._pairs

    def _clicked(self, place: int) -> None:
        pair = self._pairs[place]
        self.cell_clicked.emit((pair.truth, pair.predicted))
