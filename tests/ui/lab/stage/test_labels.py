"""What stands above the maps, read in a drawing; the small kernels in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from convviz.spec.lab.presets import FILTERS, lab
from convviz.spec.lab.trial import Trial, perform
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.stage.images import pictures
from convviz.ui.lab.stage.labels import thumb_size, written_range
from convviz.ui.lab.stage.paint import layout_of, paint_stage
from convviz.ui.look.colours import Range
from convviz.ui.look.theme import DARK, LIGHT, Theme

SIZES = [(714, 560), (528, 410), (1240, 820)]


@pytest.fixture
def filters(qapp: QApplication) -> Trial:
    return perform(lab("five-filters"))


def drawing(scene: Scene, size: tuple[int, int]) -> str:
    """As a vector graphic, whose texts can be read."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(*size))
    with QPainter(generator) as painter:
        paint_stage(painter, QRectF(0, 0, *size), scene, DARK)
    return bytes(buffer.data().data()).decode()


def painted(scene: Scene, size: tuple[int, int], theme: Theme = DARK) -> QImage:
    shown = QImage(*size, QImage.Format.Format_RGB32)
    with QPainter(shown) as painter:
        paint_stage(painter, QRectF(0, 0, *size), scene, theme)
    return shown


@pytest.mark.parametrize("size", SIZES)
def test_every_filter_is_named_and_has_its_range(filters: Trial, size: tuple[int, int]) -> None:
    text = drawing(Scene(filters, filters.positions), size)
    names = ("identity", "all ones", "horiz", "vert", "Laplacian")
    for n, name in enumerate(names):
        assert f">{n} {name}" in text
    for shown in pictures(filters.output, DARK, each=True).ranges:
        assert f">{written_range(shown)}<" in text
    assert "max of each" in text
    if size[0] > 1000:
        assert all(f">{n} {name}<" in text for n, name in enumerate(FILTERS)), "written out where there is room"


def test_one_range_for_all_is_said_once(filters: Trial) -> None:
    text = drawing(Scene(filters, filters.positions, per_map=False), SIZES[0])
    assert "max of each" not in text
    assert "±3" not in text
    assert ">−7.74<" in text
    assert ">7.74<" in text


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_map_has_its_strongest_colour(filters: Trial, theme: Theme) -> None:
    size = SIZES[2]
    for per_map in (True, False):
        scene = Scene(filters, filters.positions, per_map=per_map)
        shown, block = painted(scene, size, theme), layout_of(*size, scene).output
        strongest = []
        for n in range(block.count):
            values = filters.output[n]
            row, column = divmod(int(abs(values).argmax()), values.shape[1])
            at = block.cell(n, row, column).topLeft() + QPointF(2, 2)
            ends = theme.positive if values[row, column] > 0 else theme.negative
            strongest.append(QColor(shown.pixel(at.toPoint())).name() == ends)
        assert strongest == ([True] * 5 if per_map else [False, True, False, False, False])


def test_small_kernels_are_in_the_kernels_colours(filters: Trial) -> None:
    size = SIZES[2]
    scene = Scene(filters, filters.positions)
    shown, block = painted(scene, size), layout_of(*size, scene).output
    assert block.has_thumbs
    cell = block.thumb[1] / 3
    corners = []
    for n in range(5):
        rect = block.frame_rect(n)
        middle = rect.top() - 3 - (block.label_px - 3) / 2
        at = QPointF(rect.left() + cell / 2, middle)  # the left cell of the middle row
        corners.append(QColor(shown.pixel(at.toPoint())).name())
    assert corners[0] == corners[3] == DARK.card, "0"
    assert corners[1] == DARK.positive, "1 of 1"
    assert corners[2] == DARK.negative, "−1 of 1"
    assert QColor(corners[4]).blue() > QColor(corners[4]).red(), "−1 of 4"
    assert corners[4] != DARK.negative


@pytest.mark.parametrize("size", SIZES)
def test_labels_lie_between_the_maps(filters: Trial, size: tuple[int, int]) -> None:
    block = layout_of(*size, Scene(filters, filters.positions)).output
    rects = [block.frame_rect(n) for n in range(block.count)]
    labels = [QRectF(rect.left(), rect.top() - block.label_px, rect.width(), block.label_px) for rect in rects]
    assert not any(label.intersects(rect) for label in labels for rect in rects)
    assert all(label.top() >= 0 for label in labels)


def test_the_input_beside_a_sheet_is_large(filters: Trial) -> None:
    for size in SIZES:
        placed = layout_of(*size, Scene(filters, filters.positions))
        assert placed.input.box.width() >= 0.26 * size[0]


def test_what_has_no_kernel_to_show(trial: Callable[..., Trial]) -> None:
    assert thumb_size(trial("largest"), 26) == (0, 0)
    assert thumb_size(trial("plain"), 26) == (2 * 2 * 8 + 3, 24)
    made = trial("largest")
    scene = Scene(made, made.positions)
    assert not scene.each_map, "what pooling passes on keeps its colour"
    assert Scene(trial("plain"), 3).each_map
    assert not Scene(trial("reflected"), 3).each_map
    assert "of each" not in drawing(scene, SIZES[0])


def test_ranges_in_words() -> None:
    assert written_range(Range(-1234567.0, 1234567.0)) == "±1.23e+06"
    assert written_range(Range(0.0, 1 / 3)) == "0 … 0.333"


def test_a_kernels_colours_stay_under_the_windows_light(filters: Trial) -> None:
    """The identity's 1 is its strongest value, and looks like that while its window is looked at."""
    size = SIZES[2]
    scene = Scene(filters, filters.positions, Pointer("output", (0, 5, 5)))
    for shown in (scene, replace(scene, pointer=None)):
        block = layout_of(*size, shown).kernel
        assert block is not None
        at = block.cell(0, 1, 1).topLeft() + QPointF(4, 4)
        assert QColor(painted(shown, size).pixel(at.toPoint())).name() == DARK.positive
