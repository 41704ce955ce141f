"""One number as the sum it is: every term, where it comes from, and what torch computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Index = tuple[int, ...]
Doubles = NDArray[np.float64]
Source = tuple[str, Index]  # a layer id (or "input") and the index of one of its units
Kind = Literal["picture", "sum", "max", "mean", "function", "copy", "score"]


@dataclass(frozen=True, eq=False)
class Explanation:
    """``total`` is computed here in double precision, term by term; ``shown`` is what torch computed.

    ``layer`` and ``index`` name the number: a unit, or one cell of an array of weights ("conv2.weight").

    The terms lie in ``values`` (n, h, w): n parts of h × w cells each. For a convolution a part is an input channel and
    its cells are the patch; for a row of a fully connected layer a part is a map of the layer that was flattened, or a
    single feature; for a gradient a part is an output channel and its cells are the positions that use the unit.

    kind: "sum" is Σ values × weights + bias. "max" is the cell ``chosen``. "mean" is a sum whose weights are one over
    the number of cells. "function" is one function of one value. "copy" takes one value as it is. "picture" is a
    pixel, and "score" the score that gradients are those of; they have no terms.
    formula: how it is computed, in symbols: "Σ w · x + b". numbers: the same with the numbers put in, where that is
    one line.
    source: the layer in which the values lie ("" for a picture). If it is flat, the cell (i, j) of part n is its
    feature ``features[n, i, j]``, and ``rows`` and ``columns`` say where it lay before it was flattened; else it is at
    ``channels[n]``, ``rows[i]``, ``columns[j]``. None as a row or column is padding: nothing lies there, and the value
    is 0, or −∞ where the largest is sought. Other padding modes read the input elsewhere, and that place is named.
    labels: what each part is called ("relu1[18]").
    flat: the maps are signals, in which a value is at a position rather than in a row and a column.
    names: what values and weights are; of a gradient ("gradients of conv2", "weights").
    """

    layer: str
    index: Index
    kind: Kind
    formula: str
    total: float
    shown: float
    numbers: str = ""
    source: str = ""
    values: Doubles = field(default_factory=lambda: np.zeros((0, 0, 0)))
    weights: Doubles | None = None
    bias: float | None = None
    channels: tuple[int, ...] = ()
    rows: tuple[int | None, ...] = ()
    columns: tuple[int | None, ...] = ()
    features: NDArray[np.intp] | None = None  # (n, h, w)
    labels: tuple[str, ...] = ()
    chosen: tuple[int, int] | None = None  # (i, j)
    names: tuple[str, str] = ("values", "weights")
    flat: bool = False

    @property
    def difference(self) -> float:
        """What torch computed − what the terms add up to."""
        with np.errstate(invalid="ignore"):
            return float(np.subtract(self.shown, self.total))

    @cached_property
    def products(self) -> Doubles:
        """(n, h, w): what each cell adds."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self.values if self.weights is None else self.values * self.weights

    @cached_property
    def subtotals(self) -> Doubles:
        """(n,): what each part adds."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(self.products.sum(axis=(1, 2)))

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The parts by how much they add, the strongest first; parts that are not numbers lead."""
        strength = np.abs(self.subtotals)
        return np.argsort(-np.where(np.isnan(strength), np.inf, strength), kind="stable")

    def source_of(self, part: int, i: int, j: int) -> Source | None:
        """The unit that cell (i, j) of a part holds; None in the padding."""
        if not self.source:
            return None
        if self.features is not None:
            return self.source, (int(self.features[part, i, j]),)
        row, column = self.rows[i], self.columns[j]
        return None if row is None or column is None else (self.source, (self.channels[part], row, column))
