"""A small copy of a photo, for what writes all values out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from ..geometry import LayerGeometry
from ..network import times
from ..photo import Photo
from .edits import with_source
from .lab import Lab
from .source import FromPhoto, Grid
from .trial import Trial, perform, photo_values

SIDES = (64, 48, 40, 32, 24, 16)  # cells of its longer side; more have no room to be seen
_ALONG = 4  # pixels of a cell, along each side, that its mean is taken of: one need not read millions


def reduced(lab: Lab, fits: Callable[[LayerGeometry], bool] = lambda _: True) -> Trial:
    """The operation on a copy of its photo of at most 64 × 64 cells, or of fewer so that it ``fits``.

    Each cell is the mean of 4 × 4 pixels spread over its part of the photo, or of all where there are fewer.
    """
    for side in SIDES:
        small = _small(lab, side)
        if fits(small.row):
            break
    return perform(small)


def about(lab: Lab, small: Trial) -> str:
    """What was made of a Lab's photo; "" where it was small enough as it is."""
    if small.values.shape == lab.shape:
        return ""
    size = times(small.values.shape[1:])
    cut = "" if small.lab.layer == lab.layer else "; the operation is cut to fit"
    return f"The photo in {size} cells, each a mean of its pixels{cut}: a page that shows every number needs few."


def _small(lab: Lab, side: int) -> Lab:
    assert isinstance(lab.source, FromPhoto)
    return replace(with_source(lab, _copy(lab.source, side)), pose=lab.pose)


class _Kept(NamedTuple):
    """The last copy, as the operation changes far more often than the photo; the photo itself is not kept alive."""

    pixels: ReferenceType[NDArray[np.uint8]]
    channel: str
    side: int
    grid: Grid


_kept: list[_Kept] = []


def _copy(source: FromPhoto, side: int) -> Grid:
    pixels = source.photo.pixels
    for kept in _kept:
        if kept.pixels() is pixels and (kept.channel, kept.side) == (source.channel, side):
            return kept.grid
    height, width = pixels.shape[:2]
    step = max(height, width) / min(side, max(height, width))
    (rows, down), (columns, across) = (_places(size, step) for size in (height, width))
    read = pixels[np.ix_(rows, columns)].astype(np.float32)
    means = read.reshape(len(rows) // down, down, len(columns) // across, across, -1).mean(axis=(1, 3))
    copy = Photo(np.ascontiguousarray(np.rint(means).astype(np.uint8)))
    grid = Grid(photo_values(FromPhoto(copy, source.channel)), f"small copy of {source.photo.name}")
    _kept[:] = [*_kept[1 - len(SIDES) :], _Kept(ref(pixels), source.channel, side, grid)]
    return grid


def _places(size: int, step: float) -> tuple[NDArray[np.intp], int]:
    """The pixels that are read along one side, and how many of them make a cell."""
    cells, each = max(round(size / step), 1), min(int(step), _ALONG, size)
    places = (np.arange(cells * each) + 0.5) * (step / each)
    return np.minimum(places.astype(np.intp), size - 1), each
