"""Which class is taken for which: counts, shares, and the images behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .news import Indices, Judged

Shares = NDArray[np.float64]
Mask = NDArray[np.bool_]


class ConfusedPair(NamedTuple):
    """How many images of class ``truth`` were taken for class ``predicted``."""

    truth: int
    predicted: int
    images: int


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """``counts`` int64 (K, K): rows are the true classes, columns those that were predicted.

    >>> confusion = confused(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]))
    >>> confusion.counts.tolist(), confusion.accuracy
    ([[1, 2], [0, 1]], 0.5)
    >>> confusion.recall.round(2).tolist(), confusion.precision.round(2).tolist()
    ([0.33, 1.0], [1.0, 0.33])
    >>> confusion.worst(3)
    (ConfusedPair(truth=0, predicted=1, images=2),)
    """

    counts: Indices

    @property
    def classes(self) -> int:
        return len(self.counts)

    @property
    def total(self) -> int:
        """How many images."""
        return int(self.counts.sum())

    @property
    def wrong(self) -> int:
        """How many of them were taken for another class."""
        return self.total - int(self.counts.trace())

    @property
    def accuracy(self) -> float:
        """The share that was classified rightly, NaN of no images."""
        return (self.total - self.wrong) / self.total if self.total else float("nan")

    @property
    def of_class(self) -> Indices:
        """(K,): how many images each class has."""
        sums: Indices = self.counts.sum(axis=1)
        return sums

    @property
    def taken_for(self) -> Indices:
        """(K,): how many images were taken for each class."""
        sums: Indices = self.counts.sum(axis=0)
        return sums

    @property
    def recall(self) -> Shares:
        """(K,): of the images of a class, the share that was recognised; NaN of a class without images."""
        return _shares(self.counts.diagonal(), self.of_class)

    @property
    def precision(self) -> Shares:
        """(K,): of the images taken for a class, the share that is of it; NaN of a class that never was the answer."""
        return _shares(self.counts.diagonal(), self.taken_for)

    def worst(self, most: int) -> tuple[ConfusedPair, ...]:
        """The pairs of classes that are confused most often, at most so many, the most frequent first."""
        errors = self.counts.copy()
        np.fill_diagonal(errors, 0)
        found = np.flatnonzero(errors)
        found = found[np.argsort(-errors.flat[found], kind="stable")][:most]
        return tuple(ConfusedPair(*divmod(int(at), self.classes), int(errors.flat[at])) for at in found)

    def tied(self, worst: tuple[ConfusedPair, ...]) -> int:
        """How many pairs are confused as often as the last of the ``worst``, but are not among them.

        >>> confusion = Confusion(np.array([[5, 1, 1], [0, 5, 2], [1, 0, 5]]))
        >>> confusion.tied(confusion.worst(2)), confusion.tied(confusion.worst(9)), confusion.tied(())
        (2, 0, 0)
        """
        if not worst:
            return 0
        images = worst[-1].images
        as_often = int((self.counts == images).sum() - (self.counts.diagonal() == images).sum())
        return as_often - sum(pair.images == images for pair in worst)


def confused(labels: Indices, predicted: Indices, classes: int = 0) -> Confusion:
    """Counts labels (N,) against predictions (N,), of at least so many classes."""
    most = max((int(found.max(initial=-1)) + 1 for found in (labels, predicted)), default=0)
    size = max(classes, most)
    counts = np.bincount(labels * size + predicted, minlength=size * size).reshape(size, size).astype(np.int64)
    counts.setflags(write=False)
    return Confusion(counts)


def in_cell(labels: Indices, judged: Judged, truth: int, predicted: int) -> Indices:
    """(n,): the images of class ``truth`` that were taken for ``predicted``, the most confident first."""
    return _most_confident(judged, (labels == truth) & (judged.predicted == predicted))


def all_errors(labels: Indices, judged: Judged) -> Indices:
    """(n,): the images that were taken for another class, the most confident first."""
    return _most_confident(judged, labels != judged.predicted)


def _most_confident(judged: Judged, chosen: Mask) -> Indices:
    found = np.flatnonzero(chosen)
    return found[np.argsort(-judged.confidence[found], kind="stable")]


def _shares(parts: Indices, wholes: Indices) -> Shares:
    shares = np.full(len(wholes), np.nan)
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares
