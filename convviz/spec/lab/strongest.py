"""Which values of a result have the strongest colour: on screen and in files the same ones."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
WITHIN = 0.995  # of the values have a colour of their own; the few beyond are as strong as the last
COUNTED = 65_536  # places of a result decide that


def strongest(values: Floats) -> float:
    """What 99.5 % of the finite |values| do not exceed, or edges would be dark beside a few strong pixels.

    Where nearly all of them are 0 it is the largest of all.

    >>> strongest(np.array([-1.0, 3.0, np.nan], np.float32))
    3.0
    """
    flat = values.reshape(-1)
    if not np.isfinite(flat).all():
        flat = flat[np.isfinite(flat)]
    if not flat.size:
        return 0.0
    at = ceil(WITHIN * (flat.size - 1))
    parted = np.partition(np.abs(flat), at)
    return float(parted[at] or parted[at:].max())


def spread(height: int, width: int, most: int = COUNTED) -> tuple[Places, Places]:
    """Rows and columns whose crossings are at most ``most`` places, spread over all of a result.

    They are the same each time, but lie unevenly: a pattern that repeats is not always met at the same place.

    >>> [places.tolist() for places in spread(2, 3)]
    [[0, 1], [0, 1, 2]]
    >>> [places.size for places in spread(3000, 4000)]
    [221, 296]
    """
    if height * width <= most:
        return np.arange(height), np.arange(width)
    share = sqrt(most / (height * width))
    rows = min(max(int(height * share), 1, most // width), height, most)
    columns = min(max(most // rows, 1), width)
    dice = np.random.default_rng(0)
    return _within(height, rows, dice), _within(width, columns, dice)


def _within(size: int, count: int, dice: np.random.Generator) -> Places:
    """One place in each of ``count`` equal stretches."""
    found = (np.arange(count) + dice.random(count)) * (size / count)
    return np.minimum(found.astype(np.intp), size - 1)


def strongest_of_all(values: Floats) -> float:
    """:func:`strongest` of a whole result (D, H, W), from as many of its values as the screen takes.

    >>> strongest_of_all(np.array([[[-0.5, 0.25]]], np.float32))
    0.5
    """
    rows, columns = spread(values.shape[1], values.shape[2])
    return strongest(values[:, rows[:, None], columns])
