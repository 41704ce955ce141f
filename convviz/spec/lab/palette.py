"""The application's colours of signed values, on screen and in files that are written without a window."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .ends import ON_LIGHT, Ends

Bytes = NDArray[np.uint8]
ZERO = 128  # of 256 colours: 1 is the most negative, 255 the most positive one


@cache
def signed_palette(ends: Ends = ON_LIGHT) -> Bytes:
    """(256, 3): blue below zero, orange above it, white or nearly black at zero; equally strong on both sides.

    >>> signed_palette()[128].tolist(), signed_palette()[255].tolist()
    ([255, 255, 255], [196, 78, 0])
    """
    below, zero, above = map(rgb, ends)
    strength = np.clip((np.arange(256) - ZERO) / 127, -1, 1)[:, None]
    colours = np.rint(zero + (np.where(strength < 0, below, above) - zero) * np.abs(strength)).astype(np.uint8)
    colours.setflags(write=False)
    return colours


def rgb(colour: str) -> NDArray[np.float64]:
    """Red, green and blue of ``#rrggbb``, each 0…255.

    >>> rgb("#ffa24a").tolist()
    [255.0, 162.0, 74.0]
    """
    return np.array(tuple(bytes.fromhex(colour.removeprefix("#"))), np.float64)


def signed_indices(values: NDArray[np.float32], extreme: float) -> Bytes:
    """Which of the 256 colours finite values have, with ±``extreme`` as the strongest.

    >>> signed_indices(np.array([-2, 0, 1], np.float32), 2).tolist()
    [1, 128, 192]
    """
    shares = np.clip(values / np.float32(extreme or 1), -1, 1)
    return np.asarray(np.rint(shares * np.float32(127)) + np.float32(ZERO), np.float32).astype(np.uint8)
