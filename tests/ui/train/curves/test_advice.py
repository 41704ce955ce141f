"""The line above the plots has the room that its words need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from convviz.spec.training.curves import Curves
from convviz.spec.training.run import Run
from convviz.ui.train.curves.page import CurvesPage

EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data", "checkpoints", "cursor", "weights"})


def test_a_warning_that_comes_late_is_whole(
    open_page: Callable[..., CurvesPage], make_trainer: Any, make_run: Callable[..., Run]
) -> None:
    run, trainer = make_run(), make_trainer()
    page = open_page(trainer)
    page.setMinimumSize(1, 1)  # as the workspace allows it
    page.resize(478, 445)
    QApplication.processEvents()
    dead = np.repeat(run.curves.steps[-1:], 600, axis=0)
    dead[:, 0], dead[:, 2], dead[:, 3] = np.arange(201, 801), 2.31, 0.1
    trainer.run = replace(run, curves=Curves(np.concatenate([run.curves.steps, dead]), run.curves.epochs))
    page.refresh(EVERYTHING)
    QApplication.processEvents()
    warning = page.advice.warning
    assert warning.width() == page.width() == 478
    assert warning.height() == page.advice.height() == warning.heightForWidth(478)
    assert warning.height() > 2 * QFontMetrics(warning.font()).height()
