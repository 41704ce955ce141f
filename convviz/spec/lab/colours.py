"""A convolution of a photo in colour: each colour by itself, as a picture editor filters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..adapt import NOTHING_KEPT
from ..network import Conv2d
from ..origin import Origin
from ..weights import Weights
from .edits import with_source
from .lab import Lab
from .sides import as_wide
from .source import FromPhoto, Source


def with_input(lab: Lab, source: Source) -> Lab:
    """Another input, as :func:`convviz.spec.lab.edits.with_source`.

    A convolution with one output channel filters red, green and blue by themselves, each with the kernel it had; and
    is one again when another input comes.
    """
    if _in_colour(source) and not _in_colour(lab.source):
        layer = lab.layer
        if isinstance(layer, Conv2d) and layer.out_channels == 1:
            return _with_channels(with_source(lab, source), 3)
    if _by_colour(lab) and not _in_colour(source):
        return _with_channels(with_source(lab, source), 1)
    return with_source(lab, source)


def _in_colour(source: Source) -> bool:
    return isinstance(source, FromPhoto) and source.shape[0] == 3


def _by_colour(lab: Lab) -> bool:
    layer = lab.layer
    return _in_colour(lab.source) and isinstance(layer, Conv2d) and layer.groups == layer.out_channels == 3


def _with_channels(lab: Lab, count: int) -> Lab:
    """``lab`` with so many groups of one channel, each with its first kernel; that is where it begins."""
    layer = lab.layer
    if not isinstance(layer, Conv2d) or (count == 1 and lab.shape[0] != 1):
        return lab  # there is no room for a kernel, or the input has channels of its own
    arrays = {"conv.weight": np.repeat(lab.weights["conv.weight"][:1, :1], count, axis=0)}
    if layer.bias:
        arrays["conv.bias"] = np.repeat(lab.weights["conv.bias"][:1], count)
    weights = Weights(arrays)
    layer = replace(layer, out_channels=count, groups=count)
    wanted = as_wide(layer, lab.wanted) if lab.wanted else layer
    changed = replace(lab, layer=layer, weights=weights, kept=NOTHING_KEPT, wanted=None if wanted == layer else wanted)
    return replace(changed, origin=Origin(changed.network, weights))
