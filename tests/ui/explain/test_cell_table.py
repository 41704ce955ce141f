"""Where cells lie."""

from __future__ import annotations

from itertools import pairwise

import pytest

from convviz.ui.explain.cell_table import CellTable

SHAPES = [(1, 1), (2, 2), (3, 3), (5, 5), (11, 11), (24, 24), (55, 55), (1, 200), (200, 1), (300, 300)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("grids", [1, 3])
@pytest.mark.parametrize("width", [180, 246, 500])
@pytest.mark.parametrize("lines", [1, 2])
def test_every_cell_is_found_where_it_lies_and_all_fit(
    shape: tuple[int, int], grids: int, width: int, lines: int
) -> None:
    layout = CellTable(width, grids, *shape, lines)
    for number in range(grids):
        for cell in [(0, 0), (shape[0] - 1, shape[1] - 1), (shape[0] // 2, shape[1] // 3)]:
            x, y, wide, high = layout.rect(number, cell)
            assert layout.at(x + wide / 2, y + high / 2) == cell
            assert x >= 0
            assert x + wide <= width + 1e-6
            assert y + high <= layout.height + 1e-6
    assert layout.at(-1, 20) is None
    assert layout.at(width + 1, 20) is None


def test_grids_do_not_overlap() -> None:
    for shape in SHAPES:
        layout = CellTable(246, 3, *shape)
        rects = [layout.grid(number) for number in range(3)]
        for (x, y, wide, high), (left, top, *_) in pairwise(rects):
            assert left >= x + wide or top >= y + high


def test_numbers_are_written_where_there_is_room() -> None:
    assert CellTable(246, 3, 5, 5).numbers
    assert not CellTable(246, 3, 24, 24).numbers
    assert CellTable(246, 3, 24, 24).beside
