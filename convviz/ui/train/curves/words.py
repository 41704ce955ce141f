"""What is read off the curves, in a line."""

from __future__ import annotations

import numpy as np

from ....spec.training.curves import EPOCH, STEP, Curves
from ....spec.training.run import Run
from ...look.numbers import exact, percent, plain
from .series import Across
from .thinning import Doubles


def row_at(curves: Curves, across: Across, x: float) -> int:
    """The index of the step nearest to ``x``.

    >>> rows = np.array([[1, 0.5, 2, 0, 1], [2, 1.0, 2, 0, 1]], np.float32)
    >>> row_at(Curves(rows), "step", 1.4), row_at(Curves(rows), "epoch", 9.0)
    (0, 1)
    """
    places = curves.steps[:, STEP.index(across)]
    after = min(int(np.searchsorted(places, x)), len(places) - 1)
    return after - 1 if after and x - places[after - 1] < places[after] - x else after


def reading(curves: Curves, row: int) -> str:
    """Everything that was measured at a step, with all its digits; the test images where an epoch ended there.

    >>> reading(Curves(np.array([[1250, 2.5, 0.8127034, 0.75, 0.002]], np.float32)), 0)
    'step 1,250 · epoch 2.50 · loss 0.8127034 · accuracy 75.0 % · rate 0.002'
    """
    step, epoch, loss, accuracy, rate = (float(value) for value in curves.steps[row])
    text = (
        f"step {step:,.0f} · epoch {epoch:.2f} · loss {exact(loss)} · accuracy {percent(accuracy)} · rate {plain(rate)}"
    )
    return text + tested(curves, step)


def tested(curves: Curves, step: float) -> str:
    """What the test images gave at the end of an epoch at that step, else nothing.

    >>> epochs = np.array([[50, 1, 0.5, 0.9, 0.25, 0.985]], np.float32)
    >>> tested(Curves(epochs=epochs), 50.0), tested(Curves(epochs=epochs), 51.0)
    (' · test loss 0.25, accuracy 98.5 %', '')
    """
    for row in curves.epochs[curves.epochs[:, 0] == step]:
        loss, accuracy = float(row[EPOCH.index("test_loss")]), float(row[EPOCH.index("test_accuracy")])
        if np.isfinite(accuracy):
            return f" · test loss {exact(loss)}, accuracy {percent(accuracy)}"
    return ""


def of_others(runs: tuple[Run, ...]) -> str:
    """Of a page without a present run."""
    return f"earlier runs: {', '.join(run.name for run in runs)}" if runs else ""


def step_of(curves: Curves, across: Across, x: float) -> float:
    """The step at a place of the axis."""
    return x if across == "step" else float(np.interp(x, *_columns(curves, ("epoch", "step")), left=0.0))


def place_of(curves: Curves, across: Across, step: float) -> float:
    """The place of a step on the axis.

    >>> rows = np.array([[1, 0.5, 2, 0, 1], [2, 1.0, 2, 0, 1]], np.float32)
    >>> place_of(Curves(rows), "epoch", 2), step_of(Curves(rows), "epoch", 0.5), place_of(Curves(rows), "epoch", 0)
    (1.0, 1.0, 0.0)
    """
    return step if across == "step" else float(np.interp(step, *_columns(curves, ("step", "epoch"))))


def _columns(curves: Curves, names: tuple[str, str]) -> tuple[Doubles, Doubles]:
    """Two columns of the steps, from 0 and 0 on."""
    first, second = (np.concatenate(([0.0], curves.column(name))) for name in names)
    return first, second
