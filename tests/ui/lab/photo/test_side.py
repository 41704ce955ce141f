"""One of both pictures: its colours are made once, and again when they are others."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from convviz.spec.lab.viewport import Lattice, Viewport
from convviz.ui.lab.photo.sampler import Sampled
from convviz.ui.lab.photo.side import Side
from convviz.ui.look.colours import Floats, grey_image


@pytest.fixture
def canvas(qapp: QApplication) -> QImage:
    made = QImage(40, 40, QImage.Format.Format_RGB32)
    made.fill(0)
    return made


def sampled(values: Floats, coarse: int = 1) -> Sampled:
    view = Viewport(0.0, 0.0, 10.0, (40, 40))
    rows, columns = (view.samples(axis, Lattice(0.0, 1.0, 4), coarse) for axis in (0, 1))
    return Sampled(values, rows, columns, coarse)


def paint(side: Side, canvas: QImage) -> bool:
    with QPainter(canvas) as painter:
        return side.paint(painter, 1.0)


def test_colours_are_made_when_they_are_needed_and_kept(canvas: QImage) -> None:
    made: list[Floats] = []

    def coloured(values: Floats) -> QImage:
        made.append(values)
        return grey_image(values[0])

    side, values = Side(coloured), np.linspace(0, 1, 16, dtype=np.float32).reshape(1, 4, 4)
    assert not paint(side, canvas)
    assert side.coarse == 1
    side.show_sampled(sampled(values, 2))
    assert side.coarse == 2
    assert not made
    for _ in range(2):
        assert paint(side, canvas)
        assert len(made) == 1
    side.recolour()
    assert paint(side, canvas)
    assert len(made) == 2
    side.show_sampled(sampled(1 - values))
    assert paint(side, canvas)
    assert made[-1][0, 0, 0] == 1
    assert [canvas.pixelColor(x, 5).red() for x in (5, 35)] == [255, 204]
    side.show_sampled(None)
    assert not paint(side, canvas)


def test_nothing_is_painted_of_no_values(canvas: QImage) -> None:
    side = Side(lambda values: grey_image(values[0]))
    side.show_sampled(sampled(np.zeros((1, 0, 4), np.float32)))
    assert not paint(side, canvas)
