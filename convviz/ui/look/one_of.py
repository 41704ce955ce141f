"""Buttons of which exactly one is down."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class OneOf(QWidget):
    """The base of rows of tabs and switches, which add their buttons; ``choose`` never emits."""

    chosen = Signal(str)  # by the user: a button's name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def _add(self, name: str, text: str, stretch: int) -> QToolButton:
        """One more button; the first is down at first."""
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setChecked(not self.buttons)
        button.clicked.connect(lambda _on: self._clicked(name))
        self._group.addButton(button)
        self._row.addWidget(button, stretch)
        self.buttons[name] = button
        return button

    @property
    def current(self) -> str:
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
