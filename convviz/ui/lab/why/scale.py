"""Which value has the strongest colour: one for all maps, or one for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...look.colours import Floats, Range, value_range
from ...look.numbers import brief, typeset

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """``extremes`` (C, 1, 1), or (1, 1, 1) for all maps: the value of the strongest colour, or of the highest stem.

    ``signs`` has the same shape: where there are negative values, as those have colours and room of their own.
    """

    extremes: Floats
    signs: Mask

    @classmethod
    def together(cls, *values: Floats) -> Scale:
        """One range for all of these.

        >>> Scale.together(np.array([[[2.0, -3.0]]], np.float32)).range
        Range(low=-3.0, high=3.0)
        """
        return cls._of([[value_range(one) for one in values]])

    @classmethod
    def each(cls, *values: Floats) -> Scale:
        """A range for each map of (C, H, W), as weak ones would not be seen beside strong ones."""
        return cls._of([[value_range(one[n]) for one in values] for n in range(len(values[0]))])

    @classmethod
    def _of(cls, spans: list[list[Range]]) -> Scale:
        extremes = np.array([max(span.high for span in several) for several in spans], np.float32)
        signs = np.array([any(span.signed for span in several) for several in spans])
        return cls(extremes.reshape(-1, 1, 1), signs.reshape(-1, 1, 1))

    def first(self, count: int) -> Scale:
        """Of the first so many maps."""
        return Scale(self.extremes[:count], self.signs[:count])

    @property
    def per_map(self) -> bool:
        """Whether equal colours of two maps stand for different values."""
        return bool((self.extremes != self.extremes[:1]).any())

    @property
    def range(self) -> Range:
        """Of the strongest map."""
        most = float(self.extremes.max())
        return Range(-most if self.signs.any() else 0.0, most)

    def signed(self, channel: int) -> bool:
        """Whether a map has negative values."""
        return bool(self.signs[min(channel, len(self.signs) - 1), 0, 0])

    def shares(self, values: Floats) -> Floats:
        """Values (C, H, W) in −1…1: as parts of the strongest of their map. What is not finite stays so."""
        if self.extremes.all() and np.isfinite(values).all():  # as a rule, and a matrix may have millions
            return values / self.extremes
        extremes = np.broadcast_to(self.extremes, values.shape)
        with np.errstate(invalid="ignore", over="ignore"):
            whole = np.where(np.isfinite(values), np.float32(0), values)
            return np.divide(values, extremes, out=whole, where=(extremes != 0) & np.isfinite(values))

    def text(self, channel: int) -> str:
        """What the colours of one map span.

        >>> Scale.each(np.array([[[2.0, -3.0]], [[5.0, 1.0]]], np.float32)).text(1)
        '≤5.0'
        """
        most = float(self.extremes[min(channel, len(self.extremes) - 1), 0, 0])
        return typeset(f"{'±' if self.signed(channel) else '≤'}{brief(most)}")

    def lined(self, rows: int) -> Scale:
        """For the same maps written as lines of one matrix: ``rows`` of each below each other."""
        if len(self.extremes) == 1:
            return self
        extremes, signs = self.extremes.reshape(1, -1, 1), self.signs.reshape(1, -1, 1)
        return Scale(np.repeat(extremes, rows, axis=1), np.repeat(signs, rows, axis=1))
