"""255 colours that do for all frames of an animation, and frames in them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

Pixels = NDArray[np.uint32]
Indices = NDArray[np.uint8]
COLOURS, EXACT = 255, 176  # in all, and those taken as they are: the ones that cover most
UNCHANGED = 255  # no colour: what was there before shines through
_UNKNOWN = -1


def pixels_of(picture: QImage) -> Pixels:
    """(H, W) 0x00RRGGBB of an RGB32 picture."""
    rows = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), picture.bytesPerLine() // 4)
    return rows[:, : picture.width()] & np.uint32(0xFFFFFF)


def shared(samples: Iterable[Pixels]) -> Pixels:
    """(n,) at most 255 colours: the most frequent ones of the samples as they are, and some for all others."""
    colours, counts = np.unique(np.concatenate([sample.ravel() for sample in samples]), return_counts=True)
    if len(colours) <= COLOURS:
        return np.asarray(colours, np.uint32)
    order = np.argsort(-counts, kind="stable")
    exact, others = colours[order[:EXACT]], colours[order[EXACT:]]
    rgb = np.stack([others >> 16 & 255, others >> 8 & 255, others & 255], axis=-1).astype(np.uint8)[None]
    reduced = Image.fromarray(rgb, "RGB").quantize(COLOURS - EXACT, Image.Quantize.MEDIANCUT)
    flat = np.array(reduced.getpalette() or [], np.uint32).reshape(-1, 3)
    mixed = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    return np.unique(np.concatenate([exact, mixed]))[:COLOURS].astype(np.uint32)


class Palette:
    """Finds for each pixel the nearest of the colours; each colour is sought only once."""

    def __init__(self, colours: Pixels) -> None:
        self.colours = colours  # (n,)
        self._known = np.full(1 << 24, _UNKNOWN, np.int16)
        self._known[colours] = np.arange(len(colours), dtype=np.int16)

    def indices(self, pixels: Pixels) -> Indices:
        """(H, W) of (H, W) 0x00RRGGBB."""
        found = self._known[pixels]
        missing = found == _UNKNOWN
        if missing.any():
            new = np.unique(pixels[missing])
            self._known[new] = self._nearest(new)
            found = self._known[pixels]
        return found.astype(np.uint8)

    def _nearest(self, colours: Pixels) -> NDArray[np.int16]:
        apart = _channels(colours)[:, None] - _channels(self.colours)[None]  # (m, n, 3)
        return np.asarray((apart**2).sum(axis=2).argmin(axis=1), np.int16)

    @property
    def flat(self) -> bytes:
        """Red, green and blue of all, as Pillow takes them."""
        rgb = np.zeros((COLOURS + 1, 3), np.uint8)
        rgb[: len(self.colours)] = _channels(self.colours)
        return rgb.tobytes()


def _channels(colours: Pixels) -> NDArray[np.int32]:
    """(n, 3)"""
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1).astype(np.int32)
