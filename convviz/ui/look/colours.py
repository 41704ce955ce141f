"""Values to colours: zero is the colour of the card, negative towards blue, positive towards orange.

A value becomes an index into a table of 256 colours: 128 is zero, 1 and 255 the ends of the range, 0 is not-a-number.
The scale is symmetric around zero, so equal distances from zero are equally strong on both sides.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ...spec.lab.ends import Ends
from ...spec.lab.palette import ZERO as ZERO
from ...spec.lab.palette import rgb, signed_palette
from .theme import Theme

Indices = NDArray[np.uint8]
Floats = NDArray[np.float32]
Wholes = NDArray[np.uint8] | NDArray[np.uint32]
NOT_A_NUMBER = 0


class Range(NamedTuple):
    """What a colour bar spans: symmetric for signed values, from 0 for non-negative ones."""

    low: float
    high: float

    @property
    def signed(self) -> bool:
        return self.low < 0


def value_range(values: Floats) -> Range:
    """The range of finite values, widened to be symmetric when any is negative.

    >>> value_range(np.array([-1.0, 3.0], np.float32)), value_range(np.array([0.0, 2.0], np.float32))
    (Range(low=-3.0, high=3.0), Range(low=0.0, high=2.0))
    """
    finite = values if np.isfinite(values).all() else values[np.isfinite(values)]
    if not finite.size:
        return Range(0.0, 0.0)
    low, high = float(finite.min()), float(finite.max())
    extreme = max(-low, high) + 0.0  # no −0
    return Range(-extreme, extreme) if low < 0 else Range(0.0, extreme)


def indices(values: Floats, extreme: Floats | float) -> Indices:
    """Colour indices of ``values`` with ``extreme`` (one number, or one a map, broadcast) as the strongest colour."""
    special = ~np.isfinite(values)
    with np.errstate(invalid="ignore", over="ignore"):
        strongest = np.asarray(extreme, np.float32)  # infinite beyond it: of a product of two large values
        share = np.divide(values, strongest, out=np.zeros_like(values), where=strongest != 0)
        if special.any():
            share[special] = np.sign(values[special])
        steps = np.rint(np.clip(share, -1.0, 1.0) * np.float32(127)) + np.float32(ZERO)
        result: Indices = steps.astype(np.uint8)
    if special.any():
        result[np.isnan(values)] = NOT_A_NUMBER
    return result


@lru_cache(maxsize=8)
def table(theme: Theme) -> NDArray[np.uint32]:
    """The 256 colours as 0xffRRGGBB."""
    mixed = signed_palette(Ends(theme.negative, theme.card, theme.positive)).copy()
    mixed[NOT_A_NUMBER] = rgb(theme.not_a_number)
    colours = packed(*mixed.T)
    colours.setflags(write=False)
    return colours


def packed(red: Wholes, green: Wholes, blue: Wholes) -> NDArray[np.uint32]:
    """0xffRRGGBB of numbers 0…255, in their shape.

    >>> [hex(pixel) for pixel in packed(*np.array([[1, 0], [2, 0], [255, 0]], np.uint8))]
    ['0xff0102ff', '0xff000000']
    """
    r, g, b = (np.asarray(part, np.uint32) for part in (red, green, blue))
    return np.asarray(np.uint32(0xFF000000) | r << np.uint32(16) | g << np.uint32(8) | b, np.uint32)


def image(pixels: NDArray[np.uint32], *, alpha: bool = False) -> QImage:
    """A QImage of (H, W) 0xffRRGGBB pixels, with a copy of its own; with ``alpha`` 0xAARRGGBB, premultiplied.

    QImage takes any buffer, also one that is too small or not contiguous; this is the one place that checks.
    """
    if pixels.dtype != np.uint32 or pixels.ndim != 2:
        raise TypeError(f"pixels must be (H, W) uint32, not {pixels.shape} {pixels.dtype}")
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
    return QImage(pixels.data, width, height, width * 4, kind).copy()


def grey_image(values: Floats) -> QImage:
    """A grey QImage of (H, W) values in 0…1: ink is white, paper black; with a copy of its own."""
    grey = np.ascontiguousarray(np.clip(values, 0.0, 1.0) * np.float32(255.0) + np.float32(0.5), dtype=np.float32)
    with np.errstate(invalid="ignore"):
        pixels = grey.astype(np.uint8)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def picture_image(values: Floats) -> QImage:
    """A QImage of a picture in 0…1: grey of (H, W) or (1, H, W), red, green and blue of (3, H, W).

    >>> shown = picture_image(np.array([[[1.0]], [[0.5]], [[0.0]]], np.float32))
    >>> shown.pixelColor(0, 0).name()
    '#ff8000'
    """
    if values.ndim == 2 or len(values) == 1:
        return grey_image(values if values.ndim == 2 else values[0])
    return image(rgb_pixels(values))


def rgb_pixels(values: Floats) -> NDArray[np.uint32]:
    """(H, W) pixels 0xffRRGGBB of red, green and blue (3, H, W) in 0…1."""
    with np.errstate(invalid="ignore"):
        whole = (np.clip(values, 0.0, 1.0) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    pixels = np.full((*values.shape[1:], 4), 255, np.uint8)
    pixels[..., 2], pixels[..., 1], pixels[..., 0] = whole
    found: NDArray[np.uint32] = pixels.view(np.dtype("<u4"))[..., 0].astype(np.uint32, copy=False)
    return found
