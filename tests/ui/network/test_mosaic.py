"""What a mosaic paints at chosen pixels, and which unit the mouse means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.look import theme
from convviz.ui.look.colours import table
from convviz.ui.network.mosaic import Mosaic
from convviz.ui.network.mosaic_layout import MosaicLayout

Pixel = Callable[[QWidget, QPoint], QColor]
LAYOUT = MosaicLayout(4, 3, 2, 2, (18, 12), 3)  # 4 maps of 3×2 values, 6 pixels a value
VALUES = np.linspace(-1, 1, 24).astype(np.float32).reshape(4, 3, 2)


@pytest.fixture
def mosaic(show: Callable[..., Any]) -> Mosaic:
    made = Mosaic()
    made.set_layout(LAYOUT, 1.0)
    made.set_values(VALUES)
    return show(made)  # type: ignore[no-any-return]


def colour_of(value: float, extreme: float, look: theme.Theme = theme.DARK) -> str:
    return QColor.fromRgb(int(table(look)[round(value / extreme * 127) + 128])).name()


def test_every_value_has_its_colour(mosaic: Mosaic) -> None:
    shot = mosaic.grab().toImage()
    for index in np.ndindex(VALUES.shape):
        at = mosaic.unit_center(index)
        assert shot.pixelColor(at).name() == colour_of(float(VALUES[index]), 1.0), index


def test_gaps_are_card(mosaic: Mosaic, pixel: Pixel) -> None:
    assert pixel(mosaic, QPoint(13, 5)).name() == theme.DARK.card
    assert pixel(mosaic, QPoint(5, 19)).name() == theme.DARK.card


def test_zero_is_card_and_nan_stands_out(mosaic: Mosaic, pixel: Pixel) -> None:
    values = np.zeros_like(VALUES)
    values[0, 0, 0], values[1, 2, 1], values[2, 0, 0] = np.nan, np.inf, -np.inf
    mosaic.set_values(values)
    assert pixel(mosaic, mosaic.unit_center((0, 0, 0))).name() == theme.DARK.not_a_number
    assert pixel(mosaic, mosaic.unit_center((3, 1, 1))).name() == theme.DARK.card


@pytest.mark.parametrize("per_map", [False, True])
def test_range_of_the_layer_or_of_each_map(mosaic: Mosaic, pixel: Pixel, per_map: bool) -> None:
    mosaic.set_per_map(per_map)
    index = (1, 2, 1)  # the strongest of its own map
    extreme = float(np.abs(VALUES[1]).max()) if per_map else 1.0
    assert pixel(mosaic, mosaic.unit_center(index)).name() == colour_of(float(VALUES[index]), extreme)


def test_a_given_extreme(mosaic: Mosaic, pixel: Pixel) -> None:
    mosaic.set_values(VALUES, 2.0)
    assert pixel(mosaic, mosaic.unit_center((3, 2, 1))).name() == colour_of(1.0, 2.0)


def test_another_theme_repaints(mosaic: Mosaic, pixel: Pixel, qapp: QApplication) -> None:
    theme.apply(qapp, theme.LIGHT)
    assert pixel(mosaic, QPoint(13, 5)).name() == theme.LIGHT.card
    assert pixel(mosaic, mosaic.unit_center((3, 2, 1))).name() == theme.LIGHT.positive


def test_values_of_another_shape_paint_nothing_until_the_layout_follows(mosaic: Mosaic, pixel: Pixel) -> None:
    mosaic.set_values(np.ones((5, 3, 2), np.float32))
    mosaic.grab()
    mosaic.set_layout(MosaicLayout(5, 3, 2, 5, (18, 12), 3), 1.0)
    assert pixel(mosaic, mosaic.unit_center((4, 0, 0))).name() == theme.DARK.positive


def test_hover_tells_each_unit_once(mosaic: Mosaic, qtbot: QtBot) -> None:
    heard: list[object] = []
    mosaic.unit_hovered.connect(heard.append)
    for index in [(0, 0, 0), (0, 0, 0), (3, 2, 1), (1, 1, 0)]:
        qtbot.mouseMove(mosaic, mosaic.unit_center(index))
    assert heard == [(0, 0, 0), (3, 2, 1), (1, 1, 0)]
    QApplication.sendEvent(mosaic, QEvent(QEvent.Type.Leave))
    assert heard[-1] is None
    assert mosaic.hovered is None


def test_click_means_the_unit_under_it(mosaic: Mosaic, qtbot: QtBot) -> None:
    heard: list[object] = []
    mosaic.unit_clicked.connect(heard.append)
    indices = list(np.ndindex(VALUES.shape))
    for index in indices:
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.unit_center(index))
    assert heard == indices
    qtbot.mouseClick(mosaic, Qt.MouseButton.RightButton, pos=mosaic.unit_center((0, 0, 0)))
    assert len(heard) == len(indices)


def test_a_gap_belongs_to_the_map_before_it(mosaic: Mosaic, qtbot: QtBot) -> None:
    """A click between two maps, which are a pixel apart, must not do nothing."""
    heard: list[object] = []
    mosaic.unit_clicked.connect(heard.append)
    beside = mosaic.unit_center((0, 1, 1))
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=QPoint(13, beside.y()))
    assert heard == [(0, 1, 1)]


@pytest.mark.parametrize("ratio", [1.25, 1.5, 2.0])
def test_clicks_at_other_ratios(show: Callable[..., Any], qtbot: QtBot, ratio: float) -> None:
    mosaic = show(Mosaic())
    mosaic.set_layout(MosaicLayout(4, 3, 2, 2, (27, 18), 2), ratio)
    mosaic.set_values(VALUES)
    heard: list[object] = []
    mosaic.unit_clicked.connect(heard.append)
    indices = list(np.ndindex(VALUES.shape))
    for index in indices:
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.unit_center(index))
    assert heard == indices
    assert mosaic.width() == round(38 / ratio)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_the_unit_is_the_one_whose_pixel_is_under_the_mouse(show: Callable[..., Any], ratio: float) -> None:
    layout = MosaicLayout(4, 3, 2, 2, (6, 4), 1)
    mosaic = show(Mosaic())
    mosaic.set_layout(layout, ratio)
    mosaic.set_values(VALUES)
    for y in range(layout.size[0]):
        for x in range(layout.size[1]):
            place = QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)  # the middle of a device pixel
            none = Qt.MouseButton.NoButton
            event = QMouseEvent(
                QEvent.Type.MouseMove, place, mosaic.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(mosaic, event)
            assert mosaic.hovered == layout.unit_at(x, y)


def test_flat_layers_have_one_number_as_index(show: Callable[..., Any], qtbot: QtBot) -> None:
    mosaic = show(Mosaic())
    mosaic.set_layout(MosaicLayout(7, 1, 1, 4, (8, 8), 1), 1.0)
    mosaic.set_values(np.arange(7, dtype=np.float32))
    heard: list[object] = []
    mosaic.unit_clicked.connect(heard.append)
    for unit in range(7):
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.unit_center((unit,)))
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))  # the empty eighth place
    assert heard == [(unit,) for unit in range(7)]


def test_the_selected_unit_is_framed(mosaic: Mosaic) -> None:
    before = mosaic.grab().toImage()
    mosaic.set_selected((1, 1, 1))
    after = mosaic.grab().toImage()
    x, y, width, height = LAYOUT.unit_rect(1, 1, 1)
    frame = [(px, y - 1) for px in range(x, x + width)] + [(x - 1, py) for py in range(y, y + height)]
    assert all(after.pixelColor(*p).name() == theme.DARK.accent for p in frame)
    inside = mosaic.unit_center((1, 1, 1))
    assert after.pixelColor(inside) == before.pixelColor(inside), "the frame hides the value"
    mosaic.set_selected(None)
    assert mosaic.grab().toImage() == before


def test_selection_stays_while_values_change(mosaic: Mosaic, pixel: Pixel) -> None:
    mosaic.set_selected((0, 1, 1))
    mosaic.set_values(-VALUES)
    x, y, _, _ = LAYOUT.unit_rect(0, 1, 1)
    assert pixel(mosaic, QPoint(x - 1, y)).name() == theme.DARK.accent


def test_numbers_are_written_where_there_is_room(show: Callable[..., Any]) -> None:
    for cell, written in ((30, True), (10, False)):
        mosaic = show(Mosaic())
        mosaic.set_layout(MosaicLayout(1, 2, 2, 1, (2 * cell, 2 * cell), 0), 1.0)
        mosaic.set_values(np.zeros((1, 2, 2), np.float32))
        plain = mosaic.grab().toImage()
        mosaic.set_numbers(True)
        assert (mosaic.grab().toImage() != plain) == written
        mosaic.hide()


def test_before_anything_is_known_it_paints_and_answers_nothing(show: Callable[..., Any], qtbot: QtBot) -> None:
    mosaic = show(Mosaic(), 40, 40)
    mosaic.unit_clicked.connect(lambda index: pytest.fail(f"clicked {index}"))
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton)
    mosaic.grab()


def test_marks_and_unused_lines_are_painted_and_taken_away(mosaic: Mosaic, pixel: Pixel) -> None:
    plain = mosaic.grab().toImage()
    x, y, width, _ = LAYOUT.map_rect(2)
    mosaic.set_marks(frozenset(), frozenset({2}))
    assert pixel(mosaic, QPoint(x + width - 1, y)).name() == theme.DARK.accent
    mosaic.set_marks(frozenset({0}), frozenset())
    assert pixel(mosaic, QPoint(x + width - 1, y)) == plain.pixelColor(x + width - 1, y)
    assert mosaic.grab().toImage() != plain
    mosaic.set_marks(frozenset(), frozenset())
    assert mosaic.grab().toImage() == plain
    mosaic.set_unused((2,), ())
    hatched = mosaic.grab().toImage()
    for channel in range(4):
        at, free = mosaic.unit_center((channel, 2, 0)), mosaic.unit_center((channel, 1, 0))
        assert hatched.pixelColor(free) == plain.pixelColor(free)
        near = [QPoint(at.x() + dx, at.y() + dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
        assert any(hatched.pixelColor(p) != plain.pixelColor(p) for p in near)
    mosaic.set_unused((), ())
    assert mosaic.grab().toImage() == plain


def test_marks_stay_while_values_change_and_the_selection_lies_above_them(mosaic: Mosaic, pixel: Pixel) -> None:
    mosaic.set_marks(frozenset(), frozenset({1}))
    mosaic.set_values(-VALUES)
    x, y, width, _ = LAYOUT.map_rect(1)
    assert pixel(mosaic, QPoint(x + width - 1, y)).name() == theme.DARK.accent
    mosaic.set_selected((1, 1, 1))
    left, top, _, _ = LAYOUT.unit_rect(1, 1, 1)
    assert pixel(mosaic, QPoint(left - 1, top + 2)).name() == theme.DARK.accent


def test_the_same_marks_again_repaint_nothing(mosaic: Mosaic, qtbot: QtBot) -> None:
    painted: list[int] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            painted.extend([1] if event.type() == QEvent.Type.Paint else [])
            return False

    watch = Watch()
    mosaic.installEventFilter(watch)
    for times in (1, 1, 2):
        mosaic.set_marks(frozenset({times}), frozenset())
        mosaic.set_unused((times,), ())
        qtbot.wait(5)
        assert len(painted) == times
    mosaic.removeEventFilter(watch)


def test_maps_that_become_fewer_leave_no_frame_behind(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_unused((2,), (1,))
    mosaic.set_marks(frozenset({3}), frozenset({3}))
    mosaic.set_selected((3, 2, 1))
    qtbot.mouseMove(mosaic, mosaic.unit_center((3, 2, 1)))
    mosaic.set_layout(MosaicLayout(1, 2, 2, 1, (12, 12), 3), 1.0)
    mosaic.set_values(VALUES[:1, :2])
    mosaic.set_selected(None)
    mosaic.set_unused((), ())
    for index in np.ndindex(1, 2, 2):
        assert mosaic.grab().toImage().pixelColor(mosaic.unit_center(index)).name() == colour_of(
            float(VALUES[index]), float(np.abs(VALUES[:1, :2]).max())
        )
