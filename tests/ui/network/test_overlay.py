"""What lies over the maps: hatched lines that nothing reads, crosses and dots; nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from convviz.ui.look import theme
from convviz.ui.network import overlay
from convviz.ui.network.mosaic_layout import MosaicLayout

pytestmark = pytest.mark.usefixtures("qapp")
LAYOUT = MosaicLayout(4, 3, 2, 2, (30, 20), 4)  # 4 maps of 3×2 values, 10 pixels a value


def painted(paint: Callable[[QPainter], None], layout: MosaicLayout = LAYOUT) -> NDArray[np.bool_]:
    """Which pixels of a black picture were painted on."""
    high, wide = layout.size
    shot = QImage(wide, high, QImage.Format.Format_RGB32)
    shot.fill(QColor("black"))
    painter = QPainter(shot)
    paint(painter)
    painter.end()
    return np.array([[shot.pixelColor(x, y).name() != "#000000" for x in range(wide)] for y in range(high)])


def units(mask: NDArray[np.bool_], layout: MosaicLayout = LAYOUT) -> set[tuple[int, int, int]]:
    """The values of whose pixels at least one was painted on; no gap may be."""
    found = [layout.unit_at(int(x), int(y)) for y, x in zip(*mask.nonzero(), strict=True)]
    assert None not in found, "beside the maps"
    return set(found)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rows", "columns"), [((2,), ()), ((), (0,)), ((0, 2), (1,)), ((0, 1, 2), (0, 1))])
def test_unused_lines_of_every_map_are_hatched(rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
    mask = painted(lambda painter: overlay.hatch(painter, LAYOUT, (rows, columns), QColor("white")))
    expected = {(c, r, k) for c in range(4) for r in range(3) for k in range(2) if r in rows or k in columns}
    assert units(mask) == expected
    assert mask[LAYOUT.unit_rect(0, *sorted(expected)[0][1:])[1]].any()


def test_nothing_unused_paints_nothing() -> None:
    assert not painted(lambda painter: overlay.hatch(painter, LAYOUT, ((), ()), QColor("white"))).any()


def test_lines_of_a_pixel_are_shaded() -> None:
    layout = MosaicLayout(1, 8, 8, 1, (8, 8), 0)
    mask = painted(lambda painter: overlay.hatch(painter, layout, ((7,), (0,)), QColor("white")), layout)
    assert mask[7].all()
    assert mask[:, 0].all()
    assert not mask[:7, 1:].any()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_silent_maps_are_crossed_out_and_frozen_ones_have_a_dot(ratio: float) -> None:
    def marked(silent: set[int], frozen: set[int]) -> NDArray[np.bool_]:
        return painted(lambda painter: overlay.mark(painter, LAYOUT, silent, frozen, theme.DARK, ratio))

    for channel in range(4):
        cross, dot = marked({channel}, set()), marked(set(), {channel})
        x, y, width, height = LAYOUT.map_rect(channel)
        assert {unit[0] for unit in units(dot)} == {channel}
        assert dot.sum() == (overlay.DOT_PX * ratio) ** 2
        assert dot[y, x + width - 1], "at the upper right"
        assert cross[y + height // 2 - 3 : y + height // 2 + 4, x + width // 2 - 3 : x + width // 2 + 4].any()
        assert cross[y, x]
        assert not cross[y, x + 6 : x + width - 6].any(), "two diagonals, no frame"
    assert not marked(set(), set()).any()


def test_marks_of_channels_that_are_gone_are_passed_over() -> None:
    paint = overlay.mark
    assert not painted(lambda painter: paint(painter, LAYOUT, {4, 99}, {7}, theme.LIGHT, 1.0)).any()
