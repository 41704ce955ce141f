"""Windows and taps where they belong; numbers only where there is room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from convviz.spec.geometry import LayerGeometry, describe
from convviz.spec.lab.viewport import Viewport
from convviz.spec.network import Conv2d, ConvTranspose2d, Layer, NetworkSpec
from convviz.ui.lab.photo.marks import input_boxes, number, paint_numbers

VIEW = Viewport(0.0, 0.0, 10.0, (200, 200))


def row(layer: Layer) -> LayerGeometry:
    return describe(NetworkSpec("", (1, 20, 20), (layer,)))[0]


def test_a_window() -> None:
    whole, taps = input_boxes(VIEW, row(Conv2d("conv", 1, (3, 3), (2, 2), (1, 1))), (1, 0))
    assert whole == QRectF(-10, 10, 30, 30), "its padding lies beside the photo"
    assert not taps


def test_a_dilated_window_shows_its_taps() -> None:
    dilated = row(Conv2d("conv", 1, (3, 3), dilation=(2, 2)))
    whole, taps = input_boxes(VIEW, dilated, (0, 0))
    assert whole == QRectF(0, 0, 50, 50)
    assert len(taps) == 9
    assert taps[-1] == QRectF(40, 40, 10, 10)
    assert not input_boxes(Viewport(0.0, 0.0, 1.0, (200, 200)), dilated, (0, 0))[1], "too small to be told apart"


def test_a_transposed_window_is_what_meets_it() -> None:
    transposed = row(ConvTranspose2d("conv", 1, (2, 2), (3, 3)))
    assert input_boxes(VIEW, transposed, (3, 3))[0] == QRectF(10, 10, 10, 10)
    assert input_boxes(VIEW, transposed, (2, 3))[0].isEmpty(), "no value lies there"


def painted(cell_px: float) -> bool:
    values = np.full((1, 2, 2), 0.5, np.float32)
    shown = QImage(2, 2, QImage.Format.Format_RGB32)
    shown.fill(QColor("black"))
    canvas = QImage(200, 200, QImage.Format.Format_RGB32)
    canvas.fill(QColor("black"))
    with QPainter(canvas) as painter:
        paint_numbers(painter, QRectF(0, 0, 2 * cell_px, 2 * cell_px), values, shown, 1.0)
    return any(canvas.pixelColor(x, y).lightness() > 100 for x in range(100) for y in range(100))


def test_numbers_need_room(qapp: object) -> None:
    assert painted(40)
    assert not painted(20)


def test_a_number_is_never_empty_where_two_digits_fit() -> None:
    rng = np.random.default_rng(0)
    for value in (rng.normal(size=200) * 10.0 ** rng.integers(-6, 3, 200)).tolist():
        text = number(value, 4, len, zero=False)
        assert text, value
        assert (value < 0) == text.startswith("−")
