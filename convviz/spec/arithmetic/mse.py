"""The mean squared error of the scores against a class: the other loss, to compare with cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .explanation import Doubles
from .loss import MOST_TERMS, scores_of
from .written import equated, subtracted, written


@dataclass(frozen=True, slots=True)
class SquareTerm:
    """One class: ``wanted`` 1 of the right one, else 0; ``square`` (score − wanted)²; ``gradient`` ∂loss/∂score."""

    score: float
    wanted: float
    square: float
    gradient: float


@dataclass(frozen=True, slots=True)
class MeanSquare:
    """The loss of the scores x against the class y, ``target``; see :func:`mean_square`."""

    target: int
    terms: tuple[SquareTerm, ...]
    loss: float
    formula: str
    numbers: str


def mean_square(scores: Sequence[float] | NDArray[np.floating], target: int) -> MeanSquare:
    """1/C Σ_c (x[c] − 1[c = y])² for the scores x of one input, its class y and C classes; ``nn.MSELoss`` on one-hot.

    Its gradient is 2/C (x[c] − 1[c = y]): no other class's score is in it, and a score above 1 is pulled down again.

    Raises:
        InputError: there are no scores, or there is no such class.

    >>> found = mean_square([2, 0.5], 0)
    >>> found.numbers, [term.gradient for term in found.terms]
    ('((2 − 1)² + (0.5 − 0)²) / 2 = 0.625', [1.0, 0.5])
    """
    values = scores_of(scores, target)
    wanted = np.zeros(values.size)
    wanted[target] = 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        differences = values - wanted
        squares = differences**2
        loss = float(squares.mean())
        gradients = differences * (2 / values.size)
    columns = (values, wanted, squares, gradients)

    def of(found: Sequence[float]) -> float:
        with np.errstate(invalid="ignore", over="ignore"):
            return float(((np.asarray(found) - wanted) ** 2).mean())

    return MeanSquare(
        target,
        tuple(SquareTerm(*row) for row in zip(*(column.tolist() for column in columns), strict=True)),
        loss,
        "1/C Σ_c (x[c] − 1[c = y])²",
        equated(values.tolist(), of, lambda digits: _squares(values, wanted, digits), written(loss)),
    )


def _squares(values: Doubles, wanted: Doubles, digits: int) -> str:
    """Their mean, written out; of many classes only the first are."""
    pairs = zip(values[:MOST_TERMS], wanted[:MOST_TERMS], strict=True)
    terms = " + ".join(f"({written(x, digits)}{subtracted(t)})²" for x, t in pairs)
    more = f" + … ({values.size} terms)" if values.size > MOST_TERMS else ""
    return f"({terms}{more}) / {values.size}"
