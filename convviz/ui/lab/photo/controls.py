"""Above a photo: how values become colours, which channel is shown, and what the colours stand for."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...field.switch import Switch
from ...look.choice import Choice
from ...look.colours import Range
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from ...network.colour_bar import ColourBar
from .tones import LEGENDS, TONES

COLOUR = "colour"
BAR_WIDE = (156, 230)  # at least and at most


class Controls(QWidget):
    """One line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tones = Switch("photo_tone", TONES, "toggle")
        self.channels = Choice()
        self.bar = ColourBar()
        self.legend = TextLine("photo_legend", CAPTION_PX, dim=True)
        self.tones.setAccessibleName("How values are shown")
        for button in self.tones.buttons.values():
            button.setMinimumWidth(72)
        self.channels.setObjectName("photo_channel")
        self.channels.setAccessibleName("Output channel")
        self.channels.setToolTip("Which output channel is shown")
        self.channels.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.bar.setFixedHeight(18)
        self.bar.setMinimumWidth(BAR_WIDE[0])
        self.bar.setMaximumWidth(BAR_WIDE[1])
        self.bar.setToolTip(
            "99.5 % of all values are within, also of those not on screen; the few beyond have the strongest colour"
        )
        self.bar.show_note("99.5 % within")
        self.legend.setFixedWidth(176)
        self.legend.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.tones)
        row.addWidget(self.channels)
        row.addWidget(self.legend)
        row.addStretch(1)
        row.addWidget(self.bar, 9)

    def show_tone(self, tone: str, shown: Range) -> None:
        """How values are shown, and the range of signed ones."""
        self.bar.setVisible(tone == "signed")
        self.legend.setVisible(tone != "signed")
        self.bar.show_range(shown)
        self.legend.setText(LEGENDS.get(tone, ""))

    def fill_channels(self, depth: int, *, coloured: bool) -> None:
        """What can be chosen: each channel, or all three as a colour."""
        with QSignalBlocker(self.channels):
            self.channels.clear()
            if coloured:
                self.channels.addItem("in colour", COLOUR)
            for d in range(depth):
                self.channels.addItem(f"channel {d}", d)
        self.channels.setVisible(self.channels.count() > 1)

    def show_channel(self, channel: int | str) -> None:
        """The chosen one, or COLOUR."""
        with QSignalBlocker(self.channels):
            self.channels.setCurrentIndex(self.channels.findData(channel))
