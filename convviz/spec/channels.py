"""What was done to whole channels: muted, soloed, frozen; and the weights that this makes of a network's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .network import Conv2d, Linear, NetworkSpec
from .weights import Weights

Channel = tuple[str, int]  # layer id and output channel (a row of a fully connected layer)
Mark = Literal["muted", "solo", "frozen"]


@dataclass(frozen=True, slots=True)
class Channels:
    """Marks on the output channels of layers that have kernels.

    muted: puts out zeros. solo: of its layer, only the soloed channels sound. frozen: training leaves it alone.

    >>> Channels().toggled("muted", "conv1", 3).silent("conv1", 5)
    (3,)
    >>> Channels().toggled("solo", "conv1", 3).silent("conv1", 5)
    (0, 1, 2, 4)
    """

    muted: frozenset[Channel] = frozenset()
    solo: frozenset[Channel] = frozenset()
    frozen: frozenset[Channel] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.muted or self.solo or self.frozen)

    def has(self, mark: Mark, layer: str, channel: int) -> bool:
        found: frozenset[Channel] = getattr(self, mark)
        return (layer, channel) in found

    def toggled(self, mark: Mark, layer: str, channel: int) -> Channels:
        """The same marks with one set or taken away."""
        return replace(self, **{mark: getattr(self, mark) ^ {(layer, channel)}})

    def silent(self, layer: str, count: int) -> tuple[int, ...]:
        """Which of a layer's ``count`` channels put out zeros."""
        solo = {channel for name, channel in self.solo if name == layer}
        return tuple(c for c in range(count) if (layer, c) in self.muted or (solo and c not in solo))

    def within(self, spec: NetworkSpec) -> Channels:
        """Without the marks on channels that ``spec`` does not have."""
        counts = {layer.id: channels_of(layer) for layer in spec}
        return Channels(
            *(
                frozenset((layer, channel) for layer, channel in marks if channel < counts.get(layer, 0))
                for marks in (self.muted, self.solo, self.frozen)
            )
        )


def channels_of(layer: object) -> int:
    """How many kernels a layer has: output channels, rows of a fully connected layer, 0 for other layers."""
    match layer:
        case Conv2d(out_channels=count) | Linear(out_features=count):
            return count
    return 0


def effective(spec: NetworkSpec, weights: Weights, channels: Channels) -> Weights:
    """The weights that compute what is on screen: kernels and biases of silent channels are zero.

    ``weights`` itself where nothing is silent; untouched arrays are shared.
    """
    for layer in spec:
        silent = list(channels.silent(layer.id, channels_of(layer))) if channels else []
        for part in ("weight", "bias") if silent else ():
            name = f"{layer.id}.{part}"
            if name in weights:
                array = weights[name].copy()
                array[silent] = 0.0
                array.setflags(write=False)  # so the weights need no copy of their own
                weights = weights.replaced(name, array)
    return weights
