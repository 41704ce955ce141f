"""Connects the pages about fields and reasons with what computes for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ..session.engine import Engine
from ..session.experiment import Experiment
from ..session.jobs import Job
from ..session.outbox import Progress
from ..session.probing import AveragedField, OcclusionRead, average_field, occlude
from ..spec.probe import Patch
from .bridge import Bridge
from .network.inspector import Inspector

if TYPE_CHECKING:
    from .field.page import FieldPage
    from .why.page import WhyPage


class ProbeWires(QObject):
    """Changes the State's probe, and runs the jobs: at most one sweep and one average at a time, the newest."""

    def __init__(self, experiment: Experiment, engine: Engine, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment, self._engine = experiment, engine
        self._jobs: dict[str, int] = {}
        self._said: dict[str, Callable[[Progress], object]] = {}  # who hears of a job of that name
        bridge.progressed.connect(self._progressed)
        self._page_needs = False  # gradients
        self._cards_need = False

    def connect_field(self, page: FieldPage) -> None:
        """A page that may ask for an average."""
        page.average_wanted.connect(self._average)

        def heard(progress: Progress) -> None:
            if isinstance(progress.value, AveragedField):
                page.show_average(progress.value)

        self._said["average"] = heard

    def connect_why(self, page: WhyPage) -> None:
        """A page that chooses the class, lays patches and may ask for a sweep."""
        page.target_chosen.connect(lambda target: self._change(target=target))
        page.patch_moved.connect(self._lay)
        page.sweep_wanted.connect(self._sweep)
        page.cancel_wanted.connect(lambda: self._cancel("sweep"))

        def heard(progress: Progress) -> None:
            if isinstance(progress.value, OcclusionRead):
                page.show_occlusion(progress.value)
            if progress.done:
                page.sweep_ended()

        self._said["sweep"] = heard

    def connect_views(self, inspector: Inspector, gradients: QAction) -> None:
        """Frames hold what the page on screen needs, and gradients while the cards show them."""
        inspector.target_chosen.connect(lambda target: self._change(target=target))
        inspector.probe_wanted.connect(self._want)
        inspector.page_made.connect(lambda name, page: self._page_made(name, page, gradients))
        gradients.toggled.connect(self._want_on_cards)

    def _page_made(self, name: str, page: Any, gradients: QAction) -> None:
        if name == "field":
            self.connect_field(page)
        elif name == "why":
            self.connect_why(page)
            page.cards.setChecked(gradients.isChecked())
            gradients.toggled.connect(page.cards.setChecked)
            page.cards_wanted.connect(gradients.setChecked)

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
            self._said[name](Progress(number, None, done=True, cancelled=True))  # the engine's own is nobody's by then

    def _progressed(self, progress: Progress) -> None:
        name = next((name for name, number in self._jobs.items() if number == progress.job), None)
        if name is not None:
            if progress.done:
                del self._jobs[name]
            self._said[name](progress)
