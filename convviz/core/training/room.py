"""How many images fit into memory where all of a mini-batch have to be there at once."""

from __future__ import annotations

import math
import os
from math import prod

from ...spec.geometry import describe
from ...spec.network import BatchNorm2d, NetworkSpec

TOO_MANY = (
    "A batch norm takes all images of a step at once, and so many need more than half of this machine's memory; "
    "it goes on with {:,} a step."
)
_BYTES = 4


def most_images(spec: NetworkSpec, memory: int | None = None) -> float:
    """How many images of a step may be in half of the memory; infinite where they may be computed in pieces.

    ``memory`` is in bytes, by default this machine's.

    >>> from convviz.spec.presets import lecture
    >>> most_images(lecture())
    inf
    """
    rows = describe(spec)
    if not any(isinstance(row.layer, BatchNorm2d) for row in rows):
        return math.inf
    memory = _memory() if memory is None else memory
    # every layer's output is kept for the way back; the widest is there with its gradient, and torch copies some
    outputs = [prod(row.output_shape) for row in rows]
    one = _BYTES * (sum(outputs) + 3 * max(outputs) + 2 * prod(spec.input_shape))
    return max(memory // 2 // one, 1) if memory else math.inf


def _memory() -> int:
    """Of this machine, bytes; 0 where the system does not say, which are those that refuse more than there is."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return 0
