"""The pairs of classes that are confused most often, as buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ....spec.training.confusion import ConfusedPair, Confusion
from ...look.theme import UNIT
from .words import Names, of_cell, of_pair, of_tied

MOST = 8
REST_INDENT_PX = 6  # as that of the texts on the buttons
WIDE_PX, ANY_PX = 160, 2**24 - 1  # of the column; of a widget that Qt lets be as wide as it likes


class WorstPairs(QWidget):
    """Each button is one cell of the matrix; below each other, or as many in a row as fit."""

    cell_clicked = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worst_pairs")
        self._pairs: tuple[ConfusedPair, ...] = ()
        self._wide = True
        self.title = QLabel("Confused most")
        self.title.setProperty("role", "caption")
        column = self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        self.buttons: list[QPushButton] = []
        for place in range(MOST):
            button = QPushButton()
            button.setObjectName(f"worst_{place}")
            button.setStyleSheet("text-align: left; padding: 2px 6px;")
            button.clicked.connect(lambda _on, place=place: self._clicked(place))
            column.addWidget(button)
            self.buttons.append(button)
        self.rest = QLabel()
        self.rest.setObjectName("worst_rest")
        self.rest.setProperty("role", "caption")
        self.rest.setIndent(REST_INDENT_PX)
        column.addWidget(self.rest)
        column.addStretch(1)
        self.arrange(wide=True)

    def arrange(self, *, wide: bool) -> None:
        """A column beside the matrix, or where that needs the room a row above it."""
        self._wide = wide
        self._column.setDirection(QBoxLayout.Direction.TopToBottom if wide else QBoxLayout.Direction.LeftToRight)
        self._column.setSpacing(UNIT // 2 if wide else 0)
        across = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed
        for button in self.buttons:
            button.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(WIDE_PX if wide else 0)
        self.setMaximumWidth(WIDE_PX if wide else ANY_PX)
        high = self.buttons[0].sizeHint().height()  # whichever of them are shown
        self.setMinimumHeight(0 if wide else high)
        self.setMaximumHeight(ANY_PX if wide else high)
        own = QSizePolicy.Policy.Preferred
        self.setSizePolicy(own if wide else QSizePolicy.Policy.Ignored, own if wide else QSizePolicy.Policy.Fixed)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A row has the pairs that there is room for."""
        left = self.width() - self.title.sizeHint().width()
        for place, button in enumerate(self.buttons):
            left -= button.sizeHint().width()
            button.setVisible(place < len(self._pairs) and (self._wide or left >= 0))
        self.rest.setVisible(self._wide and bool(self.rest.text()))

    def show_confusion(self, confusion: Confusion, names: Names) -> None:
        """The worst pairs of other counts."""
        self._pairs = confusion.worst(MOST)
        for button, pair in zip(self.buttons, self._pairs, strict=False):
            button.setText(of_pair(names, pair))
            button.setToolTip(of_cell(confusion, names, (pair.truth, pair.predicted)))
            button.setAccessibleName(button.toolTip())
        self.rest.setText(of_tied(confusion.tied(self._pairs), self._pairs))
        self._fit()

    @property
    def pairs(self) -> tuple[ConfusedPair, ...]:
        return self._pairs

    def _clicked(self, place: int) -> None:
        pair = self._pairs[place]
        self.cell_clicked.emit((pair.truth, pair.predicted))
