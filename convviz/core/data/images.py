"""Labelled images in memory, and how a loading of them runs to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeVar

import torch
from torch import Tensor

from ...spec.network import Shape
from ...spec.training.news import Loading

_T = TypeVar("_T")
MOST_BYTES = 2**31  # of images in memory; a laptop has some of these
EVERY = 5  # the fifth of each class is held back to measure on
Job = Generator[Loading, None, _T]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """``images`` uint8 (N, C, H, W), of digits ink 255; ``labels`` int64 (N,)."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What to learn from, and what to measure on.

    ``classes`` are the names that the labels count; ``notes`` say in a sentence each what was skipped or changed.
    """

    name: str
    train: Images
    test: Images
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def finish(job: Job[_T], show: Callable[[Loading], object] = lambda loading: None) -> _T:
    """Runs a loading to its end, showing each record, and returns what it loaded."""
    try:
        while True:
            show(next(job))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


def together(sets: Iterable[Images]) -> Images:
    """Several sets as one, in their order."""
    sets = tuple(sets)
    return Images(torch.cat([s.images for s in sets]), torch.cat([s.labels for s in sets]))


def most(shape: Shape) -> int:
    """How many images (C, H, W) are held in memory at most.

    >>> most((3, 224, 224))
    14266
    """
    return MOST_BYTES // prod(shape)


def held_out(labels: Sequence[int]) -> list[bool]:
    """Which images to measure on: the fifth, the tenth, … of each class, and the last of a class of two to four.

    >>> held_out([0, 1, 0, 0, 0, 0, 1])
    [False, False, False, False, False, True, True]
    """
    total, seen = Counter(labels), Counter[int]()
    held = []
    for label in labels:
        seen[label] += 1
        held.append(seen[label] % EVERY == 0 or (1 < total[label] < EVERY and seen[label] == total[label]))
    return held


def halves(images: Tensor, labels: Sequence[int]) -> tuple[Images, Images, str]:
    """Images (N, C, H, W) in two: to learn from and to measure on, and a note where none could be held back."""
    held, targets = torch.tensor(held_out(labels)), torch.tensor(labels, dtype=torch.int64)
    if not held.any():
        both = Images(images, targets)
        return both, both, "Too few to hold any back: measured on the same images that are learnt from."
    return Images(images[~held], targets[~held]), Images(images[held], targets[held]), ""
