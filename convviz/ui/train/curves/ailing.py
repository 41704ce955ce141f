"""Says in a sentence that a training has died, never began to learn, or is out of hand; and what to try."""

from __future__ import annotations

from math import log

import numpy as np

from ....spec.geometry import describe
from ....spec.training.curves import Curves, Floats
from ....spec.training.run import Run
from ...look.numbers import accuracy_text
from .thinning import Doubles
from .ticks import written_round
from .words import losses

LATELY, LONG = 100, 300  # steps: that are looked at; without having learnt anything
HUGE = 10.0  # times the loss of guessing
LEARNT = 0.8  # of the loss of guessing, below which something was learnt
RIGHT = 0.3  # of the way from guessing to all right, from which on something was learnt, whatever the loss
GUESSING, ABOVE = 0.97, 1.3  # of the loss of guessing: from there on it is no better, and worse
BLOCK = 25  # steps that one mean is of
TRY = "lower the learning rate, go back with the time machine and branch off there"


def classes(run: Run) -> int:
    """How many its network tells apart."""
    return describe(run.network)[-1].output_shape[0]


def guessing(run: Run) -> float:
    """The loss of a network that knows nothing: all classes are as likely, ln K; 0 for one class.

    With the mean square it is that of the best constant score, 1/K: (K − 1) / K².
    """
    count = classes(run)
    return log(count) if run.latest.loss == "cross-entropy" else (count - 1) / count**2


def ailment_of(run: Run) -> str:
    """What is wrong with a run, "" where nothing is."""
    return ailment(run.curves, guessing(run), classes(run), losses(run)[-1][0])


def ailment(curves: Curves, guess: float, classes: int = 0, since: int = 0) -> str:
    """What is wrong with a training whose network, guessing, would have the loss ``guess``; "" where nothing is.

    Losses up to the step ``since`` were measured on another scale; accuracies, of so many ``classes``, count always.

    >>> def steps(*losses: float) -> Curves:
    ...     return Curves(np.array([[i + 1, 0, loss, 0.1, 0.1] for i, loss in enumerate(losses)], np.float32))
    >>> ailment(steps(*[2.3] * 50, *[0.5] * 200), 2.3)
    ''
    >>> ailment(steps(*[2.3] * 50, *[0.5] * 200, *[2.31] * 400), 2.3).partition(":")[0]
    'This training has died'
    """
    known = curves.column("loss")
    known = known[curves.steps[:, 0] > since] if since else known
    if guess <= 0 or len(known) < LATELY:
        return ""
    late = known[-LATELY:]
    late = late[np.isfinite(late)]
    if not len(late):
        return ""
    middle = float(np.median(late))
    if middle > HUGE * guess:
        return _out_of_hand(guess, middle)
    if middle < GUESSING * guess:
        return ""
    right = _means(curves.column("accuracy"))
    learnt = right > 1 / classes + RIGHT * (1 - 1 / classes) if classes > 1 else np.zeros(len(right), np.bool_)
    means = _means(np.where(curves.steps[:, 0] > since, curves.column("loss"), np.nan))
    better = np.flatnonzero(learnt | (means < LEARNT * guess))
    dead = min((len(means) - 1 - int(better[-1])) * BLOCK if len(better) else len(known), len(known))
    if dead < (2 * LATELY if len(better) else LONG):
        return ""
    before = ""
    if len(better):
        low = np.fmin.reduce(means[better])  # NaN where all of it was on another scale
        most = accuracy_text(float(right[better].max()))
        before = f"it was {low:.2g} before" if low < LEARNT * guess else f"before, it read up to {most} rightly"
    return _said(dead, guess, middle, before)


def _means(values: Floats) -> Doubles:
    """Of each block; not finite where a value is not: nothing was learnt there."""
    means: Doubles = values[len(values) % BLOCK :].reshape(-1, BLOCK).mean(axis=1, dtype=np.float64)
    return means


def _out_of_hand(guess: float, middle: float) -> str:
    return (
        f"The loss is out of hand: about {written_round(float(f'{middle:.2g}'))}, where mere guessing gives "
        f"{guess:.2f}. The steps are too large: {TRY}."
    )


def _said(dead: int, guess: float, middle: float, before: str) -> str:
    """Of a training that has done no better than guessing for so many steps, and better before if ever."""
    above = middle > ABOVE * guess
    loss = (
        f"worse than that of guessing ({middle:.2g}, not {guess:.2f})" if above else f"that of guessing ({guess:.2f})"
    )
    if before:
        return (
            f"This training has died: for {dead:,} steps the loss has been {loss}; {before}. It rarely recovers: {TRY}."
        )
    advice = (
        "The steps are too large: lower the learning rate ten times, and begin with other random weights (Reset)."
        if above
        else "Try a learning rate that is ten times smaller, or larger, and other random weights (Reset)."
    )
    return f"Nothing has been learnt in {dead:,} steps: the loss is {loss}. {advice}"
