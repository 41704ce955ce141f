"""Where what the user did to the network becomes an edit: kernels, layers, channels, resets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ..session import editing
from ..session.experiment import Experiment
from ..spec.channels import Mark
from ..spec.errors import InputError
from ..spec.network import Layer
from ..spec.state import State
from ..spec.weights import Floats
from .undo import History

MARK_TEXTS: dict[Mark, str] = {"muted": "mute", "solo": "solo", "frozen": "freeze"}


class NetworkIntents(QObject):
    """Slots for the pages of the inspector; what cannot be done becomes ``refused(sentence)`` and nothing changes.

    What follows a drag starts from the State at its beginning, so that a size dragged there and back loses nothing.
    """

    refused = Signal(str)

    def __init__(self, experiment: Experiment, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._history = history
        self._gesture: tuple[object, ...] = ()

    # --- kernels ----------------------------------------------------------------------------------------------

    def edit_kernel(self, layer: str, channel: int, values: Floats) -> None:
        """A kernel has these values (S, h, w) while the mouse is down; :meth:`finish` ends it."""
        key = ("kernel", layer, channel)
        self._preview(key, f"kernel of {layer}[{channel}]", lambda s: editing.with_kernel_of(s, layer, channel, values))

    def edit_bias(self, layer: str, channel: int, value: float) -> None:
        key = ("bias", layer, channel)
        self._preview(key, f"bias of {layer}[{channel}]", lambda s: editing.with_bias_of(s, layer, channel, value))

    def finish(self, text: str = "") -> None:
        """The gesture is over; one entry for all of it."""
        self._gesture = ()
        self._history.finish(text)

    def toggle_mark(self, mark: Mark, layer: str, channel: int) -> None:
        text = MARK_TEXTS[mark]
        text = f"un{text}" if self._experiment.state.channels.has(mark, layer, channel) else text
        self._do(f"{text} {layer}[{channel}]", lambda s: editing.with_mark(s, mark, layer, channel))

    def reset_kernel(self, layer: str, channel: int) -> None:
        self._do(f"reset kernel {layer}[{channel}]", lambda s: editing.kernel_reset(s, layer, channel))

    def reset_layer(self, layer: str) -> None:
        self._do(f"reset {layer}", lambda s: editing.layer_reset(s, layer))

    def reset_network(self) -> None:
        self._do("reset the network", editing.network_reset)

    # --- layers -----------------------------------------------------------------------------------------------

    def edit_layer(self, layer: Layer, text: str) -> None:
        """A layer has these settings while the mouse is down; :meth:`finish` ends it."""
        self._preview(("layer", layer.id), text, lambda s: editing.with_layer(s, layer))

    def change_kind(self, layer: str, kind: str) -> None:
        self._do(f"{layer} to {kind}", lambda s: editing.with_kind(s, layer, kind))

    def insert(self, at: int, kind: str) -> None:
        self._do(f"insert {kind}", lambda s: editing.with_inserted(s, at, kind))

    def move(self, layer: str, step: int) -> None:
        self._do(f"move {layer} {'later' if step > 0 else 'earlier'}", lambda s: editing.with_moved(s, layer, step))

    def remove(self, layer: str) -> None:
        self._do(f"remove {layer}", lambda s: editing.without(s, layer))

    def start_from(self, template: str) -> None:
        self._do(f"new network {template}", lambda s: editing.started(s, template))

    # --- how --------------------------------------------------------------------------------------------------

    def _preview(self, gesture: tuple[object, ...], text: str, edit: Callable[[State], State]) -> None:
        if gesture != self._gesture or not self._history.dragging:
            self._history.finish()
            self._gesture = gesture
        start = self._history.start
        try:
            after = edit(start)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self._history.preview_state(text, replace(after, drawing=self._experiment.state.drawing))

    def _do(self, text: str, edit: Callable[[State], State]) -> None:
        self.finish()
        try:
            after = edit(self._experiment.state)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self._history.do_state(text, after)
