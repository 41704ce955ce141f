"""How much the Lab has to compute for one move of the mouse, and when that is too much."""

from __future__ import annotations

from math import prod

from ..geometry import LayerGeometry, describe
from ..network import NetworkSpec
from .lab import NAME, Lab, Operation
from .source import FromPhoto, Source

MOST_AT_HAND = 2**27  # multiplications or comparisons: a third of a second of one core, at most
MOST_OPENED = 2**30  # what a file may ask for: more would look as if it hung


def effort(row: LayerGeometry) -> int:
    """How many values are multiplied, added or compared, all in all.

    >>> from convviz.spec.network import MaxPool2d
    >>> effort(describe(NetworkSpec("", (1, 8, 8), (MaxPool2d("pool", (2, 2)),)))[0])
    64
    """
    return row.products or prod(row.output_shape) * prod(getattr(row.layer, "kernel", (1, 1)))


def too_slow(layer: Operation, source: Source, shape: tuple[int, int, int], before: Lab | None = None) -> str:
    """The sentence against an operation that the window would stand still for; "" where it is quick enough.

    What is slower than that already (``before``) may become quicker. Photos are looked at in parts, so of any size.
    """
    if isinstance(source, FromPhoto):
        return ""
    steps = effort(describe(NetworkSpec(NAME, shape, (layer,)))[0])
    if steps <= MOST_AT_HAND or (before is not None and steps <= effort(before.row)):
        return ""
    return (
        f"{layer.id}: {steps:,} products would be too slow to follow the mouse; choose a value with which there are at "
        f"most {MOST_AT_HAND:,}"
    )
