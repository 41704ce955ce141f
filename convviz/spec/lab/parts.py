"""Some output channels of a photo's result, where all of them would be too large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..adapt import NOTHING_KEPT
from ..network import Conv2d, ConvTranspose2d
from ..weights import Weights
from .lab import Lab
from .links import channels_seen
from .source import Channel, FromPhoto

_COLOURS: tuple[Channel, ...] = ("red", "green", "blue")


def only(lab: Lab, outputs: Sequence[int]) -> Lab:
    """A Lab whose result is that of some output channels, with the same numbers.

    All of them are the Lab itself. Of a photo in colour it reads the one colour that is needed, where it is one.
    """
    row = lab.row
    if tuple(outputs) == tuple(range(row.output_shape[0])):
        return lab
    seen = {channels_seen(row, d) for d in outputs}
    if len(seen) > 1:
        raise ValueError("these output channels read different channels of the photo")
    read = seen.pop()
    changed = lab
    if len(read) < row.input_shape[0]:
        if len(read) > 1 or not isinstance(lab.source, FromPhoto):
            raise ValueError("a part of the input is no photo")
        colour = replace(lab.source, channel=_COLOURS[read.start])
        changed = replace(lab, source=colour, shape=(1, *lab.shape[1:]))
    layer = lab.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return changed
    arrays = {name: lab.weights[name][list(outputs)] for name in ("conv.weight", "conv.bias") if name in lab.weights}
    part = replace(layer, out_channels=len(outputs), groups=1)
    return replace(changed, layer=part, weights=Weights(arrays), kept=NOTHING_KEPT)
