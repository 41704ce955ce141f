"""A chip for every layer that learns; a frozen one is left as it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ....spec.channels import Channels, channels_of
from ....spec.network import NetworkSpec

COLUMNS = 4
CLOSE_PX = 20
WHY = (
    "The training leaves the kernels of a frozen layer as they are; all others go on learning.\n"
    "A click freezes a layer or lets it learn again. Single channels: key F in Network."
)


class FreezeRow(QWidget):
    """``layer_toggled`` says which chip was clicked; a setter decides how it looks then."""

    layer_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("freeze_row")
        self.chips: dict[str, QToolButton] = {}
        self._counts: dict[str, int] = {}
        self._close = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(1 + column, 1)
        self.caption = QLabel()
        self.caption.setProperty("role", "caption")
        self.setToolTip(WHY)
        self.caption.setToolTip(WHY)
        self.pack(False)

    def pack(self, close: bool) -> None:
        """The caption beside the chips, or above them."""
        self._close = close
        for chip in self.chips.values():
            self._set_height(chip)
        self.caption.setText("frozen" if close else "frozen layers")
        self._grid.addWidget(self.caption, *((1, 0) if close else (0, 1, 1, COLUMNS)))
        self.updateGeometry()  # at once: who packs it asks how much room that saves

    def _set_height(self, chip: QToolButton) -> None:
        chip.setFixedHeight(CLOSE_PX if self._close else chip.sizeHint().height())

    def set_network(self, network: NetworkSpec) -> None:
        """Chips for the layers of another network."""
        counts = {layer.id: channels_of(layer) for layer in network if channels_of(layer)}
        if counts == self._counts:
            return
        self._counts = counts
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {name: self._chip(name) for name in counts}
        for place, chip in enumerate(self.chips.values()):
            self._set_height(chip)
            self._grid.addWidget(chip, 1 + place // COLUMNS, 1 + place % COLUMNS)

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName(f"freeze_{name}")
        chip.setAccessibleName(f"Freeze {name}")
        chip.setProperty("role", "toggle")
        chip.setCheckable(True)
        chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        chip.clicked.connect(lambda on, c=chip: c.setChecked(not on))  # who hears of it decides
        chip.clicked.connect(lambda _on: self.layer_toggled.emit(name))
        return chip

    def set_channels(self, channels: Channels) -> None:
        """Which kernels are frozen."""
        for name, chip in self.chips.items():
            count = self._counts[name]
            frozen = sum(layer == name for layer, _ in channels.frozen)
            chip.setChecked(frozen >= count)
            chip.setText(name if frozen in (0, count) else f"{name} {frozen}/{count}")
            some = "all" if frozen >= count else frozen or "none"
            chip.setToolTip(f"{name}: {some} of {count} kernels are frozen\n{WHY}")
