"""Where each value lies: finding it and drawing it are inverse to each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.ui.network.mosaic_layout import MosaicLayout, as_maps, grid_columns

small = st.integers(1, 9)


@st.composite
def layouts(draw: st.DrawFn) -> MosaicLayout:
    """Any layout; cells at least one pixel a value."""
    height, width, count = draw(small), draw(small), draw(st.integers(1, 20))
    cell = (draw(st.integers(height, 40)), draw(st.integers(width, 40)))
    return MosaicLayout(count, height, width, draw(st.integers(1, count)), cell, draw(st.integers(0, 4)))


@given(layouts())
def test_every_unit_is_found_in_all_of_its_rectangle(layout: MosaicLayout) -> None:
    high, wide = layout.size
    owner = np.full((high, wide), -1)
    for channel in range(layout.count):
        for row in range(layout.height):
            for column in range(layout.width):
                x, y, width, height = layout.unit_rect(channel, row, column)
                assert x >= 0
                assert y >= 0
                assert x + width <= wide
                assert y + height <= high
                assert (owner[y : y + height, x : x + width] == -1).all(), "two units in one place"
                owner[y : y + height, x : x + width] = (channel * layout.height + row) * layout.width + column
                for corner in ((x, y), (x + width - 1, y + height - 1)):
                    assert layout.unit_at(*corner) == (channel, row, column)
    nothing = layout.count * layout.height * layout.width
    assert np.array_equal(np.where(owner < 0, nothing, owner), layout.gather())


@given(layouts(), st.integers(-50, 900), st.integers(-50, 900))
def test_gather_agrees_with_unit_at(layout: MosaicLayout, x: int, y: int) -> None:
    high, wide = layout.size
    unit = layout.unit_at(x, y)
    if not (0 <= x < wide and 0 <= y < high):
        assert unit is None
        return
    flat = int(layout.gather()[y, x])
    nothing = layout.count * layout.height * layout.width
    if unit is None:
        assert flat == nothing
    elif flat == nothing:  # a gap: the nearest value before it
        left, top, width, height = layout.unit_rect(*unit)
        assert 0 <= x - left < width + layout.gap
        assert 0 <= y - top < height + layout.gap
    else:
        assert flat == np.ravel_multi_index(unit, (layout.count, layout.height, layout.width))


@given(layouts())
def test_maps_hold_their_units_and_nothing_else(layout: MosaicLayout) -> None:
    for channel in range(layout.count):
        x, y, width, height = layout.map_rect(channel)
        part = layout.gather()[y : y + height, x : x + width]
        values = layout.height * layout.width
        assert set(np.unique(part)) == set(range(channel * values, (channel + 1) * values))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 12), st.integers(1, 12))
def test_shrunken_cells_lose_no_pixel(height: int, width: int, cell_high: int, cell_wide: int) -> None:
    """A cell with fewer pixels than values shows every n-th value, and never one that does not exist."""
    layout = MosaicLayout(2, height, width, 2, (cell_high, cell_wide), 1)
    assert layout.gather().max() <= 2 * height * width
    for row in range(height):
        for column in range(width):
            _x, _y, wide, high = layout.unit_rect(1, row, column)
            assert wide >= 1
            assert high >= 1


def test_the_table_is_made_once_and_cannot_be_written_to() -> None:
    first, second = (MosaicLayout(4, 3, 3, 2, (9, 9), 1) for _ in range(2))
    assert first.gather() is second.gather()
    with pytest.raises(ValueError, match="read-only"):
        first.gather()[0, 0] = 1


@given(st.integers(1, 5000), st.booleans())
def test_grids_are_never_wider_than_their_maps(count: int, flat: bool) -> None:
    columns = grid_columns(count, flat=flat)
    assert 1 <= columns <= count
    if not flat:
        rows = -(-count // columns)
        assert columns >= rows, "grids lie, they do not stand"


def test_flat_layers_are_maps_of_one_value() -> None:
    assert as_maps((200,)) == (200, 1, 1)
    assert as_maps((32, 24, 20)) == (32, 24, 20)
