"""What is done to the channel as a whole: mute, solo, freeze; and whether commands reach all slices."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

MARKS = {
    "muted": ("Mute", "The channel puts out zeros, whatever it sees"),
    "solo": ("Solo", "Of this layer only soloed channels are heard; all others put out zeros"),
    "frozen": ("Freeze", "Training leaves this kernel and its bias alone"),
}


class MarkRow(QWidget):
    """Toggles that show the marks of a channel and say which one was clicked."""

    mark_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, marks: bool = True) -> None:
        """Without ``marks`` there is only the switch for all slices."""
        super().__init__(parent)
        self.setObjectName("channel_marks")
        self.buttons = {name: _toggle(name, *words) for name, words in MARKS.items() if marks}
        self.all_slices = _toggle("all_slices", "All slices", "Presets and edits reach every slice, not just this one")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _on, n=name: self.mark_toggled.emit(n))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.all_slices)

    def set_marks(self, marks: frozenset[str]) -> None:
        """The marks that the channel has."""
        for name, button in self.buttons.items():
            button.setChecked(name in marks)


def _toggle(name: str, text: str, about: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(f"{name}_toggle")
    button.setAccessibleName(text)
    button.setToolTip(about)
    button.setCheckable(True)
    button.setProperty("role", "toggle")
    button.setStyleSheet("QToolButton { padding: 2px 3px; }")
    return button
