"""The settings of an operation along the height and the width: laid flat for a signal, and raised again."""

from __future__ import annotations

from dataclasses import replace

from ..network import AvgPool2d, MaxPool2d, Pair, ReLU
from .lab import Operation

_ALONG = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}  # pairs, and what changes nothing


def flat(layer: Operation) -> Operation:
    """Its settings for a signal: nothing happens along the height.

    >>> from convviz.spec.network import Conv2d
    >>> flat(Conv2d("conv", 1, (5, 3), stride=(2, 2))) == Conv2d("conv", 1, (1, 3), stride=(1, 2))
    True
    """
    if isinstance(layer, ReLU):
        return layer
    changes: dict[str, Pair] = {"kernel": (1, layer.kernel[1])}
    for name, plain in _ALONG.items():
        pair = getattr(layer, name, None)
        if pair is not None:
            changes[name] = (plain, pair[1])
    return replace(layer, **changes)  # type: ignore[arg-type]


def raised(layer: Operation) -> Operation:
    """A signal's operation on a picture: windows become square, and kernels stay as flat as they are."""
    if not isinstance(layer, MaxPool2d | AvgPool2d) or layer.kernel[0] != 1:
        return layer
    changes: dict[str, Pair] = {"kernel": (layer.kernel[1], layer.kernel[1])}
    for name in _ALONG:
        pair = getattr(layer, name, None)
        if pair is not None:
            changes[name] = (pair[1], pair[1])
    return replace(layer, **changes)  # type: ignore[arg-type]


def as_wide(layer: Operation, as_: Operation) -> Operation:
    """``layer`` with the settings along height and width that ``as_`` has, and the rest of its own.

    >>> from convviz.spec.network import Conv2d
    >>> as_wide(Conv2d("conv", 4, (1, 2)), Conv2d("conv", 1, (3, 2))) == Conv2d("conv", 4, (3, 2))
    True
    """
    shared = [name for name in ("kernel", *_ALONG) if hasattr(layer, name) and hasattr(as_, name)]
    return replace(layer, **{name: getattr(as_, name) for name in shared})
