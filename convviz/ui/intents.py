"""The one place where what the user did becomes a change of the experiment."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from ..session.experiment import Experiment, Focus, nearest
from ..session.shipped import shipped
from ..spec.errors import InputError
from ..spec.preparation import Preparation
from ..spec.state import opened
from ..spec.strokes import Drawing, Stroke
from .input.unprepared import fresh
from .undo import History


class Intents(QObject):
    """Slots for everything a widget can ask for. A mistake becomes ``refused(sentence)`` and nothing changes."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._history = history
        self._random = np.random.default_rng()

    def draw(self, drawing: Drawing) -> None:
        """The pen moves; one entry when it is lifted."""
        self._history.preview("stroke", drawing=drawing)

    def finish_stroke(self, stroke: Stroke) -> None:
        self._history.finish("erasing" if stroke.erase else "stroke")

    def clear(self) -> None:
        if self._experiment.state.drawing:
            self._draw_anew("clear", Drawing())

    def draw_sample(self) -> None:
        """A digit as people write it, another one each time."""
        from ..spec.handwriting import digit

        label = int(self._random.integers(10))
        self._draw_anew(f"sample {label}", digit(label, self._random))

    def _draw_anew(self, text: str, drawing: Drawing) -> None:
        self._history.finish()  # first: it changes the State
        self._history.do_state(text, fresh(self._experiment.state, drawing))

    def edit_preparation(self, preparation: Preparation, text: str) -> None:
        self._history.do(text, preparation=preparation)

    def choose_network(self, name: str) -> None:
        state = self._experiment.state
        try:
            network, weights = shipped(name)
        except InputError as error:
            if name != state.network.name:
                self.refused.emit(str(error))
            return
        if (network, weights) == (state.network, state.weights):
            return
        self._history.do_state(f"switch to {name}", opened(state, network, weights))

    def choose_device(self, device: str) -> None:
        self._experiment.change(device=device)

    def select(self, focus: Focus) -> None:
        self._experiment.change(focus=nearest(self._experiment.state.network, focus))
