"""The application's colours of signed values, for files that are written without a window."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
ZERO = 128  # of 256 colours: 1 is the most negative, 255 the most positive one
# (below zero, zero, above zero), as ui/look/theme.py has them on a light and on a dark screen
_LIGHT = ((0x16, 0x59, 0xB5), (0xFF, 0xFF, 0xFF), (0xC4, 0x4E, 0x00))
_DARK = ((0x4A, 0xA8, 0xFF), (0x1B, 0x1E, 0x24), (0xFF, 0xA2, 0x4A))


@cache
def signed_palette(*, dark: bool = False) -> Bytes:
    """(256, 3): blue below zero, orange above it, white or nearly black at zero; equally strong on both sides.

    >>> signed_palette()[128].tolist(), signed_palette()[255].tolist()
    ([255, 255, 255], [196, 78, 0])
    """
    below, zero, above = (np.array(colour, np.float64) for colour in (_DARK if dark else _LIGHT))
    strength = np.clip((np.arange(256) - ZERO) / 127, -1, 1)[:, None]
    colours = np.rint(zero + (np.where(strength < 0, below, above) - zero) * np.abs(strength)).astype(np.uint8)
    colours.setflags(write=False)
    return colours


def signed_indices(values: NDArray[np.float32], extreme: float) -> Bytes:
    """Which of the 256 colours finite values have, with ±``extreme`` as the strongest.

    >>> signed_indices(np.array([-2, 0, 1], np.float32), 2).tolist()
    [1, 128, 192]
    """
    shares = np.clip(values / np.float32(extreme or 1), -1, 1)
    return np.asarray(np.rint(shares * np.float32(127)) + np.float32(ZERO), np.float32).astype(np.uint8)
