"""A widget as a figure: what stands on a page, below a title."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from ....spec.weights import write_atomically
from ...look.theme import Theme
from .figure import RATIO, drawn, encoded, figure_ending
from .page import MARGIN_PX, TITLE_PX, write_title


class Snapshot:
    """Taken when it is made: the widget may change while the user is asked for a place."""

    def __init__(self, widget: QWidget, title: str, theme: Theme) -> None:
        self._widget, self._title, self._theme = widget, title, theme
        self.size = QSize(widget.width() + 2 * MARGIN_PX, widget.height() + 2 * MARGIN_PX + TITLE_PX)
        self._files = {".svg": drawn(self.size, title, self._paint), ".png": encoded(self._picture())}

    def _picture(self) -> QImage:
        picture = QImage(self.size * RATIO, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(RATIO)
        with QPainter(picture) as painter:
            self._paint(painter)
        return picture

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), QColor(self._theme.card))
        write_title(painter, QRectF(MARGIN_PX, MARGIN_PX, self._widget.width(), TITLE_PX), self._title, self._theme)
        self._widget.render(
            painter, QPoint(MARGIN_PX, MARGIN_PX + TITLE_PX), renderFlags=QWidget.RenderFlag.DrawChildren
        )

    def save(self, path: Path) -> None:
        """Writes a PNG, with twice as many pixels, or an SVG; all of it or nothing.

        Raises:
            InputError: the name ends otherwise, or the file cannot be written.
        """
        write_atomically(path, self._files[figure_ending(path)])
