"""Figures of one unit: four that are short, two in a line, and two with a line of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ..look.theme import CAPTION_PX, VALUE_PX, font, theme_of
from .facts import Fact

ROW_PX, ROWS, SHORT = 18, 4, 4
LEFT_SHARE = 0.46  # of the width, for the first of two


class FactGrid(QWidget):
    """Paints itself: the figures follow the mouse. The formulas are tool tips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field_facts")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROWS * ROW_PX)
        self._facts: tuple[Fact, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        if facts != self._facts:
            self._facts = facts
            self.setAccessibleName("Receptive field: " + ", ".join(f"{fact.name} {fact.value}" for fact in facts))
            self.update()

    def place(self, at: int) -> QRect:
        """Where a figure stands."""
        if at >= SHORT:
            return QRect(0, (at - SHORT // 2) * ROW_PX, self.width(), ROW_PX)
        left = round(self.width() * LEFT_SHARE)
        row, second = divmod(at, 2)
        return QRect(left if second else 0, row * ROW_PX, self.width() - left if second else left - 8, ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            for at, fact in enumerate(self._facts):
                place = self.place(at)
                painter.setFont(font(CAPTION_PX))
                painter.setPen(QColor(theme.dim))
                painter.drawText(place, flags, fact.name)
                place.setLeft(place.left() + painter.fontMetrics().horizontalAdvance(fact.name) + 6)
                painter.setFont(font(VALUE_PX))
                painter.setPen(QColor(theme.text))
                painter.drawText(place, flags, fact.value)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for at, fact in enumerate(self._facts):
                if self.place(at).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), fact.why, self, self.place(at))
            return True
        return super().event(event)
