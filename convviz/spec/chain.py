"""Edits of a network's list of layers, and networks to start from. Every edit returns a network that fits together."""

from __future__ import annotations

from dataclasses import replace

from .errors import InputError
from .geometry import describe
from .network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Pair,
    ReLU,
    Shape,
    Sigmoid,
    Tanh,
    times,
)
from .presets import DIGITS, lecture, lenet5

STEMS = {
    "Conv2d": "conv",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "BatchNorm2d": "norm",
    "ReLU": "relu",
    "LeakyReLU": "leaky",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "GELU": "gelu",
    "Flatten": "flatten",
    "Dropout": "dropout",
    "Linear": "fc",
}
_ACTIVATIONS = {t.kind: t for t in (ReLU, LeakyReLU, Tanh, Sigmoid, GELU)}
_SIMPLE = {**_ACTIVATIONS, **{t.kind: t for t in (BatchNorm2d, Flatten, Dropout)}}


def fresh_id(spec: NetworkSpec, kind: str) -> str:
    """The first free name for a layer of that kind.

    >>> fresh_id(lecture(), "Conv2d"), fresh_id(lecture(), "Dropout")
    ('conv3', 'dropout1')
    """
    stem = STEMS[kind]
    return next(f"{stem}{n}" for n in range(1, len(spec.layers) + 2) if f"{stem}{n}" not in spec)


def inserted(spec: NetworkSpec, at: int, kind: str) -> tuple[NetworkSpec, str]:
    """The network with one more layer before position ``at``, and that layer's id.

    The layer gets settings with which as little as possible changes: a convolution or a fully connected layer has as
    many outputs as inputs, a convolution keeps the size of its maps. No window is larger than a map of one line.

    Raises:
        InputError: such a layer does not fit there, or what follows does not fit it.

    >>> inserted(lecture(), 0, "Conv2d")[0].layers[0]
    Conv2d(id='conv3', out_channels=1, kernel=(3, 3), stride=(1, 1), padding=(1, 1), dilation=(1, 1), groups=1, bias=True, padding_mode='zeros')
    """  # noqa: E501
    shape = _shape_before(spec, at)
    name = fresh_id(spec, kind)
    if kind in ("Conv2d", "MaxPool2d", "AvgPool2d", "BatchNorm2d") and len(shape) != 3:
        raise InputError(f"{kind} needs maps, but here are {times(shape)} values; insert it before the flatten")
    if kind == "Linear" and len(shape) == 3:
        raise InputError(
            f"a fully connected layer needs a flat input, but here are maps of {times(shape)}; flatten first"
        )
    layer = _new_layer(kind, name, shape)
    layers = (*spec.layers[:at], layer, *spec.layers[at:])
    return _fitting(replace(spec, layers=layers)), name


def removed(spec: NetworkSpec, layer_id: str) -> NetworkSpec:
    """The network without one of its layers.

    Raises:
        InputError: it is the only layer, or what follows does not fit without it.
    """
    if len(spec.layers) == 1:
        raise InputError(f"{layer_id} is the only layer; a network needs at least one. Insert another one first")
    return _fitting(replace(spec, layers=tuple(layer for layer in spec if layer.id != layer_id)))


def moved(spec: NetworkSpec, layer_id: str, step: int) -> NetworkSpec:
    """The network with one layer moved ``step`` places later (earlier where it is negative).

    Raises:
        InputError: it is already first or last, or the layers do not fit in that order.
    """
    layers = list(spec.layers)
    at = next(i for i, layer in enumerate(layers) if layer.id == layer_id)
    to = at + step
    if not 0 <= to < len(layers):
        raise InputError(f"{layer_id} is already the {'last' if step > 0 else 'first'} layer")
    layers.insert(to, layers.pop(at))
    return _fitting(replace(spec, layers=tuple(layers)))


def retyped(spec: NetworkSpec, layer_id: str, kind: str) -> tuple[NetworkSpec, str]:
    """The network with an activation or a pooling turned into another kind, and the layer's id then.

    Pooling keeps its window and its name; an activation is named after what it is. Its own kind changes nothing.

    Raises:
        InputError: the layer is neither, or such a layer does not fit there.

    >>> retyped(lecture(), "relu1", "Tanh")[1], retyped(lecture(), "pool1", "AvgPool2d")[0]["pool1"].setting
    ('tanh1', 'mean 3')
    """
    old = spec[layer_id]
    if kind == old.kind:
        return spec, layer_id
    if isinstance(old, MaxPool2d | AvgPool2d) and kind in ("MaxPool2d", "AvgPool2d"):
        pool: Layer = AvgPool2d(layer_id, old.kernel, old.stride, old.padding, old.ceil_mode)
        if kind == "MaxPool2d":
            pool = MaxPool2d(layer_id, old.kernel, old.stride, old.padding, ceil_mode=old.ceil_mode)
        return _fitting(spec.with_layer(pool)), layer_id
    if old.kind not in _ACTIVATIONS or kind not in _ACTIVATIONS:
        raise InputError(f"{layer_id} is a {old.kind}, which cannot become a {kind}; insert one and remove {layer_id}")
    name = fresh_id(spec, kind)
    digits = layer_id[len(STEMS[old.kind]) :]
    if layer_id.startswith(STEMS[old.kind]) and digits.isdigit() and f"{STEMS[kind]}{digits}" not in spec:
        name = f"{STEMS[kind]}{digits}"
    layers = tuple(_ACTIVATIONS[kind](name) if layer is old else layer for layer in spec)
    return _fitting(replace(spec, layers=layers)), name


def bare() -> NetworkSpec:
    """The smallest classifier: every pixel times a weight, summed a class."""
    return NetworkSpec("bare", (1, 28, 28), (Flatten("flatten"), Linear("fc1", 10)), DIGITS)


def small() -> NetworkSpec:
    """One convolution to play with: 8 kernels of 3×3."""
    layers = (
        Conv2d("conv1", 8, (3, 3), padding=(1, 1)),
        ReLU("relu1"),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 10),
    )
    return NetworkSpec("small", (1, 28, 28), layers, DIGITS)


def deep() -> NetworkSpec:
    """Three stages of 3×3 convolutions with batch norm, as later networks are built."""
    layers: list[Layer] = []
    for n, channels in enumerate((16, 32, 64), 1):
        layers += [
            Conv2d(f"conv{n}", channels, (3, 3), padding=(1, 1), bias=False),
            BatchNorm2d(f"norm{n}"),
            ReLU(f"relu{n}"),
            MaxPool2d(f"pool{n}", (2, 2)),
        ]
    return NetworkSpec("deep", (1, 28, 28), (*layers, Flatten("flatten"), Linear("fc1", 10)), DIGITS)


TEMPLATES = {"bare": bare, "small": small, "deep": deep, "lecture": lecture, "lenet5": lenet5}


def _shape_before(spec: NetworkSpec, at: int) -> Shape:
    return spec.input_shape if at == 0 else describe(spec)[at - 1].output_shape


def _new_layer(kind: str, name: str, shape: Shape) -> Layer:
    match kind:
        case "Conv2d":
            return Conv2d(name, shape[0], _window(shape, 3), padding=_window(shape, 1, 0))
        case "MaxPool2d":
            return MaxPool2d(name, _window(shape, 2))
        case "AvgPool2d":
            return AvgPool2d(name, _window(shape, 2))
        case "Linear":
            return Linear(name, shape[0])
    return _SIMPLE[kind](name)


def _window(shape: Shape, size: int, on_a_line: int = 1) -> Pair:
    return (size if shape[1] > 1 else on_a_line, size if shape[2] > 1 else on_a_line)


def _fitting(spec: NetworkSpec) -> NetworkSpec:
    describe(spec)
    return spec
