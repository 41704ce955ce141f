"""The enlarged input: pixels under the mouse, dragging, keys, and what is painted where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.presets import lecture
from convviz.ui.field.input_picture import InputPicture
from convviz.ui.field.outline import outline
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def picture(show: Callable[..., Any]) -> InputPicture:
    shown: InputPicture = show(InputPicture("picture", "The input", 232, draggable=True), 240, 232)
    values = np.zeros((1, 28, 28), np.float32)
    values[0, 3, 4] = 1.0
    shown.show_picture(values)
    return shown


def at(picture: InputPicture, row: int, column: int) -> QPoint:
    return picture.center_of((row, column)).toPoint()


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def test_pixels_are_where_the_layout_says(picture: InputPicture, pixel: Callable[..., QColor]) -> None:
    assert pixel(picture, at(picture, 3, 4)).name() == "#ffffff"
    assert pixel(picture, at(picture, 3, 5)).name() == "#000000"


def test_a_click_selects_the_pixel(picture: InputPicture, qtbot: QtBot) -> None:
    clicked, dragged = told(picture.pixel_clicked), told(picture.pixel_dragged)
    qtbot.mouseClick(picture, LEFT, pos=at(picture, 7, 9))
    assert clicked == [(7, 9)]
    assert dragged == []


def test_a_drag_follows_the_mouse_and_ends_with_the_button(picture: InputPicture, qtbot: QtBot) -> None:
    clicked, dragged = told(picture.pixel_clicked), told(picture.pixel_dragged)
    qtbot.mousePress(picture, LEFT, pos=at(picture, 7, 9))
    for column in (10, 11, 40):
        drag(picture, at(picture, 7, min(column, 27)))
    qtbot.mouseRelease(picture, LEFT, pos=at(picture, 7, 27))
    assert dragged == [(7, 10), (7, 11), (7, 27), None]
    assert clicked == []


def test_a_release_that_was_lost_ends_the_drag(picture: InputPicture, qtbot: QtBot) -> None:
    dragged = told(picture.pixel_dragged)
    qtbot.mousePress(picture, LEFT, pos=at(picture, 7, 9))
    drag(picture, at(picture, 7, 12))
    drag(picture, at(picture, 2, 2), Qt.MouseButton.NoButton)
    assert dragged == [(7, 12), None]


def test_hiding_ends_the_drag(picture: InputPicture, qtbot: QtBot) -> None:
    dragged = told(picture.pixel_dragged)
    qtbot.mousePress(picture, LEFT, pos=at(picture, 7, 9))
    drag(picture, at(picture, 7, 12))
    picture.hide()
    assert dragged[-1] is None


def test_keys_walk_select_and_drag(picture: InputPicture, qtbot: QtBot) -> None:
    hovered, clicked, dragged = (told(s) for s in (picture.pixel_hovered, picture.pixel_clicked, picture.pixel_dragged))
    picture.set_selected((0, 27))
    picture.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(picture, key)
    assert hovered[:2] == [(0, 27), (0, 26)]
    assert clicked == [(0, 26)]
    assert dragged == [(0, 26), (1, 26), None]


def test_the_field_has_a_box_taps_and_padding(picture: InputPicture, pixel: Callable[..., QColor]) -> None:
    network = NetworkSpec("one", (1, 28, 28), (Conv2d("c", 1, (3, 3), padding=(4, 4), dilation=(4, 4)),))
    picture.show_outline(outline(network, "c", (0, 0, 0)))
    layout = picture.placement
    assert layout.margins == (4, 4, 4, 4)
    tap, hole = pixel(picture, at(picture, 4, 4)), pixel(picture, at(picture, 2, 2))
    assert tap.lightness() > 60
    assert hole.name() == "#000000"
    box = layout.rect(-4, -4, 5, 5)
    assert pixel(picture, QPoint(round(box.right()), round(box.center().y() + 8))).name() == theme.DARK.field
    outside = layout.rect(29, 29, 31, 31).center().toPoint()
    assert pixel(picture, outside).name() != "#000000", "padding is no picture"


def test_what_is_late_is_dimmed_and_says_why(picture: InputPicture, pixel: Callable[..., QColor]) -> None:
    picture.set_dimmed(True, "computing…")
    assert pixel(picture, at(picture, 3, 4)).lightness() < 110
    picture.set_dimmed(False)
    assert pixel(picture, at(picture, 3, 4)).name() == "#ffffff"


def test_the_theme_reaches_it(picture: InputPicture, pixel: Callable[..., QColor]) -> None:
    theme.apply(app(), theme.LIGHT)
    assert pixel(picture, QPoint(1, 1)).name() == theme.LIGHT.card
    assert pixel(picture, at(picture, 3, 4)).name() == "#ffffff", "paper is black and ink white in both"


def test_another_size_of_input_forgets_the_field(picture: InputPicture) -> None:
    picture.show_outline(outline(lecture(), "conv2", (0, 0, 0)))
    picture.show_picture(np.zeros((3, 40, 20), np.float32))
    assert picture.shown_outline is None
    picture.show_picture(np.zeros((3, 40, 20), np.float32), np.full((40, 20), np.nan, np.float32))
    assert picture.grab().width() > 0


def test_nothing_new_repaints_nothing(picture: InputPicture, qtbot: QtBot) -> None:
    painted: list[int] = []
    shown = outline(lecture(), "conv2", (0, 0, 0))
    picture.show_outline(shown)
    QApplication.processEvents()
    counter = Counter(picture, painted)
    picture.installEventFilter(counter)
    picture.show_outline(replace(shown))
    picture.show_picture(picture.picture, picture.heat)
    picture.set_dimmed(False)
    QApplication.processEvents()
    assert painted == []


class Counter(QWidget):
    """Counts paints."""

    def __init__(self, parent: QWidget, painted: list[int]) -> None:
        super().__init__()
        self._painted = painted

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if event.type() == event.Type.Paint:
            self._painted.append(1)
        return False


def app() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


def drag(widget: QWidget, to: QPoint, buttons: Qt.MouseButton = LEFT) -> None:
    """A move with the left button down, or with none."""
    place = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        widget.mapToGlobal(place),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
