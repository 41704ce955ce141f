"""A sentence in a place of fixed height: it may come and go while the mouse is down, and nothing below it moves."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.theme import CAPTION_PX, font, theme_of

LINE_PX = 14


class Note(QWidget):
    """Up to ``lines`` wrapped lines of caption text, of which the last ends in "…" where there is more.

    A ``warning`` has a colour of its own, and stands on the right.
    """

    def __init__(self, name: str, lines: int, *, warning: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text, self._warning = "", warning
        self.set_lines(lines)

    def set_lines(self, lines: int) -> None:
        """How many it has room for: not for each text, as what is below it would move."""
        self._lines = lines
        self.setFixedHeight(lines * LINE_PX + 2)

    def show_text(self, text: str, why: str = "") -> None:
        """Shows ``text``; its tool tip is ``why``, or the text itself, which may be cut."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(why or text)
            self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.warning if self._warning else theme.dim))
            side = Qt.AlignmentFlag.AlignRight if self._warning else Qt.AlignmentFlag.AlignLeft
            step = min(painter.fontMetrics().height(), LINE_PX)
            for number, line in enumerate(lines_of(self._text, font(CAPTION_PX), self.width(), self._lines)):
                place = QRectF(0, number * step, self.width(), step)
                painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, line)


def lines_of(text: str, face: QFont, wide: int, most: int) -> list[str]:
    """The text in lines of that many pixels; the last of ``most`` ends in "…" where there is more."""
    found: list[str] = []
    for part in text.split("\n"):
        found += _wrapped(part, face, wide)
    if len(found) > most:
        cut = f"{found[most - 1].rstrip()} …"
        last = QFontMetricsF(face).elidedText(cut, Qt.TextElideMode.ElideRight, wide)
        found = [*found[: most - 1], last]
    return found


def _wrapped(text: str, face: QFont, wide: int) -> list[str]:
    layout, lines = QTextLayout(text, face), []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(wide)
        line.setPosition(QPointF(0, 0))
        lines.append(text[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    return lines
