"""The network's input, and over it, in colour, what each pixel means to something."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from ...spec.grey import grey
from ..look.colours import NOT_A_NUMBER, ZERO, Floats, indices, packed, rgb_pixels, value_range
from ..look.theme import DARK

Pixels = NDArray[np.uint32]
INK_UNDER_HEAT = 0.55  # of the grey's brightness, so that the strongest colour is also the brightest
TAP_SHARE = 0.5  # of the colour of a field in a pixel that is one of its taps


def strongest(heat: Floats) -> float:
    """The value of the strongest colour: the largest distance from zero; 0.0 where nothing is finite."""
    return value_range(heat).high


def coloured(
    picture: Floats, heat: Floats | None = None, taps: NDArray[np.bool_] | None = None, tap_colour: str = DARK.field
) -> Pixels:
    """(H, W) pixels 0xffRRGGBB of a ``picture`` (C, H, W) of 0…1; three channels are red, green and blue.

    ``heat`` (H, W) covers it in blue and orange, the more the further a value is from zero; below it the picture is
    grey, so that no colour means two things. Pixels in ``taps`` (H, W) take on the ``tap_colour``.

    >>> one, heat = np.ones((1, 1, 2), np.float32), np.array([[0.0, 3.0]], np.float32)
    >>> [hex(pixel) for pixel in coloured(one, heat)[0]]
    ['0xff8c8c8c', '0xffffa24a']
    """
    pixels: Pixels
    if heat is None and len(picture) == 3:
        pixels = rgb_pixels(np.nan_to_num(picture))
    elif heat is None:
        pixels = _greys()[_grey_of(picture)]
    else:
        pixels = _table().ravel()[_grey_of(picture).astype(np.uint16) << np.uint16(8) | indices(heat, strongest(heat))]
    if taps is not None:
        pixels[taps] = _tinted(pixels[taps], tap_colour)
    return pixels


def _grey_of(picture: Floats) -> NDArray[np.uint8]:
    """(H, W): how bright a picture (C, H, W) is, of 255."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean = grey(picture) if len(picture) in (1, 3) else picture.mean(axis=0)
        shown: NDArray[np.uint8] = np.rint(np.clip(np.nan_to_num(mean), 0.0, 1.0) * np.float32(255)).astype(np.uint8)
    return shown


@lru_cache(maxsize=1)
def _greys() -> Pixels:
    """(256,): the colour of every grey."""
    return np.uint32(0xFF000000) | np.arange(256, dtype=np.uint32) * np.uint32(0x010101)


@lru_cache(maxsize=1)
def _table() -> Pixels:
    """(256, 256): the colour of every grey under every index of heat. One look-up a pixel, as frames come fast.

    The dark theme's ends in both themes, as the paper under them is black in both.
    """
    share: Floats = np.abs(np.arange(256, dtype=np.float32) - np.float32(ZERO))[:, None] / np.float32(127)
    share[NOT_A_NUMBER] = 1.0
    ends = [DARK.not_a_number] + [DARK.negative] * (ZERO - 1) + [DARK.positive] * (256 - ZERO)
    over = np.array([(c.red(), c.green(), c.blue()) for c in map(QColor, ends)], np.float32) * share  # (256, 3)
    ink = np.arange(256, dtype=np.float32)[:, None, None] * np.float32(INK_UNDER_HEAT) * (1 - share)  # (256, 256, 1)
    return _packed(ink + over)


def _tinted(pixels: Pixels, name: str) -> Pixels:
    colour = QColor(name)
    tint = np.array([colour.red(), colour.green(), colour.blue()], np.float32) * np.float32(TAP_SHARE)
    rgb = (pixels[:, None] >> np.array([16, 8, 0], np.uint32)) & np.uint32(255)  # (n, 3)
    return _packed(rgb.astype(np.float32) * np.float32(1 - TAP_SHARE) + tint)


def _packed(rgb: Floats) -> Pixels:
    """(…, 3) of 0…255 as 0xffRRGGBB."""
    whole = np.rint(rgb).astype(np.uint32)
    return packed(*(whole[..., i] for i in range(3)))
