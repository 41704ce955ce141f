"""Which kernels a training leaves alone, as ``convviz train --freeze`` takes it."""

from __future__ import annotations

from collections import defaultdict

from ..channels import Channel, channels_of
from ..errors import InputError
from ..network import NetworkSpec


def frozen_text(frozen: frozenset[Channel], network: NetworkSpec) -> str:
    """Whole layers by their names, single kernels with their numbers; "" for none.

    >>> from ..presets import lecture
    >>> some = frozenset({("conv1", channel) for channel in range(32)} | {("fc2", 0), ("fc2", 3)})
    >>> frozen_text(some, lecture())
    'conv1,fc2:0,fc2:3'
    """
    kernels = defaultdict(list)
    for layer, channel in sorted(frozen):
        kernels[layer].append(channel)
    found: list[str] = []
    for each in network:
        there = [channel for channel in kernels[each.id] if channel < channels_of(each)]
        whole = there and len(there) == channels_of(each)
        found += [each.id] if whole else [f"{each.id}:{channel}" for channel in there]
    return ",".join(found)


def frozen_of(text: str, network: NetworkSpec) -> frozenset[Channel]:
    """The kernels that a text names, see :func:`frozen_text`.

    Raises:
        InputError: the network has no such layer or kernel, or the layer has no kernels.

    >>> from ..presets import lecture
    >>> len(frozen_of("conv1, fc2:3", lecture()))
    33
    >>> frozen_of("conv9", lecture())
    Traceback (most recent call last):
    convviz.spec.errors.InputError: --freeze: 'lecture' has no layer 'conv9'; those that learn are conv1, conv2, fc1,
    fc2
    """
    counts = {layer.id: channels_of(layer) for layer in network}
    learning = ", ".join(name for name, count in counts.items() if count) or "none"
    found: set[Channel] = set()
    for name in filter(None, (part.strip() for part in text.split(","))):
        layer, _, number = name.rpartition(":")
        layer = name if name in counts else layer or name
        if layer not in counts:
            raise InputError(f"--freeze: {network.name!r} has no layer {name!r}; those that learn are {learning}")
        if not counts[layer]:
            raise InputError(f"--freeze: {layer!r} has no kernels to freeze; layers that have are {learning}")
        if name in counts:
            found.update((layer, channel) for channel in range(counts[layer]))
        elif number.isascii() and number.isdigit() and len(number) < 9 and int(number) < counts[layer]:
            found.add((layer, int(number)))
        else:
            raise InputError(f"--freeze: the kernels of {layer!r} are 0 to {counts[layer] - 1}, not {number!r}")
    return frozenset(found)
