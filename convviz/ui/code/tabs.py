"""A row of tabs, or of toggles for what is inside one, of which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.one_of import OneOf

WIDEST_PX = 150


class Tabs(OneOf):
    """``titles`` are by name, ``kind`` says what is chosen. ``inner`` ones look less important."""

    def __init__(
        self, kind: str, titles: Mapping[str, str], *, inner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        for name, title in titles.items():
            button = self._add(name, title, int(not inner))
            button.setObjectName(f"{name}_tab")
            button.setAccessibleName(f"{kind}: {title}")
            button.setProperty("role", "toggle" if inner else "tab")
            if not inner:
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.setMaximumWidth(WIDEST_PX)
        self._row.addStretch(1)
