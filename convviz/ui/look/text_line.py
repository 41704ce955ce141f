"""One line of text that changes many times a second: it repaints, and never asks its layout to think again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .numbers import typeset
from .theme import font, theme_of


class TextLine(QWidget):
    """A QLabel for live numbers; ``size_px``, ``bold`` and ``dim`` say how it looks, ``ground`` on what it stands."""

    ground = "card"  # a colour of the theme

    def __init__(
        self, name: str, size_px: int, *, bold: bool = False, dim: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self._text, self._size_px, self._bold, self._dim = "", size_px, bold, dim
        self.setFixedHeight(size_px + 6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:  # noqa: N802 - a QLabel's name for it
        """Shows ``text``, cut with … where it does not fit."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def set_dim(self, dim: bool) -> None:
        """Whether the text stands back, as what is not up to date does."""
        if dim != self._dim:
            self._dim = dim
            self.update()

    @property
    def dim(self) -> bool:
        return self._dim

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(80, self._size_px + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(getattr(theme, self.ground)))
            painter.setFont(font(self._size_px, bold=self._bold))
            painter.setPen(QColor(theme.dim if self._dim else theme.text))
            text = painter.fontMetrics().elidedText(typeset(self._text), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
