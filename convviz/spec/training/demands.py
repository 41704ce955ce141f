"""What a network must be like to be trained."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from ..errors import InputError
from ..geometry import describe
from ..network import Linear, NetworkSpec


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


class OutputsError(InputError):
    """The network does not have an output for each of the ``classes``."""

    def __init__(self, network: NetworkSpec, data: str, classes: int, outputs: int) -> None:
        super().__init__(
            f"{data!r} has {classes} classes, but {network.name!r} has {outputs} outputs; "
            f"give its last layer {classes} outputs"
        )
        self.classes = classes


def check_outputs(network: NetworkSpec, data: str, classes: int, *, named: bool = True) -> None:
    """Refuses a network without an output for each class; of classes that have no names there may be more.

    Raises:
        OutputsError: it has too few, or too many.
    """
    outputs = prod(describe(network)[-1].output_shape)
    if outputs != classes if named else outputs < classes:
        raise OutputsError(network, data, classes, outputs)


def with_outputs(network: NetworkSpec, count: int) -> Linear | None:
    """The last fully connected layer with so many outputs; None where the network would not have as many then.

    >>> from ..presets import lecture
    >>> with_outputs(lecture(), 2).out_features
    2
    """
    last = next((layer for layer in reversed(network.layers) if isinstance(layer, Linear)), None)
    if last is None:
        return None
    layer = replace(last, out_features=count)
    return layer if describe(network.with_layer(layer))[-1].output_shape == (count,) else None
