"""Figures before and after; the changed ones stand out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QImage

from convviz.spec.cost import Change
from convviz.ui.layer.cost_table import ROW_PX, CostTable
from convviz.ui.look.theme import DARK


def colours(image: QImage, row: int) -> set[str]:
    rows = range(row * ROW_PX, (row + 1) * ROW_PX)
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in rows}


def test_what_changed_is_highlighted_and_said(show: Callable[..., Any]) -> None:
    table = show(CostTable(), 242, 68)
    table.show_changes([Change("parameters", "100", "MMMMM", True), Change("products", "MMMMM", "MMMMM", False)])
    image = table.grab().toImage()
    assert DARK.accent in colours(image, 0)
    assert DARK.accent not in colours(image, 1)
    assert DARK.text in colours(image, 1)
    assert colours(image, 2) == {DARK.card}
    assert table.accessibleName() == "Cost: parameters 100 before, MMMMM now, products MMMMM"
