"""Where cells lie: everything inside, nothing on top of one another, and every point finds its cell."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF

from convviz.ui.lab.stage.layout import Block, Margins, Parts, arrange, runs

CASES = {
    "lecture": Parts(Block(2, 3, 5, Margins(2, 1, 2, 1)), Block(2, 3, 3), Block(1, 3, 3), (80, 120, 80)),
    "filters": Parts(Block(1, 28, 28), Block(1, 3, 3), Block(5, 26, 26), (80, 120, 80)),
    "many": Parts(Block(16, 12, 12), Block(16, 3, 3), Block(64, 10, 10), (80, 120, 80)),
    "large": Parts(Block(1, 2048, 2048), Block(1, 11, 11), Block(1, 2038, 2038), (80, 120, 80)),
    "tall": Parts(Block(1, 4000, 1), Block(1, 3, 1), Block(1, 3998, 1), (80, 120, 80)),
    "none": Parts(Block(3, 4, 4), None, Block(3, 4, 4), (80, 0, 80)),
    "one": Parts(Block(1, 1, 1), Block(1, 1, 1), Block(1, 1, 1), (80, 120, 80)),
}


@pytest.mark.parametrize("size", [(690, 420), (1200, 700), (420, 260)])
@pytest.mark.parametrize("name", CASES)
def test_everything_is_inside_and_apart(name: str, size: tuple[int, int]) -> None:
    placed = arrange(*size, CASES[name])
    boxes = [block.box for block in placed.blocks if block is not None]
    room = QRectF(0, 0, *size)
    for box in boxes:
        assert room.contains(box), (name, box)
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))


@pytest.mark.parametrize("name", ["lecture", "filters", "many", "none"])
def test_every_cell_is_found_at_its_middle(name: str) -> None:
    for block in arrange(690, 420, CASES[name]).blocks:
        if block is None:
            continue
        for n in range(block.count):
            for row, column in [(0, 0), (block.rows - 1, block.columns - 1), (-block.margins.top, -block.margins.left)]:
                middle = block.cell(n, row, column).center()
                assert block.at(middle.x(), middle.y()) == (n, row, column)
        assert block.at(block.x - 1, block.y - 1) is None


def test_input_and_output_have_cells_of_one_size() -> None:
    placed = arrange(690, 420, CASES["lecture"])
    assert placed.input.pitch == placed.output.pitch > 24
    sheet = arrange(690, 420, CASES["filters"])
    assert sheet.output.pitch < sheet.input.pitch <= 3 * sheet.output.pitch, "one map beside a sheet of several"


def test_stretches() -> None:
    assert runs(()) == []
    assert runs((4,)) == [(4, 5)]
    assert runs((-2, -1, 0, 3)) == [(-2, 1), (3, 4)]
