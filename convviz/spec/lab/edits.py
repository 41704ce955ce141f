"""What a person can change in the Lab, each as a new Lab whose parts fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..adapt import adapt
from ..errors import InputError
from ..kernel_view import KernelView, with_bias, with_kernel
from ..limits import why_not
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, Pair, ReLU
from .lab import NAME, Dims, Lab, Operation
from .source import FromDrawing, FromPhoto, Grid, Source

Floats = NDArray[np.float32]
KINDS: dict[str, str] = {
    "Conv2d": "convolution",
    "ConvTranspose2d": "transposed convolution",
    "MaxPool2d": "max pooling",
    "AvgPool2d": "average pooling",
    "ReLU": "ReLU",
}
DRAWING_SHAPE = (1, 28, 28)


def shape_of(source: Source) -> tuple[int, int, int]:
    """(C, H, W) of what a source gives."""
    match source:
        case FromDrawing():
            return DRAWING_SHAPE
        case Grid(values=values):
            return values.shape[0], values.shape[1], values.shape[2]
        case FromPhoto():
            return source.shape


def with_source(lab: Lab, source: Source) -> Lab:
    """Another input. An operation that does not fit it becomes the nearest one that does.

    An input that is one row is a signal from now on, where the former one was; a picture is never one.
    """
    shape = shape_of(source)
    dims: Dims = 1 if shape[1] == 1 and (lab.dims == 1 or isinstance(source, Grid)) else 2
    return _with(lab, _fitting(lab.layer, shape, dims), shape=shape, source=source, dims=dims)


def with_layer(lab: Lab, layer: Operation) -> Lab:
    """Other settings of the operation; kernels are cropped or padded around their centre.

    Raises:
        InputError: they do not fit the input.
    """
    reason = why_not(NetworkSpec(NAME, lab.shape, (lab.layer,)), replace(layer, id=lab.layer.id))
    if reason:
        raise InputError(reason)
    return _with(lab, layer)


def with_kind(lab: Lab, kind: str) -> Lab:
    """Another operation, with the window it had where that is possible."""
    if kind == lab.layer.kind:
        return lab
    window: Pair = getattr(lab.layer, "kernel", (1, 3) if lab.dims == 1 else (3, 3))
    made: Operation
    match kind:
        case "Conv2d" | "ConvTranspose2d":
            made = _convolution(lab, kind, window)
        case "MaxPool2d":
            made = MaxPool2d("pool", window)
        case "AvgPool2d":
            made = AvgPool2d("pool", window)
        case _:
            made = ReLU("relu")
    return _with(lab, _fitting(made, lab.shape, lab.dims))


def with_kernels(lab: Lab, view: KernelView, values: Floats) -> Lab:
    """The kernel of one output channel set to ``values`` (C, h, w), as it is shown."""
    return replace(lab, weights=with_kernel(lab.weights, view, values))


def with_added(lab: Lab, view: KernelView, value: float) -> Lab:
    """The bias of one output channel."""
    return replace(lab, weights=with_bias(lab.weights, view, value))


def _convolution(lab: Lab, kind: str, window: Pair) -> Operation:
    """A convolution with the kernels that were there last."""
    before = lab.weights.get("conv.weight")
    channels, kernel, bias = 1, window, "conv.bias" in lab.weights
    if before is not None:
        channels, kernel = len(before), (before.shape[2], before.shape[3])
    if kind == "Conv2d":
        return Conv2d("conv", channels, kernel, bias=bias)
    return ConvTranspose2d("conv", channels, kernel, bias=bias)


def _fitting(layer: Operation, shape: tuple[int, int, int], dims: Dims) -> Operation:
    """The layer itself where it fits the input, else with smaller settings that do."""
    if dims == 1:
        layer = _flat(layer)
    for candidate in (layer, *_smaller(layer, shape)):
        if not _reason(candidate, shape):
            return candidate
    return ReLU("relu")


def _smaller(layer: Operation, shape: tuple[int, int, int]) -> list[Operation]:
    if isinstance(layer, ReLU):
        return []
    kernel: Pair = (min(layer.kernel[0], shape[1]), min(layer.kernel[1], shape[2]))
    plain: Operation
    match layer:
        case Conv2d(id=name, out_channels=n, bias=bias):
            plain = Conv2d(name, n, kernel, bias=bias)
            return [replace(layer, groups=1), replace(layer, groups=1, padding_mode="zeros"), plain]
        case ConvTranspose2d(id=name, out_channels=n, bias=bias):
            plain = ConvTranspose2d(name, n, kernel, bias=bias)
            return [replace(layer, groups=1), plain]
        case _:
            return [type(layer)(layer.id, kernel)]


def _flat(layer: Operation) -> Operation:
    """Its settings for a signal: nothing happens along the height."""
    if isinstance(layer, ReLU):
        return layer
    changes: dict[str, Pair] = {"kernel": (1, layer.kernel[1])}
    for name, plain in (("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1)):
        pair = getattr(layer, name, None)
        if pair is not None:
            changes[name] = (plain, pair[1])
    return replace(layer, **changes)  # type: ignore[arg-type]


def _reason(layer: Operation, shape: tuple[int, int, int]) -> str:
    return why_not(NetworkSpec(NAME, shape, (layer,)), layer)


def _with(lab: Lab, layer: Operation, **values: object) -> Lab:
    """The lab with that layer, its kernels fitted to it; an operation without kernels leaves them as they are."""
    shape: tuple[int, int, int] = values.get("shape", lab.shape)  # type: ignore[assignment]
    weights, kept = lab.weights, lab.kept
    if isinstance(layer, Conv2d | ConvTranspose2d):
        old = _as_convolution(lab, layer)
        if old is None:
            from ..weights import initial

            weights = initial(NetworkSpec(NAME, shape, (layer,)))
        else:
            weights, kept = adapt(old, lab.weights, NetworkSpec(NAME, shape, (layer,)), lab.kept)
    return replace(lab, layer=layer, weights=weights, kept=kept, **values)  # type: ignore[arg-type]


def _as_convolution(lab: Lab, layer: Conv2d | ConvTranspose2d) -> NetworkSpec | None:
    """A network that the present kernels belong to, with a layer of the new one's kind; None where there are none."""
    kernels = lab.weights.get("conv.weight")
    if kernels is None:
        return None
    groups = getattr(lab.layer, "groups", 1)
    channels = kernels.shape[1] * groups
    plain = type(layer)("conv", len(kernels), (kernels.shape[2], kernels.shape[3]), groups=groups)
    padded = replace(plain, bias="conv.bias" in lab.weights)
    size = max(kernels.shape[2], lab.shape[1]), max(kernels.shape[3], lab.shape[2])
    return NetworkSpec(NAME, (channels, *size), (padded,))
