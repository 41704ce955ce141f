"""Signals that convviz makes: (1, 1, W) Grids that start an experiment in 1d."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .source import FromPhoto, Grid

Floats = NDArray[np.float32]
LONGEST = 2**20  # samples that are made at once
LONGEST_NAME = 40  # of a picture, in the name of one of its rows
PERIODS = 3  # of the sine
DRAWN = "drawn signal"


def signal(kind: str, length: int) -> Grid:
    """A signal by its name in :data:`SIGNALS`, which is the Grid's name as well; the same each time.

    >>> signal("step", 6).values.tolist()
    [[[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]]

    Raises:
        InputError: there is no such signal, or it cannot have that length.
    """
    if kind not in SIGNALS:
        raise InputError(f"there is no signal called {kind!r}; take one of {', '.join(SIGNALS)}")
    return Grid(SIGNALS[kind](_checked(length)).astype(np.float32)[None, None], kind)


def row_of(values: Floats, y: int) -> Grid:
    """Row ``y`` of the drawing (C, H, W) as a signal (C, 1, W).

    Raises:
        InputError: there is no such row.
    """
    if not 0 <= y < values.shape[1]:
        raise InputError(f"the drawing has the rows 0 to {values.shape[1] - 1}; there is no row {y}")
    return Grid(values[:, y : y + 1], f"row {y} of the drawing")


def row_of_picture(picture: Grid | FromPhoto, y: int) -> Grid:
    """Row ``y`` of an input that is there, named after it; of a photo only that row is read.

    Raises:
        InputError: there is no such row, or it is longer than a signal can be.
    """
    if isinstance(picture, Grid):
        name, (_, height, width) = picture.name, picture.values.shape
    else:
        name, (_, height, width) = picture.photo.name or "photo", picture.shape
    if not 0 <= y < height:
        raise InputError(f"the picture has the rows 0 to {height - 1}; there is no row {y}")
    _checked(width)
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    if isinstance(picture, Grid):
        return Grid(picture.values[:, y : y + 1], f"row {y} of {shown}")
    from .look import photo_at

    return Grid(photo_at(picture, np.array([y]), np.arange(width)), f"row {y} of {shown}")


def stretched(values: Floats, length: int) -> Floats:
    """A signal (C, 1, W) in another length, (C, 1, length): interpolated linearly, its ends kept.

    >>> stretched(np.array([[[0, 2]]], np.float32), 3).tolist()
    [[[0.0, 1.0, 2.0]]]

    Raises:
        InputError: it cannot have that length.
    """
    width = values.shape[2]
    places = np.linspace(0, width - 1, _checked(length))
    return np.array([[np.interp(places, np.arange(width), channel[0])] for channel in values], np.float32)


def wrong_length(length: int) -> str:
    """Why a signal cannot be so long; "" where it can.

    >>> wrong_length(2_000_000)
    'a signal cannot have 2,000,000 samples; give it 1 to 1,048,576'
    """
    if 1 <= length <= LONGEST:
        return ""
    return f"a signal cannot have {length:,} samples; give it 1 to {LONGEST:,}"


def _checked(length: int) -> int:
    if wrong_length(length):
        raise InputError(wrong_length(length))
    return length


def _step(length: int) -> NDArray[np.float64]:
    return np.asarray(np.arange(length) >= length // 2, np.float64)


def _ramp(length: int) -> NDArray[np.float64]:
    return np.linspace(0.0, 1.0, length)


def _pulse(length: int) -> NDArray[np.float64]:
    return np.asarray(np.arange(length) == length // 2, np.float64)


def _sine(length: int) -> NDArray[np.float64]:
    return np.sin(2 * np.pi * PERIODS * np.arange(length) / length).round(6) + 0.0  # its zeros are zeros, not noise


def _noise(length: int) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(size=length)


SIGNALS: dict[str, Callable[[int], NDArray[np.float64]]] = {
    "step": _step,
    "ramp": _ramp,
    "pulse": _pulse,
    "sine": _sine,
    "noise": _noise,
}
