"""What is outlined and filled, in which maps, and where the padding cuts it off."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from convviz.spec.footprint import Box, Footprint
from convviz.ui.network.field_overlay import FieldOverlay
from convviz.ui.network.mosaic_layout import MosaicLayout

pytestmark = pytest.mark.usefixtures("qapp")
LAYOUT = MosaicLayout(4, 6, 6, 2, (60, 60), 4)  # 4 maps of 6×6 values, 10 pixels a value
FLAT = MosaicLayout(12, 1, 1, 6, (8, 8), 1)


def footprint(channels: tuple[int, ...], rows: tuple[int, ...], columns: tuple[int, ...]) -> Footprint:
    return Footprint(channels, rows, columns, Box(rows[0], columns[0], rows[-1] + 1, columns[-1] + 1))


def painted(
    seen: Footprint, layout: MosaicLayout = LAYOUT, *, forwards: bool = False, ratio: float = 1.0
) -> NDArray[np.uint8]:
    """How red each pixel of a black picture became, 0 to 255, where the colour is red."""
    high, wide = layout.size
    shot = QImage(wide, high, QImage.Format.Format_RGB32)
    shot.fill(QColor("black"))
    painter = QPainter(shot)
    FieldOverlay(layout, seen, QColor("red"), ratio, forwards=forwards).paint(painter)
    painter.end()
    return np.array([[shot.pixelColor(x, y).red() for x in range(wide)] for y in range(high)], np.uint8)


@pytest.mark.parametrize("pen", [1, 2])
def test_a_field_is_outlined_in_each_of_its_maps_and_nowhere_else(pen: int) -> None:
    shot = painted(footprint((1, 2), (1, 2, 3), (2, 3)), ratio=pen)
    expected = np.zeros_like(shot)
    for x, y in ((64, 0), (0, 64)):
        expected[y + 10 - pen : y + 40 + pen, x + 20 - pen : x + 40 + pen] = 255
        expected[y + 10 : y + 40, x + 20 : x + 40] = 0
    assert np.array_equal(shot, expected), "the values themselves stay as they are"


def test_at_the_rim_of_the_mosaic_the_line_moves_inside() -> None:
    shot = painted(footprint((0,), (0, 1), (0,)))
    assert shot[0, :10].all()
    assert shot[:20, 0].all()


def test_where_the_padding_cuts_it_off_there_is_no_line() -> None:
    shot = painted(Footprint((3,), (0, 1), (4, 5), Box(-2, 4, 2, 8)))
    top, left = 64, 64 + 40
    assert shot[top + 20, left : left + 20].all(), "below"
    assert shot[top : top + 20, left - 1].all(), "to the left"
    assert not shot[top - 1, left : left + 19].any(), "above lies the padding"
    assert not shot[top : top + 20, left + 20 :].any(), "and to the right"


def test_taps_with_holes_are_filled_within_their_box() -> None:
    seen = footprint((0,), (1, 3, 5), (0, 2))
    shot = painted(seen)
    for row in range(6):
        for column in range(3):
            middle = shot[row * 10 + 5, column * 10 + 5]
            assert bool(middle) == (row in seen.rows and column in seen.columns), (row, column)
    assert 0 < shot[15, 5] < 255, "translucent"
    assert shot[9, 1:29].min() == 255, "the box is outlined"


@pytest.mark.parametrize("columns", [(2, 3, 4), (2, 4)])
def test_those_that_see_are_filled_and_not_outlined(columns: tuple[int, ...]) -> None:
    shot = painted(footprint((0, 3), (1, 2), columns), forwards=True)
    assert shot.max() < 255
    for channel, (x, y) in enumerate(((0, 0), (64, 0), (0, 64), (64, 64))):
        for row in range(6):
            for column in range(6):
                lit = channel in (0, 3) and row in (1, 2) and column in columns
                part = shot[y + row * 10 : y + row * 10 + 10, x + column * 10 : x + column * 10 + 10]
                assert part.all() if lit else not part.any(), (channel, row, column)


def test_of_a_flat_layer_the_features_that_see_are_filled() -> None:
    some = painted(footprint((0, 1, 5), (0,), (0,)), FLAT, forwards=True)
    assert some[4, 4] == some[4, 13] == some[4, 49] > 0 == some[4, 22]
    assert not some[:, 8].any(), "the gaps stay"


@pytest.mark.parametrize("forwards", [False, True])
@pytest.mark.parametrize("maps", [True, False])
def test_a_layer_that_is_seen_or_sees_as_a_whole_has_one_line_around_it(forwards: bool, maps: bool) -> None:
    every = (
        footprint((0, 1, 2, 3), tuple(range(6)), tuple(range(6))) if maps else footprint(tuple(range(12)), (0,), (0,))
    )
    shot = painted(every, forwards=forwards) if maps else painted(every, FLAT, forwards=forwards)
    assert shot[0].all()
    assert shot[:, -1].all()
    assert not shot[1:-1, 1:-1].any()


@pytest.mark.parametrize(
    "seen",
    [
        Footprint((), (), (), Box(-1, -1, 0, 0)),
        footprint((4,), (0,), (0,)),
        footprint((0,), (6,), (0,)),
        footprint((0,), (0,), (17,)),
    ],
)
def test_what_the_layout_does_not_have_paints_nothing(seen: Footprint) -> None:
    for forwards in (False, True):
        assert not painted(seen, forwards=forwards).any()
