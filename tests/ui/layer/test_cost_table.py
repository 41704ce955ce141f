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
    table = show(CostTable(), 242, 119)
    table.show_changes(
        [Change("layer", "output", "100", "MMMMM", True), Change("network", "products", "MMMMM", "MMMMM", False)]
    )
    image = table.grab().toImage()
    head, changed, other, kept, below = range(5)
    for row in (head, other):
        assert colours(image, row) & {DARK.dim, DARK.text, DARK.accent} == {DARK.dim}
    assert DARK.accent in colours(image, changed)
    assert DARK.accent not in colours(image, kept)
    assert DARK.text in colours(image, kept)
    assert colours(image, below) == {DARK.card}
    assert table.accessibleName() == "Cost: layer's output 100 before, MMMMM now, network's products MMMMM"
