"""What a network must be like to be trained."""

from __future__ import annotations

from ..errors import InputError
from ..geometry import describe
from ..network import NetworkSpec


def check_learns(network: NetworkSpec) -> None:
    """Refuses a network that cannot learn classes at all.

    Raises:
        InputError: it has no weights, or its last layer's output is not flat.

    >>> check_learns(NetworkSpec("empty", (1, 28, 28), ()))
    Traceback (most recent call last):
    convviz.spec.errors.InputError: 'empty' cannot learn classes: it needs weights, and a fully connected or flat last
    layer
    """
    rows = describe(network)
    if not rows or len(rows[-1].output_shape) != 1 or not sum(row.params for row in rows):
        raise InputError(
            f"{network.name!r} cannot learn classes: it needs weights, and a fully connected or flat last layer"
        )
