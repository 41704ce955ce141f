"""What ``model.parameters()`` gives for a network, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ..channels import Channels, channels_of
from ..network import NetworkSpec
from ..weights import COUNTER, shapes
from .names import attribute_names

BUFFERS = ("running_mean", "running_var", COUNTER)


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One array of the generated ``Net``. ``name`` as in its state dict, ``layer`` as in the network.

    A buffer is kept and saved, but it is no parameter: no optimizer sees it. ``frozen`` of the ``channels`` kernels are
    left alone by training.
    """

    name: str
    layer: str
    shape: tuple[int, ...]
    buffer: bool = False
    frozen: int = 0
    channels: int = 0

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def printed(self) -> str:
        """What ``print(k.size())`` says.

        >>> ParameterRow("conv1.bias", "conv1", (32,)).printed
        'torch.Size([32])'
        """
        return f"torch.Size({list(self.shape)})"


def parameter_rows(network: NetworkSpec, channels: Channels | None = None) -> tuple[ParameterRow, ...]:
    """The parameters in the order of ``model.parameters()``, then the buffers in that of ``model.buffers()``.

    Raises:
        InputError: a layer does not fit its input.

    >>> from convviz.spec.presets import lecture
    >>> [row.printed for row in parameter_rows(lecture())][:3]
    ['torch.Size([32, 1, 5, 5])', 'torch.Size([32])', 'torch.Size([64, 32, 5, 5])']
    """
    names = attribute_names(network)
    arrays = shapes(network)
    frozen = channels.frozen if channels is not None else frozenset()
    parameters, buffers = [], []
    for key, shape in arrays.items():
        layer, array = key.rsplit(".", 1)
        name = f"{names[layer]}.{array}"
        if array in BUFFERS:
            buffers.append(ParameterRow(name, layer, shape, buffer=True))
        else:
            count = channels_of(network[layer])
            held = sum(at < count for where, at in frozen if where == layer)
            parameters.append(ParameterRow(name, layer, shape, frozen=held, channels=count))
        if array == "running_var":  # the last that a batch norm has in ``shapes``
            buffers.append(ParameterRow(f"{names[layer]}.{COUNTER}", layer, (), buffer=True))
    return (*parameters, *buffers)
