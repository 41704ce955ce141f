"""From scores to probabilities and to the loss, with the lecture's formulas and the numbers put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .explanation import Doubles
from .written import added, equated, factor, written

MOST_TERMS = 10  # of a sum that is written out; the lecture's digits have as many classes


@dataclass(frozen=True, slots=True)
class ClassTerm:
    """One class in a softmax.

    shifted: its score − the largest score, which changes no probability but keeps exp from overflowing.
    exponential: exp of that. probability: exponential / Σ of all. gradient: ∂loss/∂score, the probability, −1 for the
    target.
    """

    score: float
    shifted: float
    exponential: float
    probability: float
    gradient: float


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """The loss of the scores x against the class y, ``target``; see :func:`cross_entropy`.

    ``formula`` and ``numbers`` are the lecture's; ``stable`` and ``stable_numbers`` the same with the largest score
    taken off every score, as it is computed here and in torch.
    """

    target: int
    terms: tuple[ClassTerm, ...]
    largest: float
    exponentials: float  # the sum of those of all classes
    probability: float  # of the target
    loss: float
    formula: str
    numbers: str
    stable: str
    stable_numbers: str

    def softmax(self, number: int) -> tuple[str, str]:
        """(formula, with the numbers put in) of the probability of one class.

        >>> cross_entropy([0.0, 0.0], 0).softmax(1)
        ('exp x[1] / Σ_c exp x[c]', 'exp(0) / (exp(0) + exp(0)) = 0.5')
        """
        term, scores = self.terms[number], [each.score for each in self.terms]

        def text(digits: int) -> str:
            return f"{_exp(term.score, digits)} / ({_exps(scores, digits)})"

        numbers = equated(scores, lambda found: _share(found, number), text, written(term.probability))
        return f"exp x[{number}] / Σ_c exp x[c]", numbers


def scores_of(scores: Sequence[float] | NDArray[np.floating], target: int) -> Doubles:
    """The scores of one input (C,), as doubles.

    Raises:
        InputError: there are no scores, or there is no class ``target``.
    """
    values = np.asarray(scores, np.float64).ravel()
    if not values.size:
        raise InputError("there are no scores; give the network a last layer that has some")
    if not 0 <= target < values.size:
        raise InputError(f"there is no class {target}; choose one from 0 to {values.size - 1}")
    return values


def cross_entropy(scores: Sequence[float] | NDArray[np.floating], target: int) -> CrossEntropy:
    """−log (exp x[y] / Σ_c exp x[c]) for the scores x of one input and the class y.

    Raises:
        InputError: there are no scores, or there is no such class.

    >>> found = cross_entropy([-1, -3, 4], 0)
    >>> found.numbers
    '−log(exp(−1) / (exp(−1) + exp(−3) + exp(4))) = 5.008'
    >>> found.stable_numbers
    'log(exp(−5) + exp(−7) + exp(0)) − (−5) = 5.008'
    """
    values = scores_of(scores, target)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        largest = values.max()
        shifted = values - largest
        exponentials = np.exp(shifted)
        total = exponentials.sum()
        probabilities = exponentials / total
        loss = float(np.log(total) - shifted[target])
    gradients = probabilities.copy()
    gradients[target] -= 1
    columns = (values, shifted, exponentials, probabilities, gradients)
    numbers, stable_numbers = _put_in(values, shifted, target, loss)
    return CrossEntropy(
        target,
        tuple(ClassTerm(*row) for row in zip(*(column.tolist() for column in columns), strict=True)),
        float(largest),
        float(total),
        float(probabilities[target]),
        loss,
        "−log(exp x[y] / Σ_c exp x[c])",
        numbers,
        "log Σ_c exp(x[c] − max x) − (x[y] − max x)",
        stable_numbers,
    )


def _put_in(values: Doubles, shifted: Doubles, target: int, loss: float) -> tuple[str, str]:
    """The numbers in the lecture's formula, and in the stable one."""
    told = written(loss)

    def text(digits: int) -> str:
        return f"−log({_exp(values[target], digits)} / ({_exps(values, digits)}))"

    def stable(digits: int) -> str:
        return f"log({_exps(shifted, digits)}) − {factor(float(shifted[target]), digits)}"

    numbers = equated(values.tolist(), lambda found: _loss(found, target), text, told)
    return numbers, equated(shifted.tolist(), lambda found: _loss(found, target), stable, told)


@dataclass(frozen=True, slots=True)
class MeanCrossEntropy:
    """The mean loss of several inputs, as ``nn.CrossEntropyLoss`` computes it."""

    rows: tuple[CrossEntropy, ...]
    loss: float
    formula: str
    numbers: str


def mean_cross_entropy(
    scores: Sequence[Sequence[float]] | NDArray[np.floating], targets: Sequence[int]
) -> MeanCrossEntropy:
    """−1/N Σ_n log (exp x[n, y[n]] / Σ_c exp x[n, c]) for the scores (N, C) of N inputs and the class of each.

    Raises:
        InputError: there is not one class for each row of scores, or no such class.

    >>> round(mean_cross_entropy([[-1, -3, 4], [-3, 3, -1]], (0, 1)).loss, 4)
    2.5141
    """
    if not len(scores) or len(scores) != len(targets):
        raise InputError(f"there are {len(scores)} rows of scores and {len(targets)} classes; give one class a row")
    rows = tuple(cross_entropy(row, target) for row, target in zip(scores, targets, strict=True))
    loss = float(np.mean([row.loss for row in rows]))
    more = " + …" if len(rows) > MOST_TERMS else ""

    def text(digits: int) -> str:
        losses = written(rows[0].loss, digits) + "".join(added(row.loss, digits) for row in rows[1:MOST_TERMS])
        return f"({losses}{more}) / {len(rows)}"

    return MeanCrossEntropy(
        rows,
        loss,
        "−1/N Σ_n log(exp x[n, y[n]] / Σ_c exp x[n, c])",
        equated([row.loss for row in rows], lambda found: sum(found) / len(found), text, written(loss)),
    )


def _loss(scores: Sequence[float], target: int) -> float:
    values = np.asarray(scores, np.float64)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        shifted = values - values.max()
        return float(np.log(np.exp(shifted).sum()) - shifted[target])


def _share(scores: Sequence[float], number: int) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        return float(np.exp(-_loss(scores, number)))


def _exp(value: float, digits: int) -> str:
    return f"exp({written(value, digits)})"


def _exps(values: Sequence[float] | Doubles, digits: int) -> str:
    """Their exponentials, added up; of many classes only the first are written."""
    text = " + ".join(_exp(value, digits) for value in values[:MOST_TERMS])
    return f"{text} + … ({len(values)} terms)" if len(values) > MOST_TERMS else text
