"""Where cells lie: every pixel belongs to the right one, and fast strokes skip none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.ui.kernel.grid_layout import SIDE_PX, GridLayout

LAYOUTS = [GridLayout.fitted(r, c, n) for r, c, n in [(1, 1, 1), (3, 3, 9), (5, 5, 25), (4, 7, 26), (1, 9, 9)]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_pixel_of_a_cell_means_the_cell(layout: GridLayout) -> None:
    for row in range(layout.rows):
        for column in range(layout.columns):
            x, y, width, height = layout.rect((row, column))
            expected = (row, column) if row * layout.columns + column < layout.cells else None
            for dx, dy in [(0, 0), (width - 1, height - 1), (width / 2, height / 2)]:
                assert layout.cell_at(x + dx, y + dy) == expected
    assert layout.cell_at(-1, 0) is None
    assert layout.cell_at(0, layout.size[0] + layout.gap) is None


@pytest.mark.parametrize("side", [1, 2, 3, 5, 7, 11, 28, 64, 112])
def test_square_slices_fit(side: int) -> None:
    layout = GridLayout.fitted(side, side, side * side)
    assert max(layout.size) <= SIDE_PX
    assert layout.pitch > layout.gap


POINTS = st.tuples(st.floats(-400, 600), st.floats(-400, 600))


@given(st.sampled_from(LAYOUTS), POINTS, POINTS)
def test_a_stroke_leaves_no_holes(layout: GridLayout, start: tuple[float, float], end: tuple[float, float]) -> None:
    crossed = layout.crossed(start, end)
    assert len(set(crossed)) == len(crossed)
    for step in range(1001):  # whatever lies under the straight line by a good margin is painted
        x, y = (a + (b - a) * step / 1000 for a, b in zip(start, end, strict=True))
        inside = all(1 < v % layout.pitch < layout.pitch - 1 for v in (x, y))
        cell = layout.cell_at(x, y)
        assert cell is None or not inside or cell in crossed


def test_the_nearest_real_cell() -> None:
    layout = GridLayout.fitted(3, 4, 10)
    assert layout.near((9, 9)) == (2, 1)
    assert layout.near((2, 3)) == (2, 1)
    assert layout.near((1, 9)) == (1, 3)
    assert layout.near((-1, -5)) == (0, 0)
