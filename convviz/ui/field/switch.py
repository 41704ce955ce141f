"""One of a few: buttons in a row, of which exactly one is down."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget


class Switch(QWidget):
    """Names and texts in their order; the first is down at first. ``choose`` never emits."""

    chosen = Signal(str)

    def __init__(self, name: str, texts: dict[str, tuple[str, str]], role: str, parent: QWidget | None = None) -> None:
        """``texts``: by name, what is written on the button and its tool tip. ``role``: "tab" or "toggle"."""
        super().__init__(parent)
        self.setObjectName(name)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key, (text, why) in texts.items():
            button = QToolButton()
            button.setText(text)
            button.setToolTip(why)
            button.setCheckable(True)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleName(text)
            button.setProperty("role", role)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _on, k=key: self._clicked(k))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button, 1)
        next(iter(self.buttons.values())).setChecked(True)

    @property
    def value(self) -> str:
        """The name of the button that is down."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        self.buttons[name].setChecked(True)
        self._take_focus(name)

    def _clicked(self, name: str) -> None:
        self._take_focus(name)
        self.chosen.emit(name)

    def _take_focus(self, name: str) -> None:
        """A focus that stays on another of them would look like a second choice."""
        if any(button.hasFocus() for button in self.buttons.values()):
            self.buttons[name].setFocus()
