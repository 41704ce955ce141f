"""Which units see which: exactly, unit by unit, with borders, dilation and padding modes.

On a chain of layers everything a unit sees in an earlier layer is all combinations of some channels, some rows and
some columns, so each axis is followed by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .network import NetworkSpec

Index = tuple[int, ...]


class Box(NamedTuple):
    """Rows ``top`` up to ``bottom`` and columns ``left`` up to ``right``, ends excluded; may reach into the padding."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """Some units of one layer: every combination of these channels, rows and columns, each in ascending order.

    A flat layer has its features as ``channels``, and rows and columns are (0,). ``box`` spans from the first to the
    last row and column, padding included; the rows and columns themselves lie inside the map.
    """

    channels: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    box: Box

    def __len__(self) -> int:
        """How many units."""
        return len(self.channels) * len(self.rows) * len(self.columns)

    @property
    def sparse(self) -> bool:
        """Whether rows or columns have holes between them, as those of a dilated kernel have."""
        return any(axis and axis[-1] - axis[0] + 1 != len(axis) for axis in (self.rows, self.columns))


def fields(network: NetworkSpec, layer: str, index: Index) -> dict[str, Footprint]:
    """What one unit sees: its footprint in every earlier layer, in "input", and in its own layer (itself)."""
    raise NotImplementedError


def seen_by(network: NetworkSpec, layer: str, index: Index) -> dict[str, Footprint]:
    """Which units of every later layer see one unit (or pixel, of layer "input"); layers with none are left out."""
    raise NotImplementedError
