"""Says in a sentence that a training has died, never began to learn, or is out of hand; and what to try."""

from __future__ import annotations

from math import log

import numpy as np

from ....spec.geometry import describe
from ....spec.training.curves import Curves, Floats
from ....spec.training.run import Run
from .ticks import written_round
from .words import losses

LATELY, LONG = 100, 300  # steps: that are looked at; without having learnt anything
HUGE = 10.0  # times the loss of guessing
LEARNT = 0.8  # of the loss of guessing, below which something was learnt
GUESSING = 0.97
BLOCK = 25  # steps that one mean is of
TRY = "lower the learning rate, go back with the time machine and branch off there"


def guessing(run: Run) -> float:
    """The loss of a network that knows nothing: all classes are as likely, ln K; 0 for one class.

    With the mean square it is that of the best constant score, 1/K: (K − 1) / K².
    """
    classes = describe(run.network)[-1].output_shape[0]
    return log(classes) if run.latest.loss == "cross-entropy" else (classes - 1) / classes**2


def judged(run: Run) -> Curves:
    """Its steps with the present loss: those of another are measured on another scale."""
    since = losses(run)[-1][0]
    rows = run.curves.steps
    return run.curves if since == 0 else Curves(rows[rows[:, 0] > since])


def ailment(curves: Curves, guess: float) -> str:
    """What is wrong with a training whose network, guessing, would have the loss ``guess``; "" where nothing is.

    >>> def steps(*losses: float) -> Curves:
    ...     return Curves(np.array([[i + 1, 0, loss, 0.1, 0.1] for i, loss in enumerate(losses)], np.float32))
    >>> ailment(steps(*[2.3] * 50, *[0.5] * 200), 2.3)
    ''
    >>> ailment(steps(*[2.3] * 50, *[0.5] * 200, *[2.31] * 400), 2.3).partition(":")[0]
    'This training has died'
    """
    losses = curves.column("loss")
    if guess <= 0 or len(losses) < LATELY:
        return ""
    late = losses[-LATELY:]
    late = late[np.isfinite(late)]
    if not len(late):
        return ""
    middle = float(np.median(late))
    if middle > HUGE * guess:
        return (
            f"The loss is out of hand: about {written_round(float(f'{middle:.2g}'))}, where mere guessing gives "
            f"{guess:.2f}. The steps are too large: {TRY}."
        )
    return _dead(losses, guess) if middle >= GUESSING * guess else ""


def _dead(losses: Floats, guess: float) -> str:
    """Of a training whose newest losses are those of guessing."""
    blocks = losses[len(losses) % BLOCK :].reshape(-1, BLOCK).astype(np.float64)
    means = blocks.mean(axis=1)  # not finite where a loss is not: nothing was learnt there
    better = np.flatnonzero(means < LEARNT * guess)
    if not len(better):
        if len(losses) < LONG:
            return ""
        return (
            f"Nothing has been learnt in {len(losses):,} steps: the loss is that of guessing ({guess:.2f}). "
            "Try a learning rate that is ten times smaller, or larger, and other random weights (Reset)."
        )
    dead = (len(means) - 1 - int(better[-1])) * BLOCK
    if dead < 2 * LATELY:
        return ""
    was = float(means[better].min())
    return (
        f"This training has died: for {dead:,} steps the loss has been that of guessing ({guess:.2f}); it was "
        f"{was:.2g} before. It rarely recovers: {TRY}."
    )
