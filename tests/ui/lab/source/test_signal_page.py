"""Signals by name, as a row of the drawing, and drawn: each one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.lab.signals import LONGEST, SIGNALS, row_of_picture, signal
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid
from convviz.spec.photo import Photo
from convviz.spec.preparation import prepare
from convviz.spec.strokes import Canvas
from convviz.ui.lab.source.kinds import FROM_DRAWING, FROM_PICTURE
from convviz.ui.lab.source.signal_page import SignalPage

if TYPE_CHECKING:
    from .conftest import Desk

LEFT, NONE, PLAIN = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(desk: Desk) -> SignalPage:
    desk.show(signal("step", 16))
    return desk.panel.signal


def choose(page: SignalPage, kind: str, qtbot: QtBot) -> None:
    page.kind.setFocus()
    steps = page.kind.findText(kind) - page.kind.currentIndex()
    page.kind.setCurrentIndex(page.kind.findText(kind) - (1 if steps > 0 else -1))
    qtbot.keyClick(page.kind, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


@pytest.mark.parametrize("kind", [kind for kind in SIGNALS if kind != "step"])
def test_another_signal_has_the_same_length(page: SignalPage, desk: Desk, qtbot: QtBot, kind: str) -> None:
    choose(page, kind, qtbot)
    assert desk.source.name == kind
    assert np.array_equal(desk.source.values, signal(kind, 16).values)
    assert desk.chosen[0][1] == f"{kind}, 16 samples"
    assert desk.said == ["chosen"]


def test_the_length_follows_the_mouse_and_is_one_edit(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    box = page.length.boxes[0]
    qtbot.mousePress(box, LEFT, pos=QPoint(40, 10))
    for x in (80, 120, 80):
        qtbot.mouseMove(box, QPoint(x, 10))
    qtbot.mouseRelease(box, LEFT, pos=QPoint(80, 10))
    assert desk.source.name == "step"
    assert np.array_equal(desk.source.values, signal("step", 32).values)
    assert desk.said.count("finished") == 1
    assert desk.said[-1] == "finished"


def test_a_drawn_signal_is_stretched_and_comes_back(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    drawn = Grid(np.array([[[0, 1, 0, -1]]]), "drawn signal")
    desk.show(drawn)
    assert page.kind.currentIndex() == -1
    box = page.length.boxes[0]
    box.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyPress(box, key)
    qtbot.keyRelease(box, Qt.Key.Key_Up)
    assert np.array_equal(desk.source.values, drawn.values), "there and back loses nothing"
    assert desk.source.name == "drawn signal"


def test_a_length_that_cannot_be_is_refused(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    box = page.length.boxes[0]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(box.editor, "0")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert desk.refused == ["a signal cannot have 0 samples; give it 1 to 1,048,576"]
    assert desk.source.values.shape == (1, 1, 16)


def test_rows_of_the_drawing(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    received = prepare(Canvas().ink(desk.state.drawing), desk.state.preparation).result
    choose(page, FROM_DRAWING, qtbot)
    assert desk.source.values.tolist() == [[received[14].tolist()]]
    assert desk.chosen[0][1] == "row 14 of the drawing"
    assert page.row.isVisible()
    assert not page.length.isVisible()
    box = page.row.boxes[0]
    box.setFocus()
    for _ in range(3):
        qtbot.keyPress(box, Qt.Key.Key_Up)
    qtbot.keyRelease(box, Qt.Key.Key_Up)
    assert desk.source.name == "row 17 of the drawing"
    assert desk.values == [[received[17].tolist()]]
    assert desk.said == ["chosen", "previewed", "previewed", "previewed", "finished"]
    at = box.rect().center()
    qtbot.mousePress(box, LEFT, pos=at)
    for right in (30, 90, 900):
        there = QPointF(at + QPoint(right, 0))
        event = QMouseEvent(QEvent.Type.MouseMove, there, box.mapToGlobal(there), NONE, LEFT, PLAIN)
        QApplication.sendEvent(box, event)
    qtbot.mouseRelease(box, LEFT, pos=at)
    assert (desk.source.name, box.value) == ("row 27 of the drawing", 27)
    assert desk.refused == [], "it stops at the end"
    qtbot.keyClick(box, Qt.Key.Key_F2)
    box.editor.selectAll()
    qtbot.keyClicks(box.editor, "28")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert desk.refused == ["the drawing has the rows 0 to 27; there is no row 28"]


def test_rows_of_the_picture_that_was_shown_last(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    choose(page, FROM_PICTURE, qtbot)
    assert desk.source.name.startswith("row "), "without one it is convviz's own"
    pixels = np.random.default_rng(0).integers(0, 256, (8, 30, 3), np.uint8)
    photo = FromPhoto(Photo(pixels, "dog.png"))
    numbers = Grid(np.arange(12).reshape(1, 3, 4))
    for picture, middle, name in ((photo, 4, "dog.png"), (numbers, 1, "typed numbers")):
        desk.show(picture)
        desk.show(FromDrawing())
        desk.show(signal("step", 16))
        choose(page, FROM_PICTURE, qtbot)
        assert desk.source.name == f"row {middle} of {name}"
        assert np.array_equal(desk.source.values, row_of_picture(picture, middle).values)
        assert desk.chosen[-1][1] == desk.source.name
        assert page.kind.currentText() == FROM_PICTURE
        assert page.note.text().startswith(f"Row {middle} of {name}. ")
        box = page.row.boxes[0]
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Up)
        assert desk.source.name == f"row {middle + 1} of {name}"
        assert np.array_equal(desk.source.values, row_of_picture(picture, middle + 1).values)
    qtbot.keyClick(box, Qt.Key.Key_F2)
    box.editor.selectAll()
    qtbot.keyClicks(box.editor, "3")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert desk.refused == ["the picture has the rows 0 to 2; there is no row 3"]
    choose(page, FROM_DRAWING, qtbot)
    assert desk.source.name == "row 14 of the drawing"


def test_a_picture_that_is_wider_than_a_signal_is_refused(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    before = signal("step", 16)
    desk.show(FromPhoto(Photo(np.zeros((2, LONGEST + 1, 1), np.uint8), "wide.png")))
    desk.show(before)
    choose(page, FROM_PICTURE, qtbot)
    assert desk.refused == ["a signal cannot have 1,048,577 samples; give it 1 to 1,048,576"]
    assert desk.source is before
    assert page.kind.currentText() == "step"


def test_drawing_with_the_mouse_is_one_edit(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    strip = page.strip
    a, b = strip.place_of(2, 0.5).toPoint(), strip.place_of(10, -0.5).toPoint()
    qtbot.mousePress(strip, LEFT, pos=a)
    qtbot.mouseMove(strip, b)
    assert desk.source.name == "drawn signal", "while the mouse is down"
    qtbot.mouseRelease(strip, LEFT, pos=b)
    drawn = desk.source.values[0, 0]
    assert drawn[2:11] == pytest.approx(np.linspace(0.5, -0.5, 9), abs=0.05)
    assert drawn[:2].tolist() == [0, 0]
    assert drawn[11:].tolist() == [1] * 5
    assert desk.said.count("finished") == 1
    assert desk.previewed[-1][1] == "drawn signal, 16 samples"


def test_an_undo_while_it_is_drawn_ends_the_drawing(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    strip, before = page.strip, desk.source
    qtbot.mousePress(strip, LEFT, pos=strip.place_of(2, 0.5).toPoint())
    desk.show(before)
    count = len(desk.said)
    qtbot.mouseMove(strip, strip.place_of(9, 0.5).toPoint())
    qtbot.mouseRelease(strip, LEFT, pos=strip.place_of(9, 0.5).toPoint())
    assert len(desk.said) == count
    assert desk.source is before


def test_a_million_samples(page: SignalPage, desk: Desk, qtbot: QtBot) -> None:
    desk.show(signal("noise", 2**20))
    page.strip.grab()
    qtbot.mouseClick(page.strip, LEFT, pos=QPoint(50, 10))
    changed = desk.source.values != signal("noise", 2**20).values
    assert 1000 < changed.sum() < 20_000, "all samples under the pixel"
