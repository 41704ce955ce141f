"""The program of the network or of the selected layer, to copy or to save."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...session.exporting import COPIES_KEPT, needs_file, shown
from ...spec.footprint import Index
from ...spec.state import State
from .say import Say
from .tabs import Tabs
from .text import CodeText

NOTHING = "# No layer is selected.\n# Select one in the window, and its program appears here."
ABOUT = (
    "Running it gives the numbers on screen, muted channels included. Copy writes the weights to a file and puts its "
    "place into the program."
)
PARTS = {"whole": "Whole network", "layer": "Selected layer"}


class CodePage(QWidget):
    """Follows the State; emits what is to be copied or saved: a layer's id, None for the network.

    What is copied of it is all, as None, or the part that is selected.
    """

    copy_wanted = Signal(object, object)
    save_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: State | None = None
        self.parts = Tabs("Program of", PARTS, inner=True)
        self.parts.chosen.connect(lambda _: self._show())
        self.say = Say("code_say", ABOUT)
        self.text = CodeText("code_text", "The program")
        self.text.copies = self._copies
        self.copy = _button("code_copy", "Copy", "Copy the program")
        self.copy.setProperty("role", "action")
        self.copy.setToolTip(
            "Puts the program on the clipboard. Its weights and this input are written to a file of their own, whose "
            f"place stands in the copied program; convviz keeps the last {COPIES_KEPT} of them"
        )
        self.save = _button("code_save", "Save script…", "Save the program as a script")
        self.save.setToolTip("Writes this program where you choose, and beside it the file of weights that it loads")
        self.copy.clicked.connect(lambda: self.copy_wanted.emit(self.layer, None))
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.layer))
        self._build()

    def _build(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(8, 6, 4, 6)
        inside.addWidget(self.text)
        bottom = QHBoxLayout()
        bottom.addWidget(self.say, 1)
        bottom.addWidget(self.save)
        bottom.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.parts)
        column.addWidget(card, 1)
        column.addLayout(bottom)

    @property
    def layer(self) -> str | None:
        """The layer whose program is shown; None for the network."""
        focus = self._state.focus if self._state is not None else None
        return focus.layer if self.parts.current == "layer" and focus is not None else None

    @property
    def unit(self) -> Index | None:
        """The unit of the layer that its program prints."""
        focus = self._state.focus if self._state is not None else None
        return focus.index if self.layer is not None and focus is not None else None

    def show_state(self, state: State) -> None:
        """Shows the program of a State."""
        self._state = state
        self._show()

    def _show(self) -> None:
        state = self._state
        if state is None:
            return
        layer = self.layer
        missing = self.parts.current == "layer" and (layer is None or layer not in state.network)
        self.copy.setEnabled(not missing)
        self.save.setEnabled(not missing)
        code = NOTHING if missing else shown(state.network, layer, self.unit)
        if code != self.text.toPlainText():
            self.text.show_code(code)
            self.say.tell("")  # it was about another program

    def _copies(self, selected: str) -> bool:
        """A part that would not run where it is pasted is copied as the button copies all."""
        if self._state is None or not self.copy.isEnabled():
            return False
        if not needs_file(selected, self._state.network, self.layer):
            return False
        self.copy_wanted.emit(self.layer, selected)
        return True


def _button(name: str, text: str, spoken: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(spoken)
    button.setAutoDefault(False)
    return button
