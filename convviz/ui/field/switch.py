"""One of a few: buttons in a row that fill its width, of which exactly one is down."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look.one_of import OneOf


class Switch(OneOf):
    """Names and texts in their order; the first is down at first."""

    def __init__(self, name: str, texts: dict[str, tuple[str, str]], role: str, parent: QWidget | None = None) -> None:
        """``texts``: by name, what is written on the button and its tool tip. ``role``: "tab" or "toggle"."""
        super().__init__(parent)
        self.setObjectName(name)
        for key, (text, why) in texts.items():
            button = self._add(key, text, 1)
            button.setToolTip(why)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleName(text)
            button.setProperty("role", role)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
