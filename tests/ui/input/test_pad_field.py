"""The field on the pad lies where the network's pixels lie; the pen is not disturbed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.outbox import PixelGrid
from convviz.spec.footprint import Box, Footprint
from convviz.ui.input.pad import DrawingPad

GRID = PixelGrid(56.0, 28.0, 7.0)  # 28×28 pixels of the network: 5 pixels of a pad of 200 each, from (20, 40) on
SEEN = Footprint((0,), (4, 5, 6), (10, 11), Box(4, 10, 7, 12))


@pytest.fixture
def pad(show: Callable[..., Any]) -> DrawingPad:
    made = DrawingPad()
    made.set_grid(GRID, (28, 28))
    return show(made, 200, 200)  # type: ignore[no-any-return]


def shot(pad: DrawingPad) -> QImage:
    return pad.grab().toImage()


def coloured(image: QImage) -> set[tuple[int, int]]:
    """Pixels that are not grey."""
    found = set()
    for y in range(image.height()):
        for x in range(image.width()):
            colour = QColor(image.pixelColor(x, y))
            if max(colour.red(), colour.green()) - colour.blue() > 40:
                found.add((x, y))
    return found


def test_the_outline_lies_around_the_pixels_that_are_seen(pad: DrawingPad) -> None:
    plain = coloured(shot(pad))
    pad.set_field(SEEN)
    found = coloured(shot(pad)) - plain
    xs, ys = {x for x, _ in found}, {y for _, y in found}
    assert abs(min(xs) - 70) <= 1
    assert abs(max(xs) - 80) <= 1
    assert abs(min(ys) - 60) <= 1
    assert abs(max(ys) - 75) <= 1
    assert (75, 68) not in found, "what is inside stays visible"
    pad.set_field(None)
    assert coloured(shot(pad)) == plain


def test_padding_is_hatched_beside_the_picture(pad: DrawingPad) -> None:
    pad.set_field(Footprint((0,), (0, 1), (0, 1), Box(-4, -2, 2, 2)))
    found = coloured(shot(pad))
    assert any(x < 18 and y < 38 for x, y in found), "beside and above the picture"
    assert not any(x < 9 or y < 19 for x, y in found), "but no farther than it reads"
    assert any(x > 150 and 39 <= y <= 41 for x, y in found), "the picture's edge is dashed"


def test_taps_with_holes_are_filled(pad: DrawingPad) -> None:
    pad.set_field(Footprint((0,), (4, 8), (10, 14), Box(4, 10, 9, 15)))
    found = coloured(shot(pad))
    assert (72, 62) in found
    assert (82, 72) not in found


def test_nobody_knows_where_the_pixels_lie(pad: DrawingPad, qtbot: QtBot) -> None:
    pad.set_field(SEEN)
    pad.set_grid(None, (28, 28))
    assert not coloured(shot(pad))
    heard: list[object] = []
    pad.pixel_hovered.connect(heard.append)
    qtbot.mouseMove(pad, QPoint(72, 62))
    assert heard == []


def test_the_pixel_under_the_mouse_is_told_once(pad: DrawingPad, qtbot: QtBot) -> None:
    heard: list[object] = []
    pad.pixel_hovered.connect(heard.append)
    for point in ((72, 62), (73, 63), (22, 42), (10, 10), (159, 179)):
        qtbot.mouseMove(pad, QPoint(*point))
    assert heard == [(4, 10), (0, 0), None, (27, 27)]
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    assert heard[-1] is None
    assert pad.pixel is None


def test_while_a_stroke_is_drawn_nothing_is_shown_nor_told(pad: DrawingPad, qtbot: QtBot) -> None:
    pad.set_field(SEEN)
    qtbot.mouseMove(pad, QPoint(72, 62))
    heard: list[object] = []
    pad.pixel_hovered.connect(heard.append)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    pad.set_field(Footprint((0,), (4,), (10,), Box(4, 10, 5, 11)))
    assert heard == [None]
    assert not any(x < 100 and y < 100 for x, y in coloured(shot(pad)))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    assert any(x < 100 and y < 100 for x, y in coloured(shot(pad)))
    qtbot.mouseMove(pad, QPoint(73, 62))
    assert heard == [None, (4, 10)]
