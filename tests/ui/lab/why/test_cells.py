"""Cells of any size: where they lie, and that nothing is lost where they are smaller than a pixel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from convviz.ui.lab.why.cells import (
    Grid,
    Shown,
    bands,
    paint_label,
    paint_lit,
    paint_map,
    paint_samples,
    paint_stems,
    reduced,
    tiles,
)
from convviz.ui.look.colours import table
from convviz.ui.look.theme import DARK

BOX = QRectF(10, 20, 200, 100)


def test_a_grid_knows_its_cells() -> None:
    grid = Grid.fitted(BOX, 4, 5)
    for at in np.ndindex(4, 5):
        assert grid.cell_at(grid.rect(*at).center()) == at
    assert grid.cell_at(QPointF(grid.x - 1, grid.y)) is None
    assert BOX.contains(grid.area)
    wide = Grid.fitted(BOX, 4, 5, square=False)
    assert wide.wide == 40
    assert wide.high == 25


def test_tiles_and_bands_lie_apart_inside_their_box() -> None:
    for grids in (tiles(BOX, 5, 3, 3), tiles(BOX, 16, 7, 2), bands(BOX, 3, 40)):
        for n, grid in enumerate(grids):
            assert BOX.adjusted(-0.5, -0.5, 0.5, 0.5).contains(grid.area)
            assert not any(grid.area.intersects(other.area) for other in grids[n + 1 :])


def test_the_strongest_of_what_shares_a_pixel_stays() -> None:
    values = np.zeros((700, 700), np.float32)
    values[333, 451] = -5
    small = reduced(values, 50, 60)
    assert small.shape == (50, 60)
    assert small.min() == -5
    mask = values != 0
    assert reduced(mask, 50, 60).sum() == 1


def painted(paint: object) -> QImage:
    picture = QImage(220, 140, QImage.Format.Format_RGB32)
    picture.fill(QColor(DARK.card))
    with QPainter(picture) as painter:
        paint(painter)  # type: ignore[operator]
    return picture


def test_cells_have_the_colours_of_their_values() -> None:
    grid = Grid.fitted(BOX, 2, 2)
    shown = Shown.of(np.array([[2, -2], [0, np.nan]], np.float32), 2.0)
    picture = painted(lambda painter: paint_map(painter, grid, shown, DARK))
    colours = table(DARK)
    for at, index in (((0, 0), 255), ((0, 1), 1), ((1, 0), 128), ((1, 1), 0)):
        corner = grid.rect(*at).topLeft().toPoint()
        assert picture.pixel(corner.x() + 3, corner.y() + 3) == int(colours[index])


def test_a_lit_entry_of_a_matrix_smaller_than_a_pixel_is_seen() -> None:
    grid = Grid.fitted(BOX, 800, 800, square=False)
    lit = np.zeros((800, 800), np.bool_)
    lit[500, 500] = True
    picture = painted(lambda painter: paint_lit(painter, grid, lit, DARK.field))
    place = grid.rect(500, 500).topLeft().toPoint()
    found = {QColor(picture.pixel(place.x() + x, place.y() + y)).name() for x in (-1, 0, 1) for y in (-1, 0, 1)}
    assert DARK.field in found


def test_stems_stand_on_zero() -> None:
    (grid,) = bands(BOX, 1, 4)
    shown = Shown.of(np.array([[1, -1, 0, 0.5]], np.float32), 1.0)
    picture = painted(lambda painter: paint_stems(painter, grid, shown, DARK))
    middle = grid.area.center().y()

    def ink(column: int, share: float) -> str:
        return QColor(picture.pixel(int(grid.rect(0, column).center().x()), int(middle - share * 48))).name()

    assert ink(0, 0.9) == DARK.positive
    assert ink(1, -0.9) == DARK.negative
    assert ink(2, 0.3) == DARK.card
    assert ink(3, 0.8) == DARK.card
    assert ink(3, 0.4) != DARK.card


def test_reduced_is_what_reduceat_says() -> None:
    values = np.random.default_rng(0).normal(size=(37, 53)).astype(np.float32)
    small = reduced(values, 9, 12)
    edges = [np.arange(count + 1) * size // count for size, count in ((37, 9), (53, 12))]
    for row, column in np.ndindex(9, 12):
        block = values[edges[0][row] : edges[0][row + 1], edges[1][column] : edges[1][column + 1]]
        assert abs(small[row, column]) == np.abs(block).max()


def test_lit_samples_are_marked_below_their_bars() -> None:
    (grid,) = bands(BOX, 1, 4)
    lit = np.array([[False, True, True, False]])
    picture = painted(lambda painter: paint_samples(painter, grid, lit, DARK.field))
    low = int(grid.area.bottom()) - 2
    found = [QColor(picture.pixel(int(grid.rect(0, n).center().x()), low)).name() == DARK.field for n in range(4)]
    assert found == [False, True, True, False]
    assert QColor(picture.pixel(int(grid.rect(0, 1).center().x()), int(grid.area.top()) + 5)).name() == DARK.card


def test_negative_inputs_of_relu_are_grey() -> None:
    grid = Grid.fitted(BOX, 1, 2)
    shown = Shown.of(np.array([[-2, 2]], np.float32), 2.0)._replace(greyed=True)
    picture = painted(lambda painter: paint_map(painter, grid, shown, DARK))
    colours = [QColor(picture.pixel(*grid.rect(0, n).topLeft().toPoint().toTuple())) for n in (0, 1)]  # type: ignore[misc]
    assert colours[0].saturation() < 60
    assert colours[1].name() == DARK.positive


def test_a_label_stands_above_its_map_and_beside_its_signal() -> None:
    for grids, beside in ((tiles(BOX, 3, 4, 4), False), (bands(BOX, 3, 40), True)):
        for grid in grids:
            where = QRectF(grid.x - 18, grid.y, 14, grid.high) if beside else QRectF(grid.x, grid.y - 13, 30, 13)
            picture = painted(lambda painter: paint_label(painter, grid, ("88", "88"), DARK, beside=beside))  # noqa: B023
            assert BOX.adjusted(-1, -1, 1, 1).contains(where.toRect().toRectF())
            ink = [(x, y) for x in range(220) for y in range(140) if picture.pixel(x, y) != QColor(DARK.card).rgb()]
            assert ink
            assert all(where.adjusted(-1, -1, 1, 1).contains(x, y) for x, y in ink)


def test_small_cells_of_a_map_are_seen_through_what_lights_them() -> None:
    grid = Grid.fitted(QRectF(0, 0, 60, 60), 20, 20)
    everything = np.ones((20, 20), np.bool_)
    picture = painted(lambda painter: paint_lit(painter, grid, everything, DARK.field, alpha=128))
    found, card, field = (QColor(colour) for colour in (picture.pixel(30, 30), DARK.card, DARK.field))
    assert abs(found.red() - (card.red() + field.red()) / 2) <= 2
