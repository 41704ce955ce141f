"""What the last change did to the cost of the network: each figure before and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...spec.cost import Change
from ..look.theme import CAPTION_PX, font, theme_of

ROW_PX, NAME_PX = 17, 74
HEADS = {"layer": "This layer", "network": "The whole network"}
ROWS = 7  # five figures under two heads
MEANINGS = (
    "This layer's field: input pixels that one of its units can see, height × width",
    "This layer's output: what it puts out, channels × height × width",
    "The network's field: that of its last layer whose units do not see the whole input",
    "Parameters: numbers that training changes",
    "Products: multiplications of a weight with a value",
)


class CostTable(QWidget):
    """Paints itself: the figures follow the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cost_table")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROWS * ROW_PX)
        self.setToolTip("The last change, before → after\n" + "\n".join(MEANINGS))
        self._changes: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is shown."""
        return self._changes

    def show_changes(self, changes: Sequence[Change]) -> None:
        if tuple(changes) != self._changes:
            self._changes = tuple(changes)
            self.setAccessibleName("Cost: " + ", ".join(_spoken(line) for line in changes))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, ROWS * ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            place, part = QRect(0, 0, self.width(), ROW_PX), ""
            for line in self._changes:
                place.setLeft(0)
                if line.part != part:
                    part = line.part
                    self._text(painter, place, theme.dim, HEADS[part], bold=True)
                    place.translate(0, ROW_PX)
                self._text(painter, place, theme.dim, line.name)
                place.setLeft(NAME_PX)
                if line.changed:
                    place.setLeft(place.left() + self._text(painter, place, theme.dim, f"{line.before} → "))
                    self._text(painter, place, theme.accent, line.after, bold=True)
                else:
                    self._text(painter, place, theme.text, line.after)
                place.translate(0, ROW_PX)

    @staticmethod
    def _text(painter: QPainter, place: QRect, colour: str, text: str, *, bold: bool = False) -> int:
        painter.setFont(font(CAPTION_PX, bold=bold))
        painter.setPen(QColor(colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return painter.fontMetrics().horizontalAdvance(text)


def _spoken(line: Change) -> str:
    name = f"{line.part}'s {line.name}"
    return f"{name} {line.before} before, {line.after} now" if line.changed else f"{name} {line.after}"
