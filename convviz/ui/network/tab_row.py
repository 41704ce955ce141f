"""The titles of the inspector's pages, one of which is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ..look.theme import CAPTION_PX
from .pages import SPECS


class TabRow(QWidget):
    """Buttons as wide as their words need, over the whole width."""

    page_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page_tabs")
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        group = QButtonGroup(self)
        for number, spec in enumerate(SPECS, 1):
            button = QToolButton()
            button.setText(spec.title)
            button.setCheckable(True)
            button.setObjectName(f"{spec.name}_tab")
            button.setAccessibleName(f"Page {spec.name}")
            button.setToolTip(f"{spec.title} (Alt+{number})")
            button.setProperty("role", "tab")
            button.setStyleSheet(f"font-size: {CAPTION_PX}px;")
            button.clicked.connect(lambda _on, name=spec.name: self.page_chosen.emit(name))
            group.addButton(button)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            row.addWidget(button, len(spec.title))
            self.buttons[spec.name] = button

    def show_page(self, name: str) -> None:
        self.buttons[name].setChecked(True)
