"""The curves of one run, ready to be drawn: smoothed, and thinned out to what can be seen of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....spec.training.curves import EPOCH, STEP, Curves, Floats, empty
from .smoothing import Doubles, Smoothed
from .span import EDGES, SAMPLE, Span, drawn, drawn_span, together, usual
from .thinning import Growing, Line

Across = Literal["step", "epoch"]
Figure = Literal["loss", "accuracy"]
FIGURES: tuple[Figure, ...] = ("loss", "accuracy")


class Sight(NamedTuple):
    """What can be seen: from ``left`` to ``right``, in so many columns of pixels."""

    left: float
    right: float
    columns: int


class Lines(NamedTuple):
    """Of one figure: of each mini-batch, their mean, and of the test images."""

    raw: Line
    smooth: Line
    test: Line


class RunSeries:
    """Follows the curves of a run; only what is new at their end is worked on."""

    def __init__(self, across: Across, beta: float) -> None:
        self.across, self.beta = across, beta
        self._begin()

    def _begin(self) -> None:
        self._raw = {figure: Growing() for figure in FIGURES}
        self._smooth = {figure: Growing() for figure in FIGURES}
        self._means = {figure: Smoothed(self.beta) for figure in FIGURES}
        self._test = {figure: Growing() for figure in FIGURES}
        self._steps, self._epochs = empty(STEP), empty(EPOCH)
        self._breaks: tuple[int, ...] = ()

    def smooth(self, beta: float) -> None:
        """Another mean; what was measured stays as it is."""
        self.beta = beta
        self._means = {figure: Smoothed(beta) for figure in FIGURES}
        self._smooth = {figure: Growing() for figure in FIGURES}
        for figure, raw in self._raw.items():
            self._extend_mean(figure, raw.x, raw.y, 0)

    def follow(self, curves: Curves, breaks: tuple[int, ...] = ()) -> bool:
        """Takes over what was measured; whether anything is new. After the steps ``breaks`` the loss is another."""
        if curves.steps is self._steps and curves.epochs is self._epochs and breaks == self._breaks:
            return False
        told = max((float(rows[-1, 0]) for rows in (self._steps, self._epochs) if len(rows)), default=0)
        same = all(step >= told for step in set(breaks) ^ set(self._breaks))
        if not (same and _continues(self._steps, curves.steps) and _continues(self._epochs, curves.epochs)):
            self._begin()
        self._breaks = breaks
        steps, epochs = curves.steps[len(self._steps) :], curves.epochs[len(self._epochs) :]
        apart = _apart(curves.epochs[:, 0], breaks)
        apart = apart[apart >= len(self._epochs)] - len(self._epochs)
        self._steps, self._epochs = curves.steps, curves.epochs
        for figure in FIGURES:
            self._extend_steps(figure, steps)
            tested = self._test[figure]
            x = _ascending(tested, epochs[:, EPOCH.index(self.across)])
            y = epochs[:, EPOCH.index(f"test_{figure}")]
            if figure == "loss":  # between two losses there is no line
                x, y = np.insert(x, apart, x[apart]), np.insert(y, apart, np.nan)
            tested.extend(x, y)
        return bool(len(steps) or len(epochs))

    def _extend_steps(self, figure: Figure, rows: Floats) -> None:
        raw = self._raw[figure]
        x = _ascending(raw, rows[:, STEP.index(self.across)])
        values = rows[:, STEP.index(figure)]
        raw.extend(x, values)
        self._extend_mean(figure, x, values, raw.count - len(x))

    def _extend_mean(self, figure: Figure, x: Floats | Doubles, values: Floats | Doubles, known: int) -> None:
        """Takes over values after those that are ``known``; with another loss their mean begins anew."""
        smooth = self._smooth[figure]
        breaks = self._breaks if figure == "loss" else ()
        anew = np.searchsorted(self._steps[:, 0], breaks, "right") - known
        begins = {int(at) for at in anew if 0 <= at < len(x) and at + known > 0}
        for first, last in pairwise(sorted({0, *begins, len(x)})):
            if first in begins:
                self._means[figure] = Smoothed(self.beta)
                smooth.extend(x[first : first + 1], np.full(1, np.nan))
            smooth.extend(x[first:last], self._means[figure].extend(values[first:last]))

    @property
    def end(self) -> float:
        """The largest x, 0 where there is none."""
        ends = [float(curve.x[-1]) for curve in (self._raw["loss"], self._test["loss"]) if curve.count]
        return max(ends, default=0.0)

    @property
    def mean(self) -> float:
        """The smoothed loss now."""
        smooth = self._smooth["loss"]
        return float(smooth.y[-1]) if smooth.count else float("nan")

    def lines(self, figure: Figure, sight: Sight) -> Lines:
        """What can be seen of the curves of a figure."""
        raw, smooth, test = self._raw[figure], self._smooth[figure], self._test[figure]
        coarse = sight.columns // 2  # a thick line covers two columns, and costs more to draw
        left, right = sight.left, sight.right
        return Lines(raw.between(*sight), smooth.between(left, right, coarse), test.between(left, right, coarse))

    def extremes(self, sight: Sight) -> tuple[float, float]:
        """The least and the largest smoothed loss above 0 in sight."""
        return self._smooth["loss"].extremes(sight.left, sight.right, positive=True)

    def span(self, figure: Figure, sight: Sight, *, log: bool, raw: bool) -> Span:
        """The heights that are in sight at first, as they are drawn (see :func:`usual`); ``raw``: if that is drawn."""
        curves = [self._smooth[figure], self._test[figure], *((self._raw[figure],) if raw else ())]
        left, right = sight.left, sight.right
        spans = [drawn_span(curve.extremes(left, right, positive=log), log=log) for curve in curves]
        values = np.concatenate([curve.sample(left, right, SAMPLE) for curve in curves])
        ends = [curve.y[-1:] for curve in curves[:2] if curve.count and left <= curve.x[-1] <= right]
        newest = drawn(np.concatenate([np.zeros(0), *ends]), log=log)
        first = self._raw[figure]
        begin = drawn(first.y[:1] if first.count and left <= first.x[0] else first.y[:0], log=log)
        start = float(begin[0]) if len(begin) else float("nan")
        return usual(drawn(values, log=log), together(spans), newest.tolist(), start, EDGES[figure, log])


def _continues(old: Floats, new: Floats) -> bool:
    """Whether ``new`` begins with ``old``: whoever goes back and on again measures something else at its end."""
    last = len(old) - 1
    return last < len(new) and (last < 0 or old[last].tobytes() == new[last].tobytes())


def _apart(ends: Floats, breaks: tuple[int, ...]) -> NDArray[np.intp]:
    """Which ends of epochs, but for the first, have a break between them and the one before.

    >>> _apart(np.array([100, 200, 300, 400], np.float32), (200, 310, 320)).tolist()
    [2, 3]
    """
    return np.flatnonzero(np.diff(np.searchsorted(breaks, ends))) + 1


def _ascending(curve: Growing, x: Floats) -> Floats:
    """An epoch in which the batches were made larger may end earlier than it was thought."""
    before = curve.x[-1] if curve.count else -np.inf
    result: Floats = np.maximum(np.maximum.accumulate(x), before) if len(x) else x
    return result
