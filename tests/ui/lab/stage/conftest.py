"""Labs of every kind, in 2d, and their trials."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab, Operation
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU
from convviz.spec.weights import Weights

Shape = tuple[int, int, int]
LAYERS: dict[str, Operation] = {
    "plain": Conv2d("conv", 3, (3, 2)),
    "padded": Conv2d("conv", 2, (3, 3), stride=(2, 1), padding=(2, 1), dilation=(1, 2)),
    "reflected": Conv2d("conv", 1, (3, 3), padding=(2, 2), padding_mode="reflect"),
    "circular": Conv2d("conv", 1, (3, 3), stride=(2, 2), padding=(1, 2), padding_mode="circular"),
    "grouped": Conv2d("conv", 4, (2, 2), groups=2),
    "strided": Conv2d("conv", 1, (2, 2), stride=(3, 3), bias=False),
    "transposed": ConvTranspose2d("conv", 2, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 0)),
    "largest": MaxPool2d("pool", (3, 3), stride=(2, 2), padding=(1, 1), ceil_mode=True),
    "mean": AvgPool2d("pool", (2, 3)),
    "relu": ReLU("relu"),
}


@pytest.fixture
def trial() -> Callable[..., Trial]:
    """A trial of one of the LAYERS, or of any layer, on random numbers (2, 7, 8); no kernel cell is zero."""

    def make(layer: str | Operation = "plain", shape: Shape = (2, 7, 8), *, flipped: bool = False) -> Trial:
        operation = LAYERS[layer] if isinstance(layer, str) else layer
        rng = np.random.default_rng(0)
        values = rng.normal(size=shape).round(1).astype(np.float32)
        arrays: dict[str, np.ndarray] = {}
        if isinstance(operation, Conv2d | ConvTranspose2d):
            kernels = (operation.out_channels, shape[0] // operation.groups, *operation.kernel)
            arrays["conv.weight"] = 0.5 + rng.random(kernels)
            if operation.bias:
                arrays["conv.bias"] = rng.random(operation.out_channels)
        return perform(Lab(Grid(values), shape, operation, Weights(arrays), flipped=flipped))

    return make
