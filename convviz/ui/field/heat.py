"""The network's input in grey, and over it, in colour, what each pixel means to something."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from ..look.colours import NOT_A_NUMBER, ZERO, Floats, indices, value_range
from ..look.theme import DARK

INK_UNDER_HEAT = 0.55  # of the grey's brightness, so that the strongest colour is also the brightest
TAP_SHARE = 0.5  # of the colour of a field in a pixel that is one of its taps


def strongest(heat: Floats) -> float:
    """The value of the strongest colour: the largest distance from zero; 0.0 where nothing is finite."""
    return value_range(heat).high


def coloured(
    picture: Floats, heat: Floats | None = None, taps: NDArray[np.bool_] | None = None, tap_colour: str = DARK.field
) -> NDArray[np.uint32]:
    """(H, W) pixels 0xffRRGGBB of a ``picture`` (C, H, W) of 0…1.

    ``heat`` (H, W) covers it in blue and orange, the more the further a value is from zero; pixels in ``taps`` (H, W)
    take on the ``tap_colour``.

    >>> one, heat = np.ones((1, 1, 2), np.float32), np.array([[0.0, 3.0]], np.float32)
    >>> [hex(pixel) for pixel in coloured(one, heat)[0]]
    ['0xff8c8c8c', '0xffffa24a']
    """
    with np.errstate(invalid="ignore", over="ignore"):
        grey = np.nan_to_num(picture[0] if len(picture) == 1 else picture.mean(axis=0))
        rgb = np.clip(grey, 0.0, 1.0)[..., None] * np.float32(255)  # (H, W, 3 or 1)
    if heat is not None:
        over, share = _ends()
        shown = indices(heat, strongest(heat))
        rgb = rgb * np.float32(INK_UNDER_HEAT) * (1 - share[shown]) + over[shown]
    if taps is not None:
        colour = QColor(tap_colour)
        tint = np.array([colour.red(), colour.green(), colour.blue()], np.float32) * np.float32(TAP_SHARE)
        rgb = np.where(taps[..., None], rgb * np.float32(1 - TAP_SHARE) + tint, rgb)
    whole = np.broadcast_to(np.rint(rgb), (*grey.shape, 3)).astype(np.uint32)
    red, green, blue = (whole[..., i] for i in range(3))
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue


@lru_cache(maxsize=1)
def _ends() -> tuple[Floats, Floats]:
    """For every index of a colour: its share (256, 1), and the colour times that share (256, 3).

    The dark theme's in both themes, as the paper under them is black in both.
    """
    share: Floats = np.abs(np.arange(256, dtype=np.float32) - np.float32(ZERO))[:, None] / np.float32(127)
    share[NOT_A_NUMBER] = 1.0
    ends = [DARK.not_a_number] + [DARK.negative] * (ZERO - 1) + [DARK.positive] * (256 - ZERO)
    rgb: Floats = np.array([(c.red(), c.green(), c.blue()) for c in map(QColor, ends)], np.float32)
    return rgb * share, share
