"""A part of a result is that part of the whole, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab, Operation
from convviz.spec.lab.parts import only
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.lab.trial import perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.photo import Photo
from convviz.spec.weights import initial

PIXELS = np.random.default_rng(0).integers(0, 256, (24, 31, 3), np.uint8)


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize(
    ("channel", "layer"),
    [
        ("grey", Conv2d("conv", 5, (3, 3))),
        ("grey", Conv2d("conv", 4, (2, 3), (2, 1), (1, 1), bias=False, padding_mode="reflect")),
        ("grey", ConvTranspose2d("conv", 3, (3, 3), (2, 2))),
        ("rgb", Conv2d("conv", 5, (3, 3))),
        ("rgb", Conv2d("conv", 3, (3, 3), groups=3)),
        ("rgb", Conv2d("conv", 6, (3, 3), groups=3)),
        ("rgb", ConvTranspose2d("conv", 3, (3, 3), groups=3)),
        ("rgb", MaxPool2d("pool", (2, 2))),
        ("rgb", AvgPool2d("pool", (2, 3))),
        ("rgb", ReLU("relu")),
        ("red", MaxPool2d("pool", (2, 2))),
    ],
)
def test_one_channel(channel: Channel, layer: Operation, flipped: bool) -> None:
    source = FromPhoto(Photo(PIXELS), channel)
    lab = Lab(source, source.shape, layer, initial(NetworkSpec("", source.shape, (layer,)), seed=1), flipped=flipped)
    whole = perform(lab).output
    for d in range(len(whole)):
        part = only(lab, (d,))
        assert part.row.output_shape == (1, *whole.shape[1:])
        assert np.array_equal(perform(part).output[0], whole[d])
    assert only(lab, range(len(whole))) is lab


def test_what_is_not_one_part_is_refused() -> None:
    source = FromPhoto(Photo(PIXELS), "rgb")
    lab = Lab(source, source.shape, MaxPool2d("pool", (2, 2)), initial(NetworkSpec("", source.shape, ()), seed=1))
    with pytest.raises(ValueError, match="different channels"):
        only(lab, (0, 1))
