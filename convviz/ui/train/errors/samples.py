"""Test images as a mosaic of thumbnails: what each shows, what it was read as, and with how much confidence."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.training.news import Indices, Judged, Samples
from ...arrows import ARROWS
from ...look.numbers import percent
from ...look.theme import CAPTION_PX, font, theme_of
from ..pointed import Pointed
from .thumbnail import draw, thumbnail
from .words import Names, name_of, of_sample

SIDE_PX, LINE_PX, GAP_PX = 56, 14, 10  # of a thumbnail; of a line of text below it; between two
WIDEST_PX = 124  # of a tile, for long names
KEPT = 1000  # thumbnails in memory
NOBODY = np.zeros(0, np.int64)


class SampleGrid(Pointed):
    """Paints only what can be seen, so that it may hold every image. Arrow keys walk, Return opens."""

    sample_hovered = Signal(object)  # its place in the mosaic, or None
    sample_clicked = Signal(object)  # index among the test images

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_samples")
        self.setAccessibleName("Test images, the most confident first")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._samples: Samples | None = None
        self._judged: Judged | None = None
        self._names: Names = ()
        self._indices: Indices = NOBODY
        self._hovered: int | None = None
        self._pictures: dict[int, QImage] = {}
        self._wide = SIDE_PX

    # --- what to show -----------------------------------------------------------------------------------------

    def show_samples(self, indices: Indices, samples: Samples, judged: Judged, names: Names) -> None:
        """The test images with these numbers (n,), in this order."""
        if samples is not self._samples:
            self._pictures.clear()
        self._indices, self._samples, self._judged, self._names = indices, samples, judged, names
        if self._hovered is not None and self._hovered >= len(indices):
            self._hovered = None
        metrics = QFontMetrics(font(CAPTION_PX))
        widest = max((metrics.horizontalAdvance(name_of(names, i)) for i in range(len(names))), default=8)
        self._wide = min(max(SIDE_PX, 2 * widest + metrics.horizontalAdvance(" → ")), WIDEST_PX)
        self._arrange()

    @property
    def indices(self) -> Indices:
        return self._indices

    @property
    def hovered(self) -> int | None:
        """The place in the mosaic that is under the mouse or the keys."""
        return self._hovered

    @property
    def columns(self) -> int:
        """Tiles side by side."""
        return max((self.width() + GAP_PX) // (self._wide + GAP_PX), 1)

    @property
    def words(self) -> str:
        """Of the image under the mouse."""
        if self._hovered is None or self._samples is None or self._judged is None:
            return ""
        index = int(self._indices[self._hovered])
        return of_sample(self._judged, self._names, index, int(self._samples.labels[index]))

    def tile(self, place: int) -> QRect:
        """Where a tile lies, its text included."""
        row, column = divmod(place, self.columns)
        return QRect(column * (self._wide + GAP_PX), row * (self._high + GAP_PX), self._wide, self._high)

    @property
    def pitch_px(self) -> int:
        """From one row to the next."""
        return self._high + GAP_PX

    @property
    def _high(self) -> int:
        return SIDE_PX + 2 * LINE_PX

    def _arrange(self) -> None:
        rows = -(-len(self._indices) // self.columns)
        self.setFixedHeight(max(rows * (self._high + GAP_PX) - GAP_PX, 1))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._arrange()

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, pitch = theme_of(self), self._high + GAP_PX
        first = event.rect().top() // pitch * self.columns
        last = min((event.rect().bottom() // pitch + 1) * self.columns, len(self._indices))
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            for place in range(first, last):
                self._paint_tile(painter, place)
            if self.hasFocus() and self._hovered is None:
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawRect(self.visibleRegion().boundingRect().adjusted(0, 0, -1, -1))

    def _paint_tile(self, painter: QPainter, place: int) -> None:
        assert self._judged is not None
        assert self._samples is not None
        theme, rect, index = theme_of(self), self.tile(place), int(self._indices[place])
        square = QRectF(rect.x() + (rect.width() - SIDE_PX) / 2, rect.y(), SIDE_PX, SIDE_PX)
        painter.fillRect(square, Qt.GlobalColor.black)
        draw(painter, self._picture(index), square, theme)
        if place == self._hovered:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(square.adjusted(1, 1, -1, -1))
        truth, predicted = int(self._samples.labels[index]), int(self._judged.predicted[index])
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(theme.text if truth == predicted else theme.warning))
        line = QRect(rect.x(), rect.y() + SIDE_PX + 1, rect.width(), LINE_PX)
        text = f"{name_of(self._names, truth)} → {name_of(self._names, predicted)}"
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, elided)
        painter.setPen(QColor(theme.dim))
        confidence = percent(float(self._judged.confidence[index]))
        painter.drawText(line.translated(0, LINE_PX - 1), Qt.AlignmentFlag.AlignCenter, confidence)

    def _picture(self, index: int) -> QImage:
        if index not in self._pictures:
            assert self._samples is not None
            if len(self._pictures) >= KEPT:
                self._pictures.clear()
            self._pictures[index] = thumbnail(self._samples.images[index])
        return self._pictures[index]

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.sample_clicked.emit(int(self._indices[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self._indices)
        if key in ARROWS and count:
            down, right = ARROWS[key]
            step = down * self.columns + right
            at = 0 if self._hovered is None else self._hovered + step
            self._hover(at if 0 <= at < count else self._hovered)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hovered is not None:
            self.sample_clicked.emit(int(self._indices[self._hovered]))
        else:
            super().keyPressEvent(event)

    def _place_at(self, point: QPointF) -> int | None:
        column, row = int(point.x()) // (self._wide + GAP_PX), int(point.y()) // (self._high + GAP_PX)
        place = row * self.columns + column
        inside = 0 <= column < self.columns and 0 <= place < len(self._indices)
        return place if inside and self.tile(place).contains(point.toPoint()) else None

    def _hover(self, place: int | None) -> None:
        if place != self._hovered:
            for changed in (self._hovered, place):
                if changed is not None:
                    self.update(self.tile(changed))
            self._hovered = place
            self.setAccessibleDescription(self.words)
            self.sample_hovered.emit(place)

    def tip_place(self) -> QPoint:
        """Where to write of the image under the mouse: below it."""
        tile = self.tile(self._hovered or 0)
        return QPoint(tile.center().x(), tile.bottom() - LINE_PX)
