"""What a unit can see of the input, followed from layer to layer.

Three numbers an axis (Dumoulin & Visin 2016, Araujo et al. 2019):

* ``size``: input pixels from the first to the last that a unit can see,
* ``jump``: input pixels between the fields of two neighbouring units,
* ``start``: the input pixel where the field of the first unit begins; negative inside the padding.

For a window of k cells, stride s, padding p, dilation d:
``size' = size + (k − 1)·d·jump``, ``start' = start − p·jump``, ``jump' = jump·s``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .network import Pair


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Size, jump and start, each (height, width), in input pixels."""

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    start: Pair = (0, 0)

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of the field of one unit, ends excluded; may reach into the padding.

        >>> ReceptiveField((19, 19), (3, 3)).box(1, 2)
        (3, 6, 22, 25)
        """
        top, left = (self.start[a] + index * self.jump[a] for a, index in ((0, row), (1, column)))
        return top, left, top + self.size[0], left + self.size[1]

    def through(self, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> ReceptiveField:
        """The field after one more window."""
        return ReceptiveField(
            per_axis(lambda a: self.size[a] + (kernel[a] - 1) * dilation[a] * self.jump[a]),
            per_axis(lambda a: self.jump[a] * stride[a]),
            per_axis(lambda a: self.start[a] - padding[a] * self.jump[a]),
        )


def per_axis(axis: Callable[[int], int]) -> Pair:
    """The pair (for the height, for the width)."""
    return axis(0), axis(1)


def one_or_pair(pair: Pair) -> int | list[int]:
    """One number where both axes agree, else both."""
    return pair[0] if pair[0] == pair[1] else list(pair)
