"""A photo at its full size, in as little memory as it can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


class Cancelled(Exception):  # noqa: N818 - no error: it is what was asked for
    """A photo is no longer wanted."""


def load_photo(
    source: Path | bytes,
    name: str = "",
    told: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Photo:
    """Decodes a picture at its full size.

    Args:
        source: a file, or the bytes of one.
        name: what to call it in messages; the file's name by default.
        told: hears how much is done, from 0 to 1.
        cancelled: asked now and then; True ends the work.

    Raises:
        InputError: not there, not readable, not a picture, damaged, or larger than 200 megapixels.
        Cancelled: ``cancelled`` said so.
    """
    raise NotImplementedError
