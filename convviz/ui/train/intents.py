"""Where what the user did to the plan of a training becomes an edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ...session.editing import with_layer
from ...session.experiment import Experiment
from ...spec.channels import channels_of
from ...spec.errors import InputError
from ...spec.opened_image import OpenedImage
from ...spec.training.demands import with_outputs
from ...spec.training.plan import Begin, Plan
from ...spec.training.sample import Sample
from ...spec.training.settings import TrainingSettings
from ...spec.training.source import DataSource, Labelled
from ..input.unprepared import opened
from ..undo import History
from .settings.words import said


class TrainIntents(QObject):
    """Slots for the workspace Train. A mistake becomes ``refused(sentence)`` and nothing changes."""

    refused = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        experiment: Experiment,
        history: History,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._experiment, self._history = experiment, history
        self._explained: OpenedImage | None = None  # the test image whose class is explained

    @property
    def plan(self) -> Plan:
        return self._experiment.state.plan

    # --- settings ---------------------------------------------------------------------------------------------

    def preview_setting(self, name: str, value: Any) -> None:
        """A setting has this value while the mouse is down; :meth:`finish` ends it."""
        try:
            settings = _with(self.plan.settings, name, value)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self._history.preview(said(name, value), plan=replace(self.plan, settings=settings))

    def finish(self) -> None:
        self._history.finish()

    def choose_setting(self, name: str, value: Any) -> None:
        if getattr(self.plan.settings, name) != value:
            self.preview_setting(name, value)
            self.finish()

    def reset_settings(self) -> None:
        if self.plan.settings != TrainingSettings():
            self._do("settings as they were at first", settings=TrainingSettings())

    def choose_begin(self, begin: Begin) -> None:
        if begin != self.plan.begin:
            self._do(f"begin with {'random weights' if begin == 'random' else 'those on screen'}", begin=begin)

    def toggle_layer(self, layer: str) -> None:
        """Freezes all kernels of a layer, or none of them where all are."""
        state = self._experiment.state
        every = frozenset((layer, channel) for channel in range(channels_of(state.network[layer])))
        frozen = state.channels.frozen
        thawed = every <= frozen
        after = replace(state.channels, frozen=frozen - every if thawed else frozen | every)
        self._history.do(f"{'unfreeze' if thawed else 'freeze'} {layer}", channels=after)

    def give_outputs(self, count: int) -> bool:
        """The last fully connected layer gets an output for each class; False where that cannot be done."""
        state = self._experiment.state
        layer = with_outputs(state.network, count)
        if layer is None:
            return False
        self._history.finish()
        self._history.do_state(f"give {layer.id} {count} outputs", with_layer(state, layer))
        return True

    # --- data -------------------------------------------------------------------------------------------------

    def choose_source(self, source: DataSource, text: str) -> None:
        if source != self.plan.source:
            self._do(f"data: {text}", source=source)

    def preview_source(self, source: DataSource, text: str) -> None:
        """The source while the mouse is down; :meth:`finish` ends it."""
        self._history.preview(f"data: {text}", plan=replace(self.plan, source=source))

    def choose_folder(self, folder: Path) -> None:
        """The pictures of a folder, or the set of a name that lies there."""
        try:
            source = DataSource.parse(str(folder))
        except InputError as error:
            self.refused.emit(str(error))
            return
        self.choose_source(source, folder.name)

    def keep(self, label: int) -> None:
        """Keeps the drawing for "my handwriting"."""
        state = self._experiment.state
        name = state.network.class_name(label)
        if not state.drawing:
            self.refused.emit("there is nothing to keep; draw first")
        elif any(one.drawing is state.drawing and one.class_name == name for one in self.plan.kept[-1:]):
            self.refused.emit(f"this drawing is kept as {name} already; draw another one")
        else:
            self._do(f"keep as {name}", kept=(*self.plan.kept, Labelled(state.drawing, label, name, state.preparation)))
            count = len(self.plan.kept)
            self.told.emit(f"kept as {name}; My handwriting has {count:,} drawing{'' if count == 1 else 's'}")

    def remove_last(self) -> None:
        if self.plan.kept:
            self._do(f"remove the last drawing, a {self.plan.kept[-1].class_name}", kept=self.plan.kept[:-1])

    def clear_kept(self) -> None:
        if self.plan.kept:
            self._do("clear my handwriting", kept=())

    def open_sample(self, sample: Sample) -> None:
        """Its image becomes the drawing, and the network receives exactly those pixels; its class is explained."""
        pixels = np.asarray(sample.image, np.float32) / np.float32(255.0)
        pixels.setflags(write=False)
        self._history.finish()  # first: it changes the State
        state = self._experiment.state
        name = state.network.class_name(sample.label)
        image = f"test image {sample.index:,}"
        after = opened(state, pixels if len(pixels) == 3 else pixels[0], f"{image}, of class {name}", sample.label)
        self._history.do_state(f"{image} ({name})", after)
        grey = ", in grey, as the network takes no colours" if len(pixels) > state.network.input_shape[0] else ""
        self.told.emit(f"{image} is of class {name}{grey}; it is not prepared: crop, size and centre are off for it")

    def explain_sample(self) -> str:
        """The class of a test image that is on the pad is explained; returns what it is, "" where none is.

        Where another drawing took its place, the class that the network answers is explained again.
        """
        state = self._experiment.state
        image = state.drawing.image
        if image is not self._explained:
            before, self._explained = self._explained, image
            probe = state.probe
            if image is not None:
                probe = replace(probe, target=image.label)
            elif before is not None and probe.target == before.label:
                probe = replace(probe, target=None)
            self._experiment.change(probe=probe)
        return image.name if image is not None else ""

    def _do(self, text: str, **values: Any) -> None:
        self._history.finish()  # first: it changes the plan
        self._history.do(text, plan=replace(self.plan, **values))


def _with(settings: TrainingSettings, name: str, value: Any) -> TrainingSettings:
    changes: dict[str, Any] = {name: value}
    return replace(settings, **changes)
