"""Lowest and highest value under every pixel of a long signal, from tables made once for each array."""

from __future__ import annotations

from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 16  # samples, or entries of the table before, that one entry sums up


class Envelope:
    """Of values (channels, samples): tables of lowest and highest, each a sixteenth as long as the one before.

    NaN anywhere is NaN in the tables, so that it is seen from afar. The values themselves are not kept.
    """

    def __init__(self, values: Floats) -> None:
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        low = high = values
        while low.shape[1] > BLOCK:
            low, high = _blocks(low, np.minimum), _blocks(high, np.maximum)
            self._low.append(low)
            self._high.append(high)
        self.range = _finite_range(values, float(low.min()), float(high.max()))

    def between(self, values: Floats, channel: int, edges: NDArray[np.float64]) -> tuple[Floats, Floats]:
        """(n,) lowest and (n,) highest of ``values`` from each edge (n + 1,), in samples, to the next.

        Edges may be off by a quarter of their distance, which is less than a pixel.

        >>> values = np.array([[1, 5, -2, 0]], np.float32)
        >>> Envelope(values).between(values, 0, np.array([0.0, 2.0, 4.0]))
        (array([ 1., -2.], dtype=float32), array([5., 0.], dtype=float32))
        """
        step, level = (edges[-1] - edges[0]) / max(len(edges) - 1, 1), 0
        while level < len(self._low) and BLOCK ** (level + 1) * 4 <= step:
            level += 1
        low = self._low[level - 1][channel] if level else values[channel]
        high = self._high[level - 1][channel] if level else values[channel]
        at = np.clip((edges / BLOCK**level).astype(np.intp), 0, len(low) - 1)
        end = min(int(np.ceil(edges[-1] / BLOCK**level)), len(low))
        cut = slice(0, max(end, int(at[-2]) + 1))
        return np.minimum.reduceat(low[cut], at[:-1]), np.maximum.reduceat(high[cut], at[:-1])


def _finite_range(values: Floats, low: float, high: float) -> tuple[float, float]:
    """Of all finite values, with 0."""
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return min(low, 0.0), max(high, 0.0)


def _blocks(values: Floats, pick: np.ufunc) -> Floats:
    return np.asarray(pick.reduceat(values, np.arange(0, values.shape[1], BLOCK), axis=1), np.float32)


_KNOWN: dict[int, tuple[ReferenceType[Floats], Envelope]] = {}


def envelope(values: Floats) -> Envelope:
    """The tables of ``values`` (C, 1, W), which nobody changes any more; made once."""
    key = id(values)
    known = _KNOWN.get(key)
    if known is not None and known[0]() is values:
        return known[1]
    made = Envelope(values[:, 0])
    _KNOWN[key] = ref(values, lambda _: _KNOWN.pop(key, None)), made
    return made
