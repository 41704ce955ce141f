"""Labelled images in memory, and how a loading of them runs to its end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from ...spec.training.news import Loading

_T = TypeVar("_T")
Job = Generator[Loading, None, _T]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """``images`` uint8 (N, C, H, W), of digits ink 255; ``labels`` int64 (N,)."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


Digits = Images


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
