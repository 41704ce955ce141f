"""How bright colours are."""

from __future__ import annotations

import numpy as np

from .resample import Floats

BRIGHTNESS = (0.299, 0.587, 0.114)  # of red, green and blue to the eye (ITU-R BT.601)


def grey(pixels: Floats) -> Floats:
    """(H, W): the brightness of a picture (3, H, W) in colour; a grey one, (1, H, W) or (H, W), is the same array.

    >>> float(grey(np.ones((3, 1, 1), np.float32))[0, 0]), grey(np.zeros((1, 2, 4), np.float32)).shape
    (1.0, (2, 4))
    """
    if pixels.ndim == 2:
        return pixels
    if len(pixels) == 1:
        first: Floats = pixels[0]
        return first
    red, green, blue = (np.float32(share) * plane for share, plane in zip(BRIGHTNESS, pixels, strict=True))
    brightness: Floats = red + green + blue
    return brightness
