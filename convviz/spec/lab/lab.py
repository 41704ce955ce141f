"""What the Lab shows, as frozen data: an input, one operation, its kernels. A field of the State, saved and undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..adapt import NOTHING_KEPT, Kept
from ..geometry import LayerGeometry, describe
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, ReLU
from ..origin import Origin
from ..weight_edit import same
from ..weights import Weights
from .pose import UNMOVED, Pose
from .source import FromDrawing, FromPhoto, Source

Operation = Conv2d | ConvTranspose2d | MaxPool2d | AvgPool2d | ReLU
Dims = Literal[1, 2]
NAME = "lab"
TRIED_PX = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Lab:
    """``shape`` (C, H, W) is that of the input. ``layer`` is called "conv", "pool" or "relu".

    ``weights`` are the kernels as they are shown. They stay when an operation without kernels is chosen, and so does
    the convolution that they belong to, as ``resting``: the next one goes on from there. ``kept`` is what adapting
    them to other sizes cut away. ``wanted`` is the operation as it was chosen, where the input made it smaller or
    flat: the next input gets it back. ``flipped``: a true convolution, whose kernels are turned by 180° before they
    are multiplied, instead of the correlation that the lecture and PyTorch call convolution. ``dims`` 1: the height is
    1 and stays so. ``pose`` moves the input. ``preset`` is what it started as, and ``origin`` the kernels it started
    with.
    """

    source: Source
    shape: tuple[int, int, int]
    layer: Operation
    weights: Weights
    dims: Dims = 2
    flipped: bool = False
    pose: Pose = UNMOVED
    preset: str = ""
    kept: Mapping[str, Kept] = field(default_factory=lambda: NOTHING_KEPT)
    origin: Origin = None  # type: ignore[assignment]  # filled below
    resting: Conv2d | ConvTranspose2d | None = None
    wanted: Operation | None = None

    def __post_init__(self) -> None:
        if self.origin is None:
            object.__setattr__(self, "origin", Origin(self.network, self.weights))

    @property
    def network(self) -> NetworkSpec:
        """The operation as a network of one layer."""
        return NetworkSpec(NAME, self.shape, (self.layer,))

    @property
    def tried_on(self) -> NetworkSpec:
        """The same on an input that is no photo of millions of pixels: what settings are checked and ranged with.

        A photo is filtered where it is seen, so its size makes nothing too slow.
        """
        return NetworkSpec(NAME, tried_shape(self.source, self.shape), (self.layer,))

    @property
    def row(self) -> LayerGeometry:
        """Its line of the layer table: output shape, parameters, products, formulas.

        Raises:
            InputError: the operation does not fit the input.
        """
        return describe(self.network)[0]

    @property
    def edited(self) -> bool:
        """Whether a kernel has other values than the Lab began with; another size does not count."""
        before = self.origin.weights
        shapes = all(name in before and before[name].shape == array.shape for name, array in self.weights.items())
        return shapes and self.weights.keys() == before.keys() and not same(self.weights, before)

    @property
    def has_kernels(self) -> bool:
        """Whether the operation has weights: a convolution, transposed or not."""
        return isinstance(self.layer, Conv2d | ConvTranspose2d)

    @property
    def multiplied(self) -> Weights:
        """The weights as they are multiplied with the input: turned by 180° for a true convolution."""
        if not self.flipped or not self.has_kernels:
            return self.weights
        name = f"{self.layer.id}.weight"
        return self.weights.replaced(name, np.ascontiguousarray(self.weights[name][:, :, ::-1, ::-1]))


def tried_shape(source: Source, shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """The shape (C, H, W) of an input by which is judged what would be too slow: of a photo a part, if it is large."""
    channels, height, width = shape
    return (channels, min(height, TRIED_PX), min(width, TRIED_PX)) if isinstance(source, FromPhoto) else shape


def drawn_lab() -> Lab:
    """What a new experiment's Lab shows: the drawing under a Laplacian."""
    from ..kernels import preset

    kernel = preset("Laplacian", (3, 3))[None, None]
    weights = Weights({"conv.weight": kernel, "conv.bias": np.zeros(1)})
    return Lab(FromDrawing(), (1, 28, 28), Conv2d("conv", 1, (3, 3)), weights)
