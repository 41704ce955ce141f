"""One picture placed in another, at any scale, exactly and without Qt, torch or Pillow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Placement(NamedTuple):
    """Where a picture lies in another: position ``p`` (pixels, from the outer edge) goes to ``offset + scale·p``."""

    scale: float
    offset: tuple[float, float]  # (y, x)

    def zoomed(self, factor: float) -> Placement:
        """The same placement in a target of ``factor`` times as many pixels."""
        return Placement(self.scale * factor, (self.offset[0] * factor, self.offset[1] * factor))


def resample(source: Floats, placement: Placement, shape: tuple[int, int]) -> Floats:
    """``source`` (H, W) placed in a field of ``shape``; outside it there is nothing (0).

    Shrinking averages each field pixel's exact area; enlarging interpolates linearly between pixel centres.
    Separable: two small matrix products.
    """
    rows = _weights(source.shape[0], placement.scale, placement.offset[0], shape[0])
    columns = _weights(source.shape[1], placement.scale, placement.offset[1], shape[1])
    result: Floats = np.clip(rows @ source @ columns.T, 0.0, 1.0)
    return result


def _weights(n_in: int, scale: float, offset: float, n_out: int) -> Floats:
    """(n_out, n_in): the share of each source pixel in a window, at least one source pixel wide, around each target.

    A window one pixel wide sliding over constant pixels *is* linear interpolation, so one formula serves both ways.
    """
    width = max(1.0 / scale, 1.0)
    centres = (np.arange(n_out) + 0.5 - offset) / scale
    low, high = centres - width / 2, centres + width / 2
    edges = np.arange(n_in)
    overlap = np.minimum(high[:, None], edges + 1) - np.maximum(low[:, None], edges)
    shares: Floats = (np.clip(overlap, 0.0, None) / width).astype(np.float32)
    return shares
