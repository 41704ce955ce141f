"""Whose loss it is: the picture, and its right class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ...class_choice import ClassChoice
from ...look.colours import Floats
from ...look.theme import UNIT, theme_of
from .case import sample_image

SIDE_PX, WIDE_PX = 84, 196


class SamplePicture(QWidget):
    """An image in whole pixels where it fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_picture")
        self.setAccessibleName("The sample")
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self._image: QImage | None = None

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """uint8 (C, H, W); None shows nothing."""
        self._image = None if picture is None else sample_image(picture)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.line))
            if self._image is not None:
                ratio = self.devicePixelRatioF()
                room = (SIDE_PX - 2) * ratio
                scale = room / max(self._image.width(), self._image.height())
                scale = float(int(scale)) if scale >= 1 else scale
                wide, high = self._image.width() * scale / ratio, self._image.height() * scale / ratio
                painter.drawImage(QRectF((SIDE_PX - wide) / 2, (SIDE_PX - high) / 2, wide, high), self._image)


class SampleBox(QWidget):
    """The picture, which of how many it is, and its class; what may be chosen depends on where it is from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDE_PX)
        self.picture = SamplePicture()
        self.chooser = ClassChoice("loss_label")
        self.chooser.setAccessibleName("Right class of my digit")
        self.chooser.setToolTip(
            "The class that is taken for right: the one you kept the drawing with, or that is answered"
        )
        self.label, self.position, self.note = QLabel(), QLabel(), QLabel()
        self.label.setProperty("role", "title")
        for part, name in ((self.label, "label"), (self.position, "position"), (self.note, "note")):
            part.setObjectName(f"loss_{name}")
        for part in (self.position, self.note):
            part.setProperty("role", "caption")
        self.note.setWordWrap(True)
        self.previous, self.next = _button("previous", "‹", "Previous"), _button("next", "›", "Next")
        self.open = _button("open", "Open", "Open this")
        self.open.setAccessibleName("Open this image in the Network workspace")
        self.open.setToolTip(self.open.accessibleName())
        self._build()

    def _build(self) -> None:
        turn = QHBoxLayout()
        turn.setSpacing(UNIT)
        for button in (self.previous, self.next):
            turn.addWidget(button)
        turn.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(UNIT)
        for part in (self.label, self.position):
            side.addWidget(part)
        side.addLayout(turn)
        side.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(row)
        column.addWidget(self.chooser)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_sample(self, picture: NDArray[np.uint8] | None, label: str, position: str, note: str) -> None:
        """The image, its class, where it is from, and what is to be known about it."""
        self.picture.show_picture(picture)
        self.picture.setVisible(picture is not None)
        for part, text in ((self.label, label), (self.position, position), (self.note, note)):
            part.setText(text)
            part.setVisible(bool(text))

    def allow(self, *, choose: bool, turn: bool, open_: bool) -> None:
        """What can be done with the sample."""
        self.chooser.setVisible(choose)
        for button in (self.previous, self.next):
            button.setVisible(turn)
        self.open.setVisible(open_)


def as_picture(values: Floats) -> NDArray[np.uint8]:
    """What a network receives, (C, H, W), as an image; colours, which are normalised, are spread over the whole range.

    >>> as_picture(np.array([[[0.0, 1.0]]], np.float32)).tolist()
    [[[0, 255]]]
    """
    low, high = (0.0, 1.0) if len(values) < 3 else (float(values.min(initial=0)), float(values.max(initial=0)))
    with np.errstate(invalid="ignore"):
        share = np.clip(np.nan_to_num((values - low) / max(high - low, 1e-9)), 0, 1)
    pixels: NDArray[np.uint8] = (share * 255 + 0.5).astype(np.uint8)
    return pixels


def _button(name: str, text: str, spoken: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"loss_{name}")
    button.setText(text)
    button.setAccessibleName(f"{spoken} sample")
    button.setToolTip(button.accessibleName())
    button.setProperty("role", "toggle")
    return button
