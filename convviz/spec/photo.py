"""A photo at its full size, in as little memory as it can have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .network import times

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """``pixels`` (H, W, C) uint8, read-only, not copied; C is 1 (grey) or 3 (red, green, blue). Compared by identity.

    ``data`` are the bytes of the file it was decoded from, which an experiment keeps; b"" where there is none.
    """

    pixels: Bytes  # (H, W, C)
    name: str = ""
    data: bytes = b""

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or not pixels.size or pixels.dtype != np.uint8:
            raise InputError(f"a photo has 1 or 3 channels of bytes and at least one pixel, not {times(pixels.shape)}")
        pixels.setflags(write=False)
