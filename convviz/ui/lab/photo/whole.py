"""A result at its full size, or some channels of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....spec.geometry import LayerGeometry
from ...look.colours import Floats

TOGETHER = 256_000_000  # values, of all channels: 1 GB; of larger results only the channels on screen are computed


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """``values`` (n, H′, W′) of the output channels ``outputs``."""

    values: Floats
    outputs: tuple[int, ...]

    def covers(self, outputs: Sequence[int]) -> bool:
        """Whether it has these channels."""
        return set(outputs) <= set(self.outputs)

    def at(self, outputs: Sequence[int], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
        """(D, rows, columns) of channels that it covers."""
        found = np.array([self.outputs.index(d) for d in outputs], np.intp)
        return self.values[found[:, None, None], rows[:, None], columns]

    def part(self, outputs: Sequence[int]) -> Floats:
        """(D, H′, W′) of neighbouring channels, not copied."""
        first = self.outputs.index(outputs[0])
        return self.values[first : first + len(outputs)]


def computed(row: LayerGeometry, on_screen: tuple[int, ...]) -> tuple[int, ...]:
    """The output channels that are computed together: all of them, or those on screen where that is too much."""
    depth, height, width = row.output_shape
    return tuple(range(depth)) if depth * height * width <= TOGETHER else on_screen
