"""Signals and operations made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab, Operation
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU
from convviz.spec.weights import Weights


def layer_of(kind: str, *, channels: int = 1, k: int = 2, s: int = 1, p: int = 0, d: int = 1, **more: Any) -> Operation:
    """A layer for a signal, with plain numbers for its settings."""
    sizes = {"kernel": (1, k), "stride": (1, s), "padding": (0, p)}
    match kind:
        case "conv":
            return Conv2d("conv", channels, dilation=(1, d), **sizes, **more)
        case "transposed":
            return ConvTranspose2d("conv", channels, dilation=(1, d), **sizes, **more)
        case "max":
            return MaxPool2d("pool", dilation=(1, d), **sizes, **more)
        case "mean":
            return AvgPool2d("pool", **sizes, **more)
    return ReLU("relu")


@pytest.fixture
def make_trial() -> Callable[..., Trial]:
    """A signal, (W,) or (C, W), under an operation; ``kernel`` (D, C / groups, w) or (w,)."""

    def make(values: Any, kind: str = "conv", kernel: Any = None, *, flipped: bool = False, **settings: Any) -> Trial:
        signal = np.atleast_2d(np.asarray(values, np.float32))[:, None]
        weights: dict[str, Any] = {}
        if kernel is not None:
            shaped = np.asarray(kernel, np.float32)
            shaped = shaped.reshape(1, 1, -1) if shaped.ndim == 1 else shaped
            settings |= {"channels": len(shaped), "k": shaped.shape[2]}
            weights["conv.weight"] = shaped[:, :, None]
            weights["conv.bias"] = np.zeros(len(shaped), np.float32)
        layer = layer_of(kind, **settings)
        return perform(Lab(Grid(signal), signal.shape, layer, Weights(weights), 1, flipped))

    return make
