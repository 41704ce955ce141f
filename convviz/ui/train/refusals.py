"""What the trainer refuses: said in the banner, on the card of the run, and with a button that puts it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...spec.state import State
from ...spec.training.demands import with_outputs

if TYPE_CHECKING:
    from ..desk import Desk
    from .wires import TrainWires


class Refusals(QObject):
    """Listens to the trainer of a window."""

    def __init__(self, desk: Desk, wires: TrainWires) -> None:
        super().__init__(wires)
        self._desk, self._wires, self._trainer = desk, wires, desk.trainer
        self._trainer.refused.connect(self._refused)
        self._trainer.outputs_wanted.connect(self._offer_outputs)

    def _refused(self, why: str) -> None:
        """Also on the card, where a run that could not begin leaves no other trace."""
        run, workspace = self._trainer.run, self._wires.workspace
        if workspace is not None and self._wires.going and (run is None or run.note != why):
            workspace.run.show_refusal(why)
        self._desk.banner.say(why)

    def _offer_outputs(self, why: str, count: int) -> None:
        """One click puts it right, while network and data are these."""
        desk, state = self._desk, self._desk.experiment.state
        if with_outputs(state.network, count) is None:
            return

        def give() -> None:
            front = desk.workspaces.name
            if self._wires.intents.give_outputs(count):
                desk.workspaces.choose(front)  # who trains wants to see that, not the layer
                self._trainer.start()

        def follow(_old: State, new: State) -> None:
            if new.network is not state.network or new.plan.source != state.plan.source:
                desk.experiment.changed.disconnect(follow)
                desk.banner.take_back(why)

        desk.banner.offer(why, {f"Give it {count} outputs": give})
        desk.experiment.changed.connect(follow)
