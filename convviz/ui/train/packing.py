"""How close to one another the rows of a card are."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QLayout


class Packing(NamedTuple):
    """Margins (left, top, right, bottom) and the distance of rows, in pixels."""

    margins: tuple[int, int, int, int]
    spacing: int

    def apply(self, layout: QLayout) -> None:
        layout.setContentsMargins(*self.margins)
        layout.setSpacing(self.spacing)
