"""The one place where what the user did in the Lab becomes an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ...session.experiment import Experiment
from ...spec.errors import InputError
from ...spec.kernel_view import KernelView, kernel_view
from ...spec.lab import edits
from ...spec.lab.colours import with_input
from ...spec.lab.in_words import in_words
from ...spec.lab.lab import Lab, Operation
from ...spec.lab.pose import UNMOVED, Pose
from ...spec.lab.source import Source
from ...spec.weights import Floats
from ..undo import History

Change = Callable[[Lab], Lab]


class LabIntents(QObject):
    """Slots for the widgets of the Lab; what cannot be done becomes ``refused(sentence)`` and nothing changes.

    What follows a drag starts from the Lab at its beginning, so that a size dragged there and back loses nothing.
    """

    refused = Signal(str)  # a sentence that calls the operation by its name

    def __init__(self, experiment: Experiment, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._history = experiment, history
        self._gesture: tuple[object, ...] = ()

    # --- at once ----------------------------------------------------------------------------------------------

    def choose_preset(self, name: str) -> None:
        """Input, operation and kernels of an example."""
        from ...spec.lab.presets import PRESETS

        self._do(f"Lab: {PRESETS[name].title}", lambda _: replace(PRESETS[name].make(), preset=name))

    def choose_source(self, source: Source, text: str) -> None:
        """Another input; the end of a drag that was previewed."""
        if self._gesture == ("source",) and self._history.dragging:
            self.preview_source(source, text)
            self.finish()
        else:
            self._do(f"Lab: {text}", lambda lab: with_input(lab, source))

    def choose_kind(self, kind: str) -> None:
        """Another operation, one of KINDS."""
        self._do(f"Lab: {edits.KINDS[kind]}", lambda lab: edits.with_kind(lab, kind))

    def set_flipped(self, flipped: bool) -> None:
        """Whether the kernels are turned before they are multiplied."""
        if flipped != self._experiment.state.lab.flipped:
            text = "true convolution" if flipped else "correlation"
            self._do(f"Lab: {text}", lambda lab: replace(lab, flipped=flipped))

    def put_back(self) -> None:
        """The input where it was before it was moved, turned or enlarged."""
        self._do("Lab: put the input back", lambda lab: replace(lab, pose=UNMOVED))

    def reset_kernel(self, channel: int) -> None:
        """The kernel of an output channel as the Lab began with it."""
        self._do(f"Lab: reset kernel {channel}", lambda lab: _reset(lab, channel))

    # --- while the mouse is down ------------------------------------------------------------------------------

    def preview_source(self, source: Source, text: str) -> None:
        """The input while it is drawn."""
        self._preview(("source",), f"Lab: {text}", lambda lab: with_input(lab, source))

    def edit_layer(self, layer: Operation, text: str) -> None:
        """The operation has these settings; :meth:`finish` ends it. ``text`` is the setting, as "stride 2"."""
        self._preview(("layer", layer.id), f"Lab: {text}", lambda lab: edits.with_layer(lab, layer))

    def edit_kernel(self, channel: int, values: Floats) -> None:
        """The kernel of an output channel has these values (C, h, w); :meth:`finish` ends it."""
        self._preview(
            ("kernel", channel),
            f"Lab: kernel {channel}",
            lambda lab: edits.with_kernels(lab, _view(lab, channel), values),
        )

    def edit_bias(self, channel: int, value: float) -> None:
        """The bias of an output channel; :meth:`finish` ends it."""
        self._preview(
            ("bias", channel), f"Lab: bias {channel}", lambda lab: edits.with_added(lab, _view(lab, channel), value)
        )

    def move(self, pose: Pose) -> None:
        """The input is moved, turned or enlarged; :meth:`finish` ends it."""
        self._preview(("pose",), "Lab: move the input", lambda lab: replace(lab, pose=pose))

    def finish(self, text: str = "") -> None:
        """The gesture is over; one entry for all of it."""
        self._gesture = ()
        self._history.finish(f"Lab: {text}" if text else "")

    def refuse(self, sentence: str) -> None:
        """Something could not be done: ``sentence`` may call the operation by its id."""
        self.refused.emit(in_words(sentence, self._experiment.state.lab.layer))

    # --- how --------------------------------------------------------------------------------------------------

    def _preview(self, gesture: tuple[object, ...], text: str, change: Change) -> None:
        if gesture != self._gesture or not self._history.dragging:
            self._history.finish()
            self._gesture = gesture
        try:
            lab = change(self._history.start.lab)
        except InputError as error:
            self.refuse(str(error))
            return
        self._history.preview(text, lab=lab)

    def _do(self, text: str, change: Change) -> None:
        self.finish()
        lab = self._experiment.state.lab
        try:
            changed = change(lab)
        except InputError as error:
            self.refuse(str(error))
            return
        if changed is not lab:
            self._history.do(text, lab=changed)


def _view(lab: Lab, channel: int) -> KernelView:
    view = kernel_view(lab, lab.layer.id, channel)
    if view is None:
        raise InputError(f"the operation has no kernel {channel}; choose a convolution")
    return view


def _reset(lab: Lab, channel: int) -> Lab:
    view = _view(lab, channel)
    if view.original is None:
        raise InputError("the kernels had another size when the Lab began; choose that size, or the preset, again")
    reset = edits.with_kernels(lab, view, view.original)
    if view.bias is None or view.original_bias is None:
        return reset
    return edits.with_added(reset, view, view.original_bias)
