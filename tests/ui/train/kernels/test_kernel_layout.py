"""Where each weight lies: every pixel says which weight it shows, and that is the value painted there."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.kernels.kernel_layout import Place, Size, fitted, sized, strongest

SIZES = [(32, 1, 5, 5), (64, 32, 5, 5), (10, 200, 1, 1), (200, 256, 1, 1), (5, 3, 1, 7), (300, 500, 3, 3), (1, 1, 1, 1)]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("slice_", [None, 0])
@pytest.mark.parametrize("size", SIZES)
def test_every_pixel_shows_the_weight_it_says(
    size: tuple[int, int, int, int], slice_: int | None, ratio: float
) -> None:
    weights = np.arange(np.prod(size), dtype=np.float32).reshape(size)
    layout = fitted(size, slice_, 330, None, ratio)
    values, where = layout.arranged(weights), layout.mosaic.gather()
    assert values.size == layout.mosaic.count * layout.mosaic.height * layout.mosaic.width
    rng = np.random.default_rng(0)
    for y, x in zip(rng.integers(0, where.shape[0], 200), rng.integers(0, where.shape[1], 200), strict=True):
        place = layout.place_at(int(x), int(y))
        if where[y, x] < values.size:
            assert place is not None
            assert values[where[y, x]] == weights[place]
            left, top, wide, high = layout.kernel_rect(place.channel, place.slice)
            assert left <= x < left + wide
            assert top <= y < top + high
            left, top, wide, high = layout.channel_rect(place.channel)
            assert left <= x < left + wide
            assert top <= y < top + high
    assert layout.place_at(where.shape[1], 0) is None


@pytest.mark.parametrize("size", SIZES)
def test_a_strip_is_never_higher_nor_wider_than_its_room(size: Size) -> None:
    for slice_ in (None, 0):
        high, wide = fitted(size, slice_, 300, 100, 1.0).mosaic.size
        assert wide <= 300
        assert high <= 100 or size[0] > 1000


def test_the_rows_of_a_table_are_output_channels() -> None:
    layout = fitted((64, 32, 5, 5), None, 330, None, 1.0)
    assert layout.channel_rect(0)[1] < layout.channel_rect(1)[1]
    assert layout.kernel_rect(0, 0)[0] < layout.kernel_rect(0, 1)[0]
    assert layout.kernel_rect(0, 1)[1] == layout.kernel_rect(0, 0)[1]


def test_arrows_stay_inside() -> None:
    layout = fitted((64, 32, 5, 5), None, 330, None, 1.0)
    assert layout.moved(Place(0, 0, 0, 0), 1, 0) == Place(1, 0, 0, 0)
    assert layout.moved(Place(0, 0, 0, 0), 0, 1) == Place(0, 1, 0, 0)
    assert layout.moved(Place(0, 0, 0, 0), -1, 0) == Place(0, 0, 0, 0)
    grid = fitted((32, 1, 5, 5), None, 330, None, 1.0)
    assert grid.moved(Place(0, 0, 0, 0), 1, 0) == Place(grid.mosaic.columns, 0, 0, 0)
    assert grid.moved(Place(31, 0, 0, 0), 0, 1) == Place(31, 0, 0, 0)


def test_strength_is_of_finite_values() -> None:
    assert strongest(np.array([[-3.0, np.nan, np.inf, 2.0]], np.float32)) == 3
    assert strongest(np.zeros((0, 0), np.float32)) == 0
    assert sized((10, 200)) == (10, 200, 1, 1)
