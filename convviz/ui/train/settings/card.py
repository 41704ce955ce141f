"""The card with the settings of the training; whatever is changed acts from the next step on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ....session.experiment import State, differs
from ....spec.training.settings import TrainingSettings
from ...layer.choices import ChoiceField
from ...layer.size_field import SizeField
from ..packing import Packing
from .freeze_row import FreezeRow
from .scales import SCALES
from .words import CAPTIONS, CHOICES, TIPS

ROWS = (
    ("rate", "schedule"),
    ("optimizer", "loss"),
    ("batch", "epochs", "seed"),
    ("momentum", "weight_decay", "average"),
    ("smoothing", "dropout", "augmentation"),
)
SIXTHS = 6
USUAL, CLOSE = Packing((12, 6, 12, 10), 5), Packing((12, 3, 12, 5), 1)


def number_field(name: str) -> SizeField:
    """The field of a number of the settings."""
    scale = SCALES[name]
    field = SizeField(f"training_{name}", CAPTIONS[name], pair=False, parse=scale.parse, text=scale.text)
    field.boxes[0].quiet = True
    field.setToolTip(TIPS[name])
    return field


class SettingsCard(QFrame):
    """Shows a State's plan and says what was edited; applies nothing."""

    setting_previewed = Signal(str, object)  # name, value: while the mouse is down
    edit_finished = Signal()
    setting_chosen = Signal(str, object)
    reset_wanted = Signal()
    layer_toggled = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_card")
        self.setProperty("role", "card")
        self._settings = TrainingSettings()
        self.numbers = {name: number_field(name) for row in ROWS for name in row if name in SCALES}
        self.choices = {name: ChoiceField(f"training_{name}", CAPTIONS[name]) for name in CHOICES}
        self.freeze = FreezeRow()
        self.defaults = QToolButton()
        self._build()
        for name, field in self.numbers.items():
            self._connect_number(name, field)
        for name, choice in self.choices.items():
            choice.set_items(CHOICES[name])
            choice.setToolTip(TIPS[name])
            choice.chosen.connect(lambda value, n=name: self.setting_chosen.emit(n, value))
        self.freeze.layer_toggled.connect(self.layer_toggled)
        self.defaults.clicked.connect(self.reset_wanted)

    def _build(self) -> None:
        title = QLabel("Settings")
        title.setProperty("role", "title")
        self.defaults.setText("Defaults")
        self.defaults.setObjectName("training_defaults")
        self.defaults.setAccessibleName("All settings as they were at first")
        self.defaults.setToolTip("All settings as they were at first")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.defaults)
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        fields = self.numbers | self.choices
        for line, names in enumerate(ROWS):
            span = SIXTHS // len(names)
            for place, name in enumerate(names):
                grid.addWidget(fields[name], line, place * span, 1, span)
        for sixth in range(SIXTHS):
            grid.setColumnStretch(sixth, 1)
        self._column = column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self.freeze)
        self.pack(False)

    def pack(self, close: bool) -> None:
        """Rows closer together, or as they are usually."""
        packing = CLOSE if close else USUAL
        packing.apply(self._column)
        self._grid.setVerticalSpacing(packing.spacing)
        self.freeze.pack(close)

    def _connect_number(self, name: str, field: SizeField) -> None:
        scale = SCALES[name]
        field.value_edited.connect(lambda units: self.setting_previewed.emit(name, scale.value(units)))
        field.edit_finished.connect(self.edit_finished)
        field.refused.connect(self.refused)
        field.range_wanted.connect(lambda *_: field.set_range(scale.range(self._settings)))

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        if old is None or old.network is not new.network:
            self.freeze.set_network(new.network)
        if old is None or differs(old, new, "channels", "network"):
            self.freeze.set_channels(new.channels)
        if old is None or old.plan.settings is not new.plan.settings:
            self._show(new.plan.settings)

    def _show(self, settings: TrainingSettings) -> None:
        self._settings = settings
        for name, field in self.numbers.items():
            scale = SCALES[name]
            field.set_value(scale.units(getattr(settings, name)))
            if field.boxes[0].range is None:
                field.set_range(scale.range(settings))
        for name, choice in self.choices.items():
            choice.set_value(getattr(settings, name))
        self.defaults.setEnabled(settings != TrainingSettings())
