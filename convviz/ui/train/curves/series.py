"""The curves of one run, ready to be drawn: smoothed, and thinned out to what can be seen of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from ....spec.training.curves import EPOCH, STEP, Curves, Floats, empty
from .smoothing import Smoothed
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

    def smooth(self, beta: float) -> None:
        """Another mean; what was measured stays as it is."""
        self.beta = beta
        self._means = {figure: Smoothed(beta) for figure in FIGURES}
        self._smooth = {figure: Growing() for figure in FIGURES}
        for figure, raw in self._raw.items():
            self._smooth[figure].extend(raw.x, self._means[figure].extend(raw.y))

    def follow(self, curves: Curves) -> bool:
        """Takes over what was measured; whether anything is new."""
        if curves.steps is self._steps and curves.epochs is self._epochs:
            return False
        if not (_continues(self._steps, curves.steps) and _continues(self._epochs, curves.epochs)):
            self._begin()
        steps, epochs = curves.steps[len(self._steps) :], curves.epochs[len(self._epochs) :]
        self._steps, self._epochs = curves.steps, curves.epochs
        for figure in FIGURES:
            self._extend_steps(figure, steps)
            tested = self._test[figure]
            x = _ascending(tested, epochs[:, EPOCH.index(self.across)])
            tested.extend(x, epochs[:, EPOCH.index(f"test_{figure}")])
        return bool(len(steps) or len(epochs))

    def _extend_steps(self, figure: Figure, rows: Floats) -> None:
        raw = self._raw[figure]
        x = _ascending(raw, rows[:, STEP.index(self.across)])
        values = rows[:, STEP.index(figure)]
        raw.extend(x, values)
        self._smooth[figure].extend(x, self._means[figure].extend(values))

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

    def extremes(self, figure: Figure, left: float, right: float, *, positive: bool = False) -> tuple[float, float]:
        """The least and the largest value in sight, NaN without any; with ``positive`` of those above 0."""
        curves = (self._raw[figure], self._smooth[figure], self._test[figure])
        found = [curve.extremes(left, right, positive=positive) for curve in curves]
        known = [pair for pair in found if np.isfinite(pair[0])]
        if not known:
            return float("nan"), float("nan")
        return min(low for low, _ in known), max(high for _, high in known)


def _continues(old: Floats, new: Floats) -> bool:
    """Whether ``new`` begins with ``old``: whoever goes back and on again measures something else at its end."""
    last = len(old) - 1
    return last < len(new) and (last < 0 or old[last].tobytes() == new[last].tobytes())


def _ascending(curve: Growing, x: Floats) -> Floats:
    """An epoch in which the batches were made larger may end earlier than it was thought."""
    before = curve.x[-1] if curve.count else -np.inf
    result: Floats = np.maximum(np.maximum.accumulate(x), before) if len(x) else x
    return result
