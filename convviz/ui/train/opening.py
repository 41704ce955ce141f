"""What there is when Train is shown for the first time: a digit on the pad, and no wait for what draws curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from ...session.experiment import Experiment

IDLE_MS = 1500  # after torch is there
FIRST = 3  # the digit that an empty pad begins with


def draw_first(experiment: Experiment) -> str:
    """On an empty pad, a digit: maps and bars have something to follow. It is no edit. Returns what to say of it."""
    from ...spec.handwriting import digit

    if experiment.state.drawing:
        return ""
    experiment.change(drawing=digit(FIRST, np.random.default_rng(FIRST)))
    return f"a {FIRST} is on the pad, so that its maps can be followed; clear it to draw your own"


def import_when_idle(owner: QObject) -> None:
    """Reads what the workspace and its curves need, a quarter of a second, while nobody waits for it or draws."""
    QTimer.singleShot(IDLE_MS, owner, lambda: _import(owner))


def _import(owner: QObject) -> None:
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        import_when_idle(owner)
        return
    from . import workspace  # noqa: F401
    from .curves import page  # noqa: F401
