"""What is on the stage, probed at chosen places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from convviz.spec.lab.trial import Trial
from convviz.spec.network import Conv2d
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.stage.cells import filled_boxes
from convviz.ui.lab.stage.images import pictures
from convviz.ui.lab.stage.layout import Block
from convviz.ui.lab.stage.paint import layout_of, paint_stage
from convviz.ui.look.colours import table
from convviz.ui.look.theme import DARK, LIGHT, Theme

from .conftest import LAYERS

SIZE = 690, 420
LARGE = (1, 40, 40)  # cells too small for numbers
CONV = Conv2d("conv", 1, (3, 3))


def painted(scene: Scene, theme: Theme = DARK) -> QImage:
    shown = QImage(*SIZE, QImage.Format.Format_RGB32)
    shown.fill(0)
    with QPainter(shown) as painter:
        paint_stage(painter, QRectF(0, 0, *SIZE), scene, theme)
    return shown


def colour(shown: QImage, at: QPointF) -> str:
    return shown.pixelColor(at.toPoint()).name()


def inside(block: Block, n: int, row: int, column: int) -> QPointF:
    """Off the grid's lines, in a cell that has no number."""
    rect = block.cell(n, row, column)
    return rect.topLeft() + QPointF(1.5, 1.5)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_value_has_its_colour(trial: Callable[..., Trial], theme: Theme) -> None:
    made = trial(CONV, LARGE)
    scene = Scene(made, made.positions)
    shown, placed = painted(scene, theme), layout_of(*SIZE, scene)
    for block, values in ((placed.input, made.values), (placed.output, made.output)):
        colours = table(theme)[pictures(values, theme).colours]
        for row, column in [(0, 0), (3, 17), (block.rows - 1, block.columns - 1)]:
            expected = QColor.fromRgb(int(colours[0, row, column])).name()
            assert colour(shown, inside(block, 0, row, column)) == expected


def test_what_is_not_computed_is_empty(trial: Callable[..., Trial]) -> None:
    made = trial(CONV, LARGE)
    complete = painted(Scene(made, made.positions))
    scene = Scene(made, 38 * 4 + 5)
    shown, output = painted(scene), layout_of(*SIZE, scene).output
    for row, column in [(4, 6), (5, 0), (37, 37)]:
        assert colour(shown, inside(output, 0, row, column)) == DARK.window
    for row, column in [(0, 37), (4, 2), (3, 37)]:
        assert colour(shown, inside(output, 0, row, column)) == colour(complete, inside(output, 0, row, column))


def test_the_window_stands_where_the_last_output_was(trial: Callable[..., Trial]) -> None:
    made = trial(CONV, LARGE)
    scene = Scene(made, 38 * 4 + 5)
    shown, placed = painted(scene), layout_of(*SIZE, scene)
    window = placed.input.cells(0, 4, 4, 7, 7)
    assert colour(shown, QPointF(window.left() - 1, window.center().y())) == DARK.field
    assert colour(shown, QPointF(window.right() - 1, window.center().y())) == DARK.field
    at = placed.output.cell(0, 4, 4)
    rim = {colour(shown, QPointF(at.left() - off, at.center().y())) for off in (1, 2)}
    assert DARK.field in rim


def test_dilated_taps_are_lit_apart(trial: Callable[..., Trial]) -> None:
    made = trial(replace(CONV, dilation=(3, 3)), LARGE)
    scene = Scene(made, made.positions, Pointer("output", (0, 5, 5)))
    shown, plain = painted(scene), painted(Scene(made, made.positions))
    placed = layout_of(*SIZE, scene)

    def lit(row: int, column: int) -> bool:
        middle = inside(placed.input, 0, row, column) + QPointF(1, 1)
        return colour(shown, middle) != colour(plain, middle)

    assert lit(5, 5)
    assert lit(8, 11)
    assert not lit(6, 6)
    assert not lit(5, 7)


def test_pointing_leaves_the_rest_as_it_is(trial: Callable[..., Trial]) -> None:
    made = trial(CONV, LARGE)
    scene = Scene(made, made.positions, Pointer("input", (0, 20, 20)))
    shown, plain, placed = painted(scene), painted(Scene(made, made.positions)), layout_of(*SIZE, scene)
    lit = placed.output.cells(0, 18, 18, 21, 21).center()
    assert colour(shown, lit) != colour(plain, lit)
    for row, column in [(17, 19), (21, 21), (0, 0)]:
        at = inside(placed.output, 0, row, column)
        assert colour(shown, at) == colour(plain, at)


@pytest.mark.parametrize("symbol", ["H", "W", "p", "q", "d", "e", "h", "w", "s", "t", "o", "u", "out", "out_w"])
@pytest.mark.parametrize("name", ["padded", "transposed", "largest", "relu"])
def test_symbols_light_something_that_there_is(trial: Callable[..., Trial], name: str, symbol: str) -> None:
    made = trial(name)
    shown = painted(Scene(made, made.positions, symbol=symbol))
    without = {"relu": set("pqdehwstou"), "largest": {"o", "u"}, "padded": {"o", "u"}}.get(name, set())
    assert (shown == painted(Scene(made, made.positions))) == (symbol in without)


def test_negative_values_are_grey_for_relu(trial: Callable[..., Trial]) -> None:
    made = trial(LAYERS["relu"], LARGE)
    scene = Scene(made, made.positions)
    shown, block = painted(scene), layout_of(*SIZE, scene).input
    least = np.unravel_index(int(made.values.argmin()), made.values.shape)
    seen = QColor(colour(shown, inside(block, *(int(n) for n in least))))
    assert seen.saturation() < 60
    most = np.unravel_index(int(made.values.argmax()), made.values.shape)
    assert QColor(colour(shown, inside(block, *(int(n) for n in most)))).saturation() > 150


@pytest.mark.parametrize("name", LAYERS)
def test_every_operation_and_every_pointer_is_painted(trial: Callable[..., Trial], name: str) -> None:
    made = trial(name)
    for pointer in (
        None,
        Pointer("output", (0, 0, 0)),
        Pointer("input", (1, 2, 2)),
        Pointer("input", (0, -1, -1)),
        Pointer("kernel", (0, 0, 1, 1)),
        Pointer("output", (99, 99, 99)),
    ):
        for filled in (0, 1, 3, made.positions):
            for theme in (DARK, LIGHT):
                painted(Scene(made, filled, pointer, channel=99), theme)


def test_not_finite_values_are_painted(trial: Callable[..., Trial]) -> None:
    made = trial("plain")
    values = made.values.copy()
    values[0, 0, :3] = np.nan, np.inf, -np.inf
    assert not painted(Scene(replace(made, values=values), 5)).isNull()


def test_a_vector_graphic_has_cells_not_pixels(trial: Callable[..., Trial]) -> None:
    made = trial("padded")
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(*SIZE))
    with QPainter(generator) as painter:
        paint_stage(painter, QRectF(0, 0, *SIZE), Scene(made, made.positions), DARK)
    text = bytes(buffer.data().data()).decode()
    assert "<image" not in text.replace("pattern", "")
    assert text.count("<rect") + text.count("<path") > made.values.size + made.output.size


def test_reading_order() -> None:
    assert filled_boxes(5, 0) == []
    assert filled_boxes(5, 3) == [(0, 0, 1, 3)]
    assert filled_boxes(5, 10) == [(0, 0, 2, 5)]


def test_images_are_made_once_for_an_array(trial: Callable[..., Trial]) -> None:
    made = trial("plain")
    assert pictures(made.values, DARK) is pictures(made.values, DARK)
    assert pictures(made.values, DARK) is not pictures(made.values, LIGHT)
    assert pictures(made.values.copy(), DARK) is not pictures(made.values, DARK)


@pytest.mark.parametrize("symbol", ["H", "h", "out", "p"])
@pytest.mark.parametrize("size", [SIZE, (430, 300), (1240, 820)])
def test_what_measures_a_height_covers_no_cell(trial: Callable[..., Trial], size: tuple[int, int], symbol: str) -> None:
    made = trial(Conv2d("conv", 1, (3, 3), padding=(2, 0)), LARGE)
    scene = Scene(made, made.positions, symbol=symbol)
    pictures_ = []
    for shown in (scene, replace(scene, symbol="")):
        picture = QImage(*size, QImage.Format.Format_RGB32)
        with QPainter(picture) as painter:
            paint_stage(painter, QRectF(0, 0, *size), shown, DARK)
        pictures_.append(picture)
    placed = layout_of(*size, scene)
    for block in (placed.input, placed.output):
        for row in range(1, block.rows - 1):
            for column in range(1, 8):
                at = block.cell(0, row, column).center().toPoint()
                assert pictures_[0].pixel(at) == pictures_[1].pixel(at), (row, column)
