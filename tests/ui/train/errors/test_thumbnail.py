"""Thumbnails: every pixel is that of the image."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from convviz.ui.look.theme import DARK
from convviz.ui.train.errors.thumbnail import draw, thumbnail


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_it_shows_the_bytes(channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 256, (channels, 5, 7)).astype(np.uint8)
    picture = thumbnail(values)
    assert (picture.width(), picture.height()) == (7, 5)
    for row in range(5):
        for column in range(7):
            colour = picture.pixelColor(column, row)
            found = (colour.red(), colour.green(), colour.blue())
            pixel = values[:, row, column]
            grey = int(np.rint(pixel.mean()))
            assert found == (tuple(pixel) if channels == 3 else (grey, grey, grey))


def test_it_keeps_its_shape_in_a_square(qtbot: QtBot) -> None:
    canvas = QImage(40, 40, QImage.Format.Format_RGB32)
    canvas.fill(0)
    with QPainter(canvas) as painter:
        draw(painter, thumbnail(np.full((1, 10, 20), 255, np.uint8)), QRectF(0, 0, 40, 40), DARK)
    assert canvas.pixelColor(20, 20).name() == "#ffffff"
    assert canvas.pixelColor(20, 5).name() == "#000000"
    assert canvas.pixelColor(20, 34).name() == "#000000"
    assert canvas.pixelColor(3, 20).name() == "#ffffff"
