"""Labs whose input is a photo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.spec.kernels import preset
from convviz.spec.lab.lab import Lab, Operation
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights, initial

PhotoLab = Callable[..., Lab]


@pytest.fixture
def photo_lab() -> PhotoLab:
    """A random photo under an operation; without one, each of its channels under a Laplacian."""

    def make(
        layer: Operation | None = None,
        channel: Channel = "grey",
        size: tuple[int, int] = (300, 400),
        **values: Any,
    ) -> Lab:
        pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
        source = FromPhoto(Photo(pixels, "made.png"), channel)
        channels = source.shape[0]
        if layer is None:
            layer = Conv2d("conv", channels, (3, 3), groups=channels, **values)
            kernel = np.repeat(preset("Laplacian", (3, 3))[None, None], channels, 0)
            weights = Weights({"conv.weight": kernel, "conv.bias": np.zeros(channels)})
        else:
            weights = initial(NetworkSpec("lab", source.shape, (layer,)), seed=2)
        return Lab(source, source.shape, layer, weights)

    return make
