"""What computes here, and what the training costs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ....session.training.trainer import Trainer
from ....spec.training.processes import Machine
from ...look.theme import UNIT, VALUE_PX
from . import words
from .cards import Card, caption
from .wrapped import Wrapped

ROWS = {
    "devices": ("Devices", "what torch finds on this machine"),
    "threads": ("Threads", "with all cores the training collapsed whenever the window was busy"),
    "torch": ("torch", "the version that computes here"),
    "where": ("Training on", "chosen in the bar at the top"),
    "speed": ("Speed", "of the last seconds, with everything on screen"),
    "moving": ("Moving data", "bringing the images of one mini-batch to the device, measured when they were loaded"),
    "ring": ("Time machine", "the checkpoints that the slider leads back to"),
}


class MachineCard(Card):
    """A line a fact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("machine_card", "This machine", "What computes here, and what it costs", parent)
        self.lines: dict[str, Wrapped] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * UNIT)
        grid.setVerticalSpacing(2)
        for number, (name, (title, why)) in enumerate(ROWS.items()):
            label = caption(title)
            label.setToolTip(why)
            self.lines[name] = Wrapped(f"machine_{name}", 1, VALUE_PX, dim=False)
            self.lines[name].setToolTip(why)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.lines[name], number, 1)
        self.column.addLayout(grid)
        self.column.addStretch(1)

    def show_machine(self, machine: Machine) -> None:
        self._say("devices", words.devices(machine))
        self._say("threads", words.threads(machine))
        self._say("torch", machine.torch)

    def show_trainer(self, trainer: Trainer) -> None:
        """What the trainer has measured."""
        run = trainer.run
        self._say("where", "nothing yet" if run is None else f"{run.device.upper()}, {run.name}")
        self._say("speed", words.speed(trainer))
        self._say("moving", words.moving(trainer))
        self._say("ring", words.ring(trainer))

    def _say(self, name: str, text: str) -> None:
        self.lines[name].show_text(text)
