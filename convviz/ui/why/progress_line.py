"""How far a job has come: a thin line that fills."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.theme import CAPTION_PX, font, theme_of

LINE_PX, TEXT_PX = 4, 34


class ProgressLine(QWidget):
    """Empty while nothing runs."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)
        self._share: float | None = None

    @property
    def share(self) -> float | None:
        """0 to 1; None while nothing runs."""
        return self._share

    def show_share(self, share: float | None) -> None:
        if share != self._share:
            self._share = share
            self.setAccessibleName("" if share is None else f"{share:.0%} done")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            if self._share is None:
                return
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.dim))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), side, f"{self._share:.0%}")
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            track = QRectF(0, (self.height() - LINE_PX) / 2, max(self.width() - TEXT_PX, 8), LINE_PX)
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(track, LINE_PX / 2, LINE_PX / 2)
            track.setWidth(track.width() * min(max(self._share, 0.0), 1.0))
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(track, LINE_PX / 2, LINE_PX / 2)
