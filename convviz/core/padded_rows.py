"""A photo as the numbers that an operation reads, some rows at a time, with the frame of padding around it."""

from __future__ import annotations

import ctypes

import numpy as np
import torch
from numpy.typing import NDArray

from ..spec.lab.source import FromPhoto
from ..spec.network import PaddingMode
from ..spec.padding import Sides, padded

Floats = NDArray[np.float32]
_SHARES = (np.array([0.299, 0.587, 0.114]) / 255).astype(np.float32)  # as the eye weighs them, see trial.grey
_NOWHERE = -1


class PaddedRows:
    """Reads a photo's values in 0…1 into one piece of memory, again and again.

    ``down`` and ``right`` say how many rows and columns of padding there are, ``mode`` what is in it ("zeros":
    ``fill``).
    """

    def __init__(
        self, source: FromPhoto, down: Sides, right: Sides, mode: PaddingMode = "zeros", fill: float = 0.0
    ) -> None:
        self._pixels, self._channel, self._fill = source.photo.pixels, source.channel, fill
        self._channels, height, width = source.shape
        self._rows, self._columns = _places(height, down, mode), _places(width, right, mode)
        self._above, self._height = down[0], height
        self._inside = slice(right[0], right[0] + width)
        self._filled = mode == "zeros"
        self._room: Floats = np.empty((self._channels, 0, len(self._columns)), np.float32)
        self._tensors: dict[int, torch.Tensor] = {}  # of so many rows
        self._pixels = np.ascontiguousarray(self._pixels)  # lives as long as the tensor on its memory
        self._bytes, self._turned = _as_tensor(self._pixels), torch.empty((0, 0, 0))

    def read(self, top: int, bottom: int) -> torch.Tensor:
        """(C, bottom − top, W) from row ``top`` of the padded photo on; the next call overwrites it.

        The same tensor comes again while its shape and its place in memory are the same.
        """
        count = bottom - top
        if count > self._room.shape[1]:
            self._room = np.full((self._channels, count, len(self._columns)), self._fill, np.float32)
            self._tensors.clear()
        room = self._room[:, :count]
        within = room[:, :, self._inside]
        begin = min(max(self._above - top, 0), count)
        end = max(min(self._above + self._height - top, count), begin)
        if begin < end:
            self._values(slice(top + begin - self._above, top + end - self._above), within[:, begin:end])
        for k in (*range(begin), *range(end, count)):
            place = int(self._rows[top + k])
            if place == _NOWHERE:
                within[:, k] = self._fill
            else:
                self._values(slice(place, place + 1), within[:, k : k + 1])
        if not self._filled:
            for side in (slice(0, self._inside.start), slice(self._inside.stop, None)):
                room[:, :, side] = within[:, :, self._columns[side]]
        if count not in self._tensors:
            self._tensors[count] = torch.from_numpy(room)
        return self._tensors[count]

    def _values(self, rows: slice, target: Floats) -> None:
        """Those rows of the photo itself, into ``target`` (C, n, W)."""
        pixels = self._pixels[rows]
        match self._channel:
            case "grey" if pixels.shape[2] == 3:
                np.matmul(self._floats(rows), _SHARES, out=target[0])
                return
            case "grey":
                np.copyto(target[0], pixels[:, :, 0])
            case "rgb":
                np.copyto(target, pixels.transpose(2, 0, 1))
            case colour:
                at = min(("red", "green", "blue").index(colour), pixels.shape[2] - 1)
                np.copyto(target[0], pixels[:, :, at])
        np.divide(target, np.float32(255), out=target)

    def _floats(self, rows: slice) -> Floats:
        """Those pixels as (n, W, 3), in the same memory again and again. Torch turns bytes faster than numpy does."""
        count, (_, width, colours) = rows.stop - rows.start, self._pixels.shape
        if self._turned.shape[0] < count:
            self._turned = torch.empty((count, width, colours))
        turned = self._turned[:count]
        turned.copy_(self._bytes[rows])
        found: Floats = turned.numpy()
        return found


def _as_tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """The same memory, which nobody writes to: torch would warn of an array that says so itself."""
    begin = ctypes.cast(pixels.ctypes.data, ctypes.POINTER(ctypes.c_uint8))
    return torch.from_numpy(np.ctypeslib.as_array(begin, pixels.shape))


def _places(size: int, sides: Sides, mode: PaddingMode) -> NDArray[np.intp]:
    """Which row or column of the photo is in each one of the padded photo."""
    places = np.arange(size)
    return padded(places, sides, mode, _NOWHERE)
