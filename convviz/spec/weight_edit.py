"""What an edit did to weights, cell by cell: small enough to keep, and right for weights that moved on since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .weights import Floats, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Values of some cells of an array, at their flat indices."""

    at: NDArray[np.intp]
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class WeightEdit:
    """By array, the cells that were set. Cells it does not name stay as they are, whatever training made of them.

    >>> old = Weights({"fc.weight": np.zeros((2, 2))})
    >>> new = old.replaced("fc.weight", np.array([[0.0, 5.0], [0.0, 0.0]]))
    >>> trained = Weights({"fc.weight": np.ones((2, 2))})
    >>> WeightEdit.between(old, new).apply(trained)["fc.weight"].tolist()
    [[1.0, 5.0], [1.0, 1.0]]
    """

    cells: Mapping[str, Cells]

    def __bool__(self) -> bool:
        return bool(self.cells)

    @classmethod
    def between(cls, old: Weights, new: Weights) -> WeightEdit:
        """The edit that turns ``old`` into ``new``, bit for bit.

        Raises:
            ValueError: the two do not hold arrays of the same names and shapes.
        """
        if old.keys() != new.keys():
            raise ValueError("these weights belong to different networks")
        found: dict[str, Cells] = {}
        for name, array in new.items():
            if array is old[name]:
                continue
            if array.shape != old[name].shape:
                raise ValueError(f"{name} has another shape")
            at = np.flatnonzero(_bits(array) != _bits(old[name]))
            if at.size:
                found[name] = Cells(at, array.ravel()[at])
        return cls(found)

    def apply(self, weights: Weights) -> Weights:
        """The weights with these cells set; untouched arrays are shared."""
        for name, cells in self.cells.items():
            array = weights[name].copy()
            array.ravel()[cells.at] = cells.values
            array.setflags(write=False)  # so the weights need no copy of their own
            weights = weights.replaced(name, array)
        return weights


def made_to(weights: Weights, edits: Iterable[WeightEdit]) -> Weights:
    """The weights with these edits made to them, one after the other."""
    for edit in edits:
        weights = edit.apply(weights)
    return weights


def same(one: Weights, other: Weights) -> bool:
    """Whether two weights hold the same bits."""
    if one is other:
        return True
    return one.keys() == other.keys() and all(same_bits(array, other[name]) for name, array in one.items())


def same_bits(one: Floats, other: Floats) -> bool:
    """Whether two arrays are the same, also where they are NaN; 0 and −0 differ."""
    return one is other or (one.shape == other.shape and np.array_equal(_bits(one), _bits(other)))


def _bits(array: Floats) -> NDArray[np.int32]:
    return array.view(np.int32)
