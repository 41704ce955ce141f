"""Which layer is shown: a button each, or a list where there are many."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ...look.choice import Choice
from ...look.one_of import OneOf

MOST_CHIPS = 6


class _Chips(OneOf):
    """Arrow keys go along the row, as in every group of buttons."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        super().__init__()
        for layer in layers:
            button = self._add(layer, layer, 0)
            button.setObjectName(f"chip_{layer}")
            button.setAccessibleName(f"Layer {layer}")
            button.setProperty("role", "toggle")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a click, then arrows
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)


class LayerChips(QWidget):
    """One of some layers; ``set_layers`` and ``choose`` never emit."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_chips")
        self._layers: tuple[str, ...] = ()
        self._part: _Chips | Choice | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    @property
    def part(self) -> QWidget | None:
        """What the layers are chosen with."""
        return self._part

    def set_layers(self, layers: tuple[str, ...]) -> None:
        """Other layers; the first is chosen."""
        if layers == self._layers:
            return
        self._layers = layers
        if self._part is not None:
            self._row.removeWidget(self._part)
            self._part.hide()
            self._part.deleteLater()
        if len(layers) <= MOST_CHIPS:
            chips = _Chips(layers)
            chips.chosen.connect(self.chosen)
            self._part = chips
        else:
            choice = Choice()
            choice.setObjectName("layer_choice")
            choice.setAccessibleName("Layer")
            choice.addItems(list(layers))
            choice.activated.connect(lambda at: self.chosen.emit(self._layers[at]))
            self._part = choice
        self._row.addWidget(self._part)

    def choose(self, layer: str) -> None:
        """Which one is chosen."""
        if isinstance(self._part, _Chips):
            self._part.choose(layer)
        elif self._part is not None:
            with QSignalBlocker(self._part):
                self._part.setCurrentIndex(self._layers.index(layer))
