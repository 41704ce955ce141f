"""The page of the curves, with runs of which nothing is trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from convviz.session.experiment import State
from convviz.spec.training.run import Run, Runs
from convviz.ui.train.curves.page import CurvesPage

EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})


@pytest.fixture
def open_page(show: Callable[..., Any], make_state: Callable[..., State]) -> Callable[..., CurvesPage]:
    def make(trainer: Any, *others: Run) -> CurvesPage:
        page = CurvesPage(trainer)
        trainer.changed.connect(page.refresh)
        runs = Runs((*others, *trainer.runs.runs), trainer.runs.current)
        page.show_state(None, make_state(runs=runs))
        page.refresh(EVERYTHING)
        shown: CurvesPage = show(page, 700, 600)
        QApplication.processEvents()
        return shown

    return make


@pytest.fixture
def page(open_page: Callable[..., CurvesPage], trainer: Any) -> CurvesPage:
    return open_page(trainer)
