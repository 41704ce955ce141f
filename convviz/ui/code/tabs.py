"""A row of tabs, or of toggles for what is inside one, of which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

WIDEST_PX = 150


class Tabs(QWidget):
    """Emits the name of the tab that the user chose.

    ``titles`` are by name, ``kind`` says what is chosen. ``inner`` ones look less important.
    """

    chosen = Signal(str)

    def __init__(
        self, kind: str, titles: Mapping[str, str], *, inner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        group = QButtonGroup(self)
        for name, title in titles.items():
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setObjectName(f"{name}_tab")
            button.setAccessibleName(f"{kind}: {title}")
            button.setProperty("role", "toggle" if inner else "tab")
            if not inner:
                button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
                button.setMaximumWidth(WIDEST_PX)
            button.clicked.connect(lambda _on, n=name: self._clicked(n))
            group.addButton(button)
            row.addWidget(button, int(not inner))
            self.buttons[name] = button
        row.addStretch(1)
        next(iter(self.buttons.values())).setChecked(True)

    @property
    def current(self) -> str:
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        """Shows a tab as chosen, without a signal."""
        self.buttons[name].setChecked(True)
        self._take_focus(name)

    def _clicked(self, name: str) -> None:
        self._take_focus(name)
        self.chosen.emit(name)

    def _take_focus(self, name: str) -> None:
        """A focus that stays on another of them would look like a second choice."""
        if any(button.hasFocus() for button in self.buttons.values()):
            self.buttons[name].setFocus()
