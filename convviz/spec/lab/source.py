"""Where the numbers that the Lab works on come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..network import times
from ..photo import Photo

Floats = NDArray[np.float32]
Channel = Literal["grey", "rgb", "red", "green", "blue"]
LARGEST_GRID = 2**22  # values: more than a million samples, or a picture of 2048 × 2048
MOST_CHANNELS = 4096  # each is a picture of its own on screen


@dataclass(frozen=True, slots=True)
class FromDrawing:
    """The present drawing as the network receives it, 1 × 28 × 28."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Numbers: typed, drawn, made by convviz, or samples of a sound. ``values`` (C, H, W) float32, read-only.

    A signal has the height 1. ``name`` says in a few words what they are ("typed numbers", "sine", "zone plate").
    """

    values: Floats  # (C, H, W)
    name: str = "typed numbers"

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim != 3 or not values.size:
            raise InputError(f"an input has channels × height × width, each at least 1, not {times(values.shape)}")
        if values.size > LARGEST_GRID:
            raise InputError(f"an input of {values.size:,} numbers is too large; take at most {LARGEST_GRID:,}")
        if len(values) > MOST_CHANNELS:
            raise InputError(f"an input of {len(values):,} channels is too large; take at most {MOST_CHANNELS:,}")
        if values.dtype != np.float32 or values.flags.writeable or not values.flags.owndata:
            with np.errstate(over="ignore"):  # a float64 beyond float32 is infinite
                values = np.array(values, dtype=np.float32)
            values.setflags(write=False)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, slots=True, eq=False)
class FromPhoto:
    """A photo at full size, in colour or one channel of it; its values are 0…1."""

    photo: Photo
    channel: Channel = "grey"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of what the operation receives."""
        height, width, channels = self.photo.pixels.shape
        return (channels if self.channel == "rgb" else 1), height, width


Source = FromDrawing | Grid | FromPhoto
