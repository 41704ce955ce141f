"""Networks as frozen data: layers with stable ids, and the chain they form.

A layer says only what the user chose. What follows from its input (``in_channels``, shapes, parameter
counts) is computed by :mod:`convviz.spec.geometry`, so an edit upstream never leaves a stale number behind.
Defaults are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from .errors import InputError

Pair = tuple[int, int]
Shape = tuple[int, ...]  # (C, H, W) for maps, (F,) after a flatten
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]


@dataclass(frozen=True, slots=True)
class Layer:
    """Any layer: ``id`` names it for good ("conv1"), also in weight files ("conv1.weight")."""

    id: str
    kind: ClassVar[str] = ""

    @property
    def setting(self) -> str:
        """The short text on its card, e.g. ``5×5, stride 2``."""
        return ""


@dataclass(frozen=True, slots=True)
class Conv2d(Layer):
    """``nn.Conv2d``; pairs are (height, width). The number of input channels follows from the chain."""

    out_channels: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    padding_mode: PaddingMode = "zeros"
    kind: ClassVar[str] = "Conv2d"

    @property
    def setting(self) -> str:
        return _setting(
            times(self.kernel),
            ("stride", self.stride, (1, 1)),
            ("padding", self.padding, (0, 0)),
            ("dilation", self.dilation, (1, 1)),
            ("groups", self.groups, 1),
        )


@dataclass(frozen=True, slots=True)
class ConvTranspose2d(Layer):
    """``nn.ConvTranspose2d``: each input value lays its multiple of the kernel on the output, ``stride`` apart.

    In the Lab only: no network holds one, as the field of its units is no box with one jump. Its weights are kept as
    those of a convolution, (D, C / groups, h, w): PyTorch has the first two axes the other way round.
    """

    out_channels: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    output_padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    kind: ClassVar[str] = "ConvTranspose2d"

    @property
    def setting(self) -> str:
        return _setting(
            f"transposed {times(self.kernel)}",
            ("stride", self.stride, (1, 1)),
            ("padding", self.padding, (0, 0)),
            ("output padding", self.output_padding, (0, 0)),
            ("dilation", self.dilation, (1, 1)),
            ("groups", self.groups, 1),
        )


@dataclass(frozen=True, slots=True)
class MaxPool2d(Layer):
    """``nn.MaxPool2d``; ``stride=None`` means the kernel, as in PyTorch."""

    kernel: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False
    kind: ClassVar[str] = "MaxPool2d"

    @property
    def setting(self) -> str:
        return _setting(
            f"max {_short(self.kernel)}",
            ("stride", self.stride or self.kernel, self.kernel),
            ("padding", self.padding, (0, 0)),
            ("dilation", self.dilation, (1, 1)),
            ("ceil", self.ceil_mode, False),
        )


@dataclass(frozen=True, slots=True)
class AvgPool2d(Layer):
    """``nn.AvgPool2d``; ``count_include_pad`` counts the padding's zeros in the mean."""

    kernel: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    ceil_mode: bool = False
    count_include_pad: bool = True
    kind: ClassVar[str] = "AvgPool2d"

    @property
    def setting(self) -> str:
        return _setting(
            f"mean {_short(self.kernel)}",
            ("stride", self.stride or self.kernel, self.kernel),
            ("padding", self.padding, (0, 0)),
            ("ceil", self.ceil_mode, False),
        )


@dataclass(frozen=True, slots=True)
class BatchNorm2d(Layer):
    """``nn.BatchNorm2d``; outside training it uses its running mean and variance."""

    eps: float = 1e-5
    momentum: float = 0.1
    affine: bool = True
    kind: ClassVar[str] = "BatchNorm2d"


@dataclass(frozen=True, slots=True)
class ReLU(Layer):
    """max(0, x)."""

    kind: ClassVar[str] = "ReLU"


@dataclass(frozen=True, slots=True)
class Tanh(Layer):
    """tanh x."""

    kind: ClassVar[str] = "Tanh"


@dataclass(frozen=True, slots=True)
class Sigmoid(Layer):
    """1 / (1 + exp(−x))."""

    kind: ClassVar[str] = "Sigmoid"


@dataclass(frozen=True, slots=True)
class LeakyReLU(Layer):
    """x where it is positive, ``slope`` · x elsewhere."""

    slope: float = 0.01
    kind: ClassVar[str] = "LeakyReLU"

    @property
    def setting(self) -> str:
        return f"slope {self.slope:g}"


@dataclass(frozen=True, slots=True)
class GELU(Layer):
    """x · Φ(x), with the normal distribution's Φ (Hendrycks and Gimpel 2016)."""

    kind: ClassVar[str] = "GELU"


Activation = ReLU | Tanh | Sigmoid | LeakyReLU | GELU


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """(C, H, W) to (C·H·W,), channel first, as ``x.view(-1, C * H * W)``."""

    kind: ClassVar[str] = "Flatten"


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """``nn.Dropout``: zeroes a fraction ``p`` while training, does nothing otherwise."""

    p: float = 0.5
    kind: ClassVar[str] = "Dropout"

    @property
    def setting(self) -> str:
        return f"p {self.p:g}"


@dataclass(frozen=True, slots=True)
class Linear(Layer):
    """``nn.Linear``, the lecture's fully connected layer; the input size follows from the chain."""

    out_features: int
    bias: bool = True
    kind: ClassVar[str] = "Linear"


LAYER_TYPES: Mapping[str, type[Layer]] = {
    t.kind: t
    for t in (
        Conv2d,
        MaxPool2d,
        AvgPool2d,
        BatchNorm2d,
        ReLU,
        LeakyReLU,
        Tanh,
        Sigmoid,
        GELU,
        Flatten,
        Dropout,
        Linear,
    )
}


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A chain of layers on an input of shape ``input_shape`` = (C, H, W).

    ``classes`` names the outputs. Frozen: an edit makes a new spec that shares every untouched layer,
    so views can compare with ``is``.
    """

    name: str
    input_shape: tuple[int, int, int]
    layers: tuple[Layer, ...]
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for layer in self.layers:
            if layer.id in seen:
                raise InputError(f"two layers of {self.name!r} are called {layer.id!r}; layer names must differ")
            seen.add(layer.id)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __getitem__(self, layer_id: str) -> Layer:
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def __contains__(self, layer_id: object) -> bool:
        return any(layer.id == layer_id for layer in self.layers)

    def class_name(self, output: int) -> str:
        """What an output is called: its class, or its number where it has no name."""
        return self.classes[output] if output < len(self.classes) else str(output)

    def with_layer(self, layer: Layer) -> NetworkSpec:
        """The same network with the layer of that id replaced."""
        return replace(self, layers=tuple(layer if old.id == layer.id else old for old in self.layers))


def times(pair: tuple[int, ...]) -> str:
    """``5×5``: how shapes and sizes are written everywhere on screen.

    >>> times((32, 24, 24))
    '32×24×24'
    """
    return "×".join(str(n) for n in pair)


def _short(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)


def _setting(head: str, *rest: tuple[str, object, object]) -> str:
    parts = [head]
    for word, value, default in rest:
        if value == default:
            continue
        if value is True:
            parts.append(word)
        else:
            parts.append(f"{word} {_short(value) if isinstance(value, tuple) else value}")
    return ", ".join(parts)
