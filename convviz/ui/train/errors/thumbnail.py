"""An image of the data as a small picture: ink is white and paper black, as beside the pad; colours are as they are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ....spec.training.news import Bytes
from ...look.colours import image, packed
from ...look.theme import Theme


def thumbnail(values: Bytes) -> QImage:
    """A picture of its own of (C, H, W) bytes: one channel is grey, three are red, green and blue.

    Of any other number of channels it shows the mean.

    >>> picture = thumbnail(np.array([[[0, 128]], [[0, 0]], [[0, 255]]], np.uint8))
    >>> picture.pixelColor(1, 0).name(), picture.width()
    ('#8000ff', 2)
    """
    if len(values) != 3:
        grey = values[0] if len(values) == 1 else np.rint(values.mean(axis=0)).astype(np.uint8)
        return image(packed(grey, grey, grey))
    return image(packed(*values))


def draw(painter: QPainter, picture: QImage, square: QRectF, theme: Theme) -> None:
    """Enlarged or reduced to fit into the middle of a square; its pixels stay visible, and its edge on white cards."""
    scale = min(square.width() / picture.width(), square.height() / picture.height())
    wide, high = picture.width() * scale, picture.height() * scale
    place = QRectF(square.center().x() - wide / 2, square.center().y() - high / 2, wide, high)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    painter.drawImage(place, picture, QRectF(picture.rect()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
