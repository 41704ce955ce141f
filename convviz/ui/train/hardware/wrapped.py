"""Text that is never cut: it wraps, and is as high as it needs."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...code.text import CodeText
from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, font, theme_of

FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class Wrapped(QWidget):
    """A sentence. It has room for ``lines`` from the start, so that what is below it seldom moves."""

    def __init__(self, name: str, lines: int = 1, size_px: int = CAPTION_PX, *, dim: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text, self._lines, self._size_px, self._dim = "", lines, size_px, dim
        self._fit()

    def show_text(self, text: str) -> None:
        """Another sentence."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self._fit()
            self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(100, self.height())

    def _fit(self) -> None:
        metrics = QFontMetrics(font(self._size_px))
        needed = metrics.boundingRect(QRect(0, 0, max(self.width(), 40), 9999), int(FLAGS), typeset(self._text))
        high = max(self._lines * metrics.lineSpacing(), needed.height()) + 2
        if high != self.height():
            self.setFixedHeight(high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setFont(font(self._size_px))
            painter.setPen(QColor(theme.dim if self._dim else theme.text))
            painter.drawText(self.rect(), int(FLAGS), typeset(self._text))


class Commands(CodeText):
    """Lines for a terminal, all of them in view."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name, title)
        self.setLineWrapMode(CodeText.LineWrapMode.WidgetWidth)

    def show_code(self, code: str) -> None:
        super().show_code(code)
        self._fit()

    def _fit(self) -> None:
        """Its document counts lines, not pixels."""
        self.set_lines(max(round(self.document().size().height()), 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._fit()
