"""How many images fit into memory where all of a mini-batch have to be there at once."""

from __future__ import annotations

import math
from math import prod

from ...spec.geometry import describe
from ...spec.network import BatchNorm2d, NetworkSpec
from .. import device

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
    memory = device.memory() if memory is None else memory
    # every layer's output is kept for the way back; the widest is there with its gradient, and torch copies some
    outputs = [prod(row.output_shape) for row in rows]
    one = _BYTES * (sum(outputs) + 3 * max(outputs) + 2 * prod(spec.input_shape))
    return max(memory // 2 // one, 1) if memory else math.inf
