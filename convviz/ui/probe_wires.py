"""Connects the pages about fields and reasons with what computes for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ..session.engine import Engine, Job
from ..session.experiment import Experiment
from ..session.outbox import Progress
from ..session.probing import AveragedField, OcclusionRead, average_field, occlude
from ..spec.probe import Patch
from .bridge import Bridge
from .field.page import FieldPage
from .network.inspector import Inspector
from .why.page import WhyPage


class ProbeWires(QObject):
    """Changes the State's probe, and runs the jobs: at most one sweep and one average at a time, the newest."""

    def __init__(
        self, field: FieldPage, why: WhyPage, experiment: Experiment, engine: Engine, bridge: Bridge, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._field, self._why = field, why
        self._experiment, self._engine = experiment, engine
        self._jobs: dict[str, int] = {}
        why.target_chosen.connect(lambda target: self._change(target=target))
        why.patch_moved.connect(self._lay)
        why.sweep_wanted.connect(self._sweep)
        why.cancel_wanted.connect(lambda: self._cancel("sweep"))
        field.average_wanted.connect(self._average)
        bridge.progressed.connect(self._progressed)
        self._page_needs = False  # gradients
        self._cards_need = False

    def connect_views(self, inspector: Inspector, gradients: QAction) -> None:
        """Frames hold what the page on screen needs, and gradients while the cards show them."""
        inspector.target_chosen.connect(lambda target: self._change(target=target))
        inspector.probe_wanted.connect(self._want)
        gradients.toggled.connect(self._want_on_cards)
        gradients.toggled.connect(self._why.cards.setChecked)
        self._why.cards_wanted.connect(gradients.setChecked)

    def _want(self, gradients: bool, effective: bool) -> None:
        self._page_needs = gradients
        self._change(gradients=gradients or self._cards_need, effective=effective)

    def _want_on_cards(self, wanted: bool) -> None:
        self._cards_need = wanted
        self._change(gradients=wanted or self._page_needs)

    def _change(self, **values: Any) -> None:
        probe = replace(self._experiment.state.probe, **values)
        if probe != self._experiment.state.probe:
            self._experiment.change(probe=probe)

    def _lay(self, patch: Patch | None) -> None:
        self._change(patch=patch)

    def _sweep(self, patch: int, stride: int, value: float) -> None:
        state = self._experiment.state
        self._run("sweep", lambda: occlude(state, patch, stride, value))

    def _average(self) -> None:
        state = self._experiment.state
        self._run("average", lambda: average_field(state))

    def _run(self, name: str, job: Job) -> None:
        self._cancel(name)
        self._jobs[name] = self._engine.run(job)

    def _cancel(self, name: str) -> None:
        number = self._jobs.pop(name, None)
        if number is not None:
            self._engine.cancel(number)
            if name == "sweep":
                self._why.sweep_ended()

    def _progressed(self, progress: Progress) -> None:
        if progress.job == self._jobs.get("sweep"):
            if isinstance(progress.value, OcclusionRead):
                self._why.show_occlusion(progress.value)
            if progress.done:
                del self._jobs["sweep"]
                self._why.sweep_ended()
        elif progress.job == self._jobs.get("average"):
            if isinstance(progress.value, AveragedField):
                self._field.show_average(progress.value)
            if progress.done:
                del self._jobs["average"]
