"""A strip of sample images, painted as one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ....spec.training.news import Bytes, Loaded
from ...look.colours import image, packed
from ...look.theme import theme_of

COUNT, GAP_PX, HIGH_PX = 10, 2, 26


def first_of_each(data: Loaded) -> list[int]:
    """Indices of ten training images, of as many classes as there are."""
    labels = data.train.labels
    firsts = np.unique(labels, return_index=True)[1].tolist()
    others = [at for at in range(min(len(labels), COUNT * 4)) if at not in firsts]
    return [int(at) for at in (*firsts, *others)[:COUNT]]


def pixels_of(picture: Bytes) -> QImage:
    """A picture uint8 (C, H, W) as it is seen: grey, or the first three channels as red, green, blue."""
    return image(packed(*(picture[:3] if len(picture) >= 3 else (picture[0],) * 3)))


class SampleStrip(QWidget):
    """Ten images of the data; on hover, which class each is of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sample_strip")
        self.setAccessibleName("Sample images")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HIGH_PX)
        self._data: Loaded | None = None
        self._images: list[QImage] = []
        self._names: list[str] = []

    def show_data(self, data: Loaded | None) -> None:
        """Samples of the data; an empty strip for none."""
        if data is self._data:
            return
        self._data = data
        chosen = first_of_each(data) if data is not None and len(data.train) else []
        self._images, self._names = [], []
        if data is not None:
            self._images = [pixels_of(data.train.images[at]) for at in chosen]
            labels = [int(data.train.labels[at]) for at in chosen]
            self._names = [data.classes[label] if label < len(data.classes) else str(label) for label in labels]
        self.setAccessibleDescription(", ".join(self._names))
        self.update()

    @property
    def names(self) -> list[str]:
        """The classes of the images, from left to right."""
        return self._names

    def sizeHint(self) -> QSize:
        return QSize(COUNT * HIGH_PX, HIGH_PX)

    def _place(self, number: int) -> QRect:
        side = min((self.width() - (COUNT - 1) * GAP_PX) // COUNT, self.height())
        return QRect(number * (self.width() + GAP_PX) // COUNT, (self.height() - side) // 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for number in range(COUNT):
                if number < len(self._images):
                    painter.drawImage(self._place(number), self._images[number])
                else:
                    painter.fillRect(self._place(number), QColor(look.window))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            places = [n for n in range(len(self._names)) if self._place(n).contains(event.pos())]
            QToolTip.showText(event.globalPos(), self._names[places[0]] if places else "", self)
            return True
        return super().event(event)
