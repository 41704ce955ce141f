"""The command that does in a terminal what the button does, as it runs there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ....session.training.child import data_arguments, freezing
from ....session.training.record import alike
from ....spec import presets
from ....spec import weights as files
from ....spec.state import State
from ....spec.training.processes import options, torchrun
from ....spec.weights import Weights, initial


class Terminal(NamedTuple):
    """``lines`` for one machine and for each of two; ``file`` is where the weights must lie that they begin with."""

    lines: tuple[str, str]
    file: Path | None

    @classmethod
    def of(cls, state: State, processes: int, folder: Path) -> Terminal:
        """What trains as the plan says. A shipped network that begins at random is called by its name.

        Raises:
            InputError: no command has this data, or there are too many processes.
        """
        plan, file = state.plan, None
        if plan.begin == "screen" or not is_shipped(state):
            file = folder / f"{state.network.name}_begin.safetensors"
        network = state.network.name if file is None else str(file)
        device = ("--device", "cuda") if state.device.startswith("cuda") else ()
        left = freezing(state.channels.frozen, state.network)
        arguments = ("--network", network, *data_arguments(plan.source), *device, *options(plan.settings), *left)
        return cls((torchrun(arguments, processes), torchrun(arguments, processes, machines=2)), file)

    def write(self, state: State) -> Terminal:
        """Writes the file, if there is to be one, which may take a while; returns itself.

        Raises:
            InputError: it cannot be written.
        """
        if self.file is not None:
            with suppress(OSError):  # writing says it
                self.file.parent.mkdir(parents=True, exist_ok=True)
            files.save(self.file, state.network, beginning(state))
        return self


def beginning(state: State) -> Weights:
    """The weights that a training begins with: those on screen, or random ones."""
    return state.weights if state.plan.begin == "screen" else initial(state.network, state.plan.settings.seed)


def is_shipped(state: State) -> bool:
    """Whether ``convviz train`` knows the network by its name."""
    name = state.network.name
    return name in presets.NETWORKS and alike(presets.network(name), state.network)
