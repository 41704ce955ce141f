"""Some maps and how they are named: of an input or an output, or all slices of all kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....spec.network import times
from ...look.colours import Floats
from ...look.numbers import exact, typeset
from .scale import Scale

Index = tuple[int, int, int]  # channel, row, column
MOST = 16  # that are shown


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """``values`` (C, H, W), or (D · C / groups, h, w) where ``seen`` says how many slices a kernel has.

    ``greyed``: negative values are grey, as ReLU lets them fall. ``hidden``: how many more there are.
    """

    values: Floats
    shares: Floats
    scale: Scale
    dims: int = 2
    greyed: bool = False
    seen: int = 0
    hidden: int = 0

    @classmethod
    def of(
        cls, values: Floats, scale: Scale | None = None, *, dims: int = 2, greyed: bool = False, seen: int = 0
    ) -> Maps:
        """The first of them. Without a ``scale`` they have one range together."""
        shown = values[:MOST]
        scale = Scale.together(values) if scale is None else scale
        own = scale.first(len(shown))
        return cls(shown, own.shares(shown), own, dims, greyed, seen, max(len(values) - MOST, 0))

    def holds(self, index: Index) -> bool:
        """Whether there is such a cell."""
        return all(0 <= n < size for n, size in zip(index, self.values.shape, strict=True))

    def label(self, channel: int) -> tuple[str, str]:
        """What stands above one of several: a long text, and a short one where there is no room for it."""
        name = str(channel)
        if self.seen:
            name = ",".join(str(n) for n in divmod(channel, self.seen)) if self.seen > 1 else name
        return (f"{name}  {self.scale.text(channel)}" if self.scale.per_map else name), name

    def describe(self, index: Index) -> str:
        """Where a value is, and the value."""
        channel, row, column = index
        place = f"column {column}" if self.dims == 1 else f"row {row}, column {column}"
        first = f"channel {channel}, " if len(self.values) > 1 else ""
        if self.seen and len(self.values) > 1:
            first = "kernel {}, channel {}, ".format(*divmod(channel, self.seen))
        return typeset(f"{first}{place}: {exact(float(self.values[index]))}")

    @property
    def size_text(self) -> str:
        """C × H × W; a signal has no height."""
        channels, *size = self.values.shape
        more = f", the first {MOST}" if self.hidden else ""
        return times((channels + self.hidden, *(size[1:] if self.dims == 1 else size))) + more


NOTHING = Maps.of(np.zeros((1, 1, 1), np.float32))
