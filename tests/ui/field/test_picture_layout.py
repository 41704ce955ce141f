"""Where pixels lie: inverse to what lies under the mouse, with and without padding."""

from __future__ import annotations

import pytest

from convviz.ui.field.picture_layout import Margins, PictureLayout

LAYOUTS = [
    PictureLayout(28, 28, Margins(), (232, 240)),
    PictureLayout(28, 20, Margins(3, 0, 4, 9), (232, 240)),
    PictureLayout(224, 224, Margins(10, 10, 10, 10), (112, 112)),
    PictureLayout(1, 300, Margins(), (112, 112)),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_middle_of_every_pixel_is_that_pixel(layout: PictureLayout) -> None:
    for row in range(layout.height):
        for column in range(0, layout.width, 7):
            middle = layout.rect(row, column, row + 1, column + 1).center()
            assert layout.pixel_at(middle.y(), middle.x()) == (row, column)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_of_it_is_inside_the_room(layout: PictureLayout) -> None:
    whole, (height, width) = layout.whole, layout.room
    assert whole.left() >= 0
    assert whole.top() >= 0
    assert whole.right() <= width + 1e-6
    assert whole.bottom() <= height + 1e-6


def test_padding_is_no_pixel_but_has_a_nearest_one() -> None:
    layout = PictureLayout(4, 4, Margins(2, 2, 2, 2), (80, 80))
    assert layout.pixel_at(5, 5) is None
    assert layout.nearest(5, 5) == (0, 0)
    assert layout.nearest(79, 40) == (3, 2)


def test_pixels_that_are_large_are_whole_device_pixels() -> None:
    assert PictureLayout(28, 28, Margins(), (232, 240)).cell == 8.0
    assert PictureLayout(224, 224, Margins(), (112, 112)).cell == 0.5
