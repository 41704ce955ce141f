"""The loss of a training in other processes, as a small curve."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, font, theme_of

HIGH_PX, INSET = 76, 6
KEPT = 2000


class Curve(QWidget):
    """Loss over steps, from 0 to the largest; every other point is left out when there are too many."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HIGH_PX)
        self.points: list[tuple[int, float]] = []
        self._steps = 1

    def clear(self) -> None:
        self.points = []
        self.update()

    def add(self, step: int, steps: int, loss: float) -> None:
        """One more point; ``steps`` is where the axis ends."""
        if math.isfinite(loss):
            self.points.append((step, loss))
            self._steps = max(steps, 1)
            if len(self.points) > KEPT:
                self.points = self.points[::2]
            self.setAccessibleDescription(f"loss {loss:.4g} at step {step}")
            self.update()

    def place(self, step: int, loss: float) -> QPointF:
        """Where a point lies."""
        inside = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        most = max((value for _, value in self.points), default=1.0) or 1.0
        x = inside.left() + inside.width() * step / self._steps
        return QPointF(x, inside.bottom() - inside.height() * loss / most)

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            if not self.points:
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "its loss, step by step")
                return
            most = max(value for _, value in self.points)
            corner = QRectF(self.rect()).adjusted(INSET, 3, -INSET, -3)
            text = typeset(f"loss, up to {most:.3g}")
            painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, text)
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.drawPolyline(QPolygonF([self.place(step, loss) for step, loss in self.points]))
