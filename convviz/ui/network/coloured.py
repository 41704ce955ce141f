"""The values of a layer and the colours they have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..look.colours import Floats, Indices, Range, indices, value_range


@dataclass(frozen=True, eq=False)
class Coloured:
    """``values`` (C, H, W) or (F,); ``extreme`` is the strongest colour's value if not their own largest.

    ``per_map``: each map has a colour range of its own.

    >>> Coloured(np.array([[[1.0]], [[2.0]]], np.float32), per_map=True).indices.tolist()
    [255, 255]
    """

    values: Floats
    extreme: float | None = None
    per_map: bool = False

    @cached_property
    def range(self) -> Range:
        """Of all maps together."""
        return value_range(self.values)

    @cached_property
    def not_finite(self) -> int:
        """How many values are NaN or infinite."""
        return self.values.size - int(np.isfinite(self.values).sum())

    @cached_property
    def indices(self) -> Indices:
        """Which colour of the table each value has, one after another."""
        values = self.values
        extreme: Floats | float = self.range.high if self.extreme is None else self.extreme
        if self.per_map and values.ndim == 3:
            strength = np.abs(np.where(np.isfinite(values), values, 0) if self.not_finite else values)
            extreme = strength.max(axis=(1, 2), keepdims=True)  # (C, 1, 1)
        return indices(values, extreme).ravel()
