"""The confusion matrix: where cells lie, what they say, how mouse and keys walk them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.training.confusion import Confusion
from convviz.ui.look import theme
from convviz.ui.train.errors.matrix import Matrix
from convviz.ui.train.errors.matrix_layout import AXIS_PX, HEAD_PX, MatrixLayout
from convviz.ui.train.errors.matrix_paint import ROWS, colours

LEFT = Qt.MouseButton.LeftButton
Cells = list[tuple[int, int] | None]


def counts(classes: int = 10, seed: int = 0) -> Confusion:
    rng = np.random.default_rng(seed)
    found = rng.integers(0, 12, (classes, classes)) * (rng.random((classes, classes)) < 0.3)
    np.fill_diagonal(found, 900)
    return Confusion(found.astype(np.int64))


@pytest.fixture
def matrix(show: Callable[..., Any]) -> Matrix:
    shown: Matrix = show(Matrix(), 520, 300)
    shown.show_confusion(counts(), tuple(map(str, range(10))))
    return shown


@given(st.integers(1, 200), st.integers(260, 1200), st.integers(150, 900))
def test_every_cell_is_found_where_it_lies(classes: int, width: int, height: int) -> None:
    layout = MatrixLayout(classes, width, height, 54, HEAD_PX)
    rng = np.random.default_rng(classes)
    for row, column in rng.integers(0, classes, (20, 2)).tolist():
        x, y, wide, high = layout.rect((row, column))
        if wide and high and min(layout.cell) >= 2:
            assert layout.cell_at(x + wide / 2, y + high / 2) == (row, column)
    x, y, wide, high = layout.square
    assert layout.cell_at(x - 1, y + 1) is None
    if min(layout.cell) > 1:
        assert x + wide < width
        assert y + high < height
    assert layout.cell_at(x + wide + 5, y + high / 2 + 0.01) is not None


def test_pointing_says_what_a_cell_means(matrix: Matrix, qtbot: QtBot) -> None:
    confusion = counts()
    cell = next((int(r), int(c)) for r, c in np.argwhere(confusion.counts) if r != c)
    heard: Cells = []
    matrix.cell_hovered.connect(heard.append)
    qtbot.mouseMove(matrix, matrix.cell_center(cell))
    assert heard == [cell]
    images = int(confusion.of_class[cell[0]])
    assert matrix.words.startswith(f"{cell[0]} read as {cell[1]}: {confusion.counts[cell]} of {images:,} (")
    assert matrix.tip.isVisible()
    assert matrix.tip.text() == matrix.words == matrix.accessibleDescription()
    x, y, wide, high = matrix.placement.square
    qtbot.mouseMove(matrix, QPoint(x + wide + 10, matrix.cell_center((3, 0)).y()))
    assert matrix.words.startswith("recall of 3")
    qtbot.mouseMove(matrix, QPoint(matrix.cell_center((0, 4)).x(), y + high + 10))
    assert matrix.words.startswith("precision of 4")
    qtbot.mouseMove(matrix, QPoint(2, 2))
    assert not matrix.tip.isVisible()


def test_a_click_and_the_keys_choose_a_cell(matrix: Matrix, qtbot: QtBot) -> None:
    heard: Cells = []
    matrix.cell_clicked.connect(heard.append)
    qtbot.mouseClick(matrix, LEFT, pos=matrix.cell_center((4, 9)))
    assert heard == [(4, 9)]
    matrix.set_selected((4, 9))
    matrix.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(matrix, key)
    assert heard == [(4, 9), (3, 7)], "at the edge it stays"
    x, y, wide, _ = matrix.placement.square
    qtbot.mouseClick(matrix, LEFT, pos=QPoint(x + wide + 10, y + 4))
    assert len(heard) == 2, "a recall has no images of its own"


def test_another_epoch_keeps_what_is_chosen(matrix: Matrix) -> None:
    matrix.set_selected((4, 9))
    matrix.show_confusion(counts(seed=1), ())
    assert matrix.selected == (4, 9)
    matrix.show_confusion(counts(5), ())
    assert matrix.selected is None, "there is no such class any more"


def test_what_is_under_the_mouse_is_said_anew(matrix: Matrix, qtbot: QtBot) -> None:
    qtbot.mouseMove(matrix, matrix.cell_center((2, 2)))
    old = matrix.tip.text()
    matrix.show_confusion(Confusion(counts().counts * 2), ())
    assert matrix.tip.text() != old
    assert matrix.tip.text().startswith("2 read rightly: 1,800 of")


def test_errors_stand_out_and_none_has_the_colour_of_the_card(
    matrix: Matrix, pixel: Callable[[QWidget, QPoint], QColor], qapp: QApplication
) -> None:
    confusion = counts()
    for look in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, look)
        expected = colours(confusion, look)
        for row in range(10):
            for column in range(10):
                corner = QPoint(*matrix.placement.rect((row, column))[:2]) + QPoint(1, 1)
                found = pixel(matrix, corner)
                assert found.rgb() == expected[row, column]
                assert (found == QColor(look.card)) == (confusion.counts[row, column] == 0)


def test_one_of_a_thousand_can_be_seen() -> None:
    found = colours(Confusion(np.array([[999, 1], [0, 10]])), theme.DARK)
    distance = abs((int(found[0, 1]) >> 16 & 255) - QColor(theme.DARK.card).red())
    assert distance >= 15


@pytest.mark.parametrize(("classes", "names"), [(1, ()), (100, ()), (10, ("automobile",) * 10), (0, ())])
def test_any_number_of_classes_is_painted(matrix: Matrix, classes: int, names: tuple[str, ...], qtbot: QtBot) -> None:
    matrix.show_confusion(counts(classes) if classes else Confusion(np.zeros((0, 0), np.int64)), names)
    matrix.grab()
    if classes == 100:
        assert not matrix.placement.named
        qtbot.mouseMove(matrix, matrix.cell_center((50, 50)))
        assert matrix.words.startswith("50 read rightly: 900 of")
        matrix.grab()
    assert matrix.placement.upright == (names == ("automobile",) * 10)


@pytest.mark.parametrize(("classes", "text"), [(1, ROWS[1]), (2, ROWS[1]), (3, ROWS[0]), (10, ROWS[0])])
def test_what_the_rows_are_is_never_cut(show: Callable[..., Any], classes: int, text: str) -> None:
    matrix: Matrix = show(Matrix(), 520, 320)
    matrix.show_confusion(counts(classes), tuple(map(str, range(classes))))
    image = matrix.grab().toImage()
    ground, inside = image.pixel(3, 3), range(2, image.height() - 2)  # within the frame of the focus
    inked = [y for y in inside if any(image.pixel(x, y) != ground for x in range(2, AXIS_PX - 1))]
    wide = QFontMetrics(theme.font(theme.CAPTION_PX)).boundingRect(text).width()
    assert abs(inked[-1] - inked[0] + 1 - wide) <= 3
