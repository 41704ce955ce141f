"""What a person can change in the Lab, each as a new Lab whose parts fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..adapt import Kept, adapt
from ..errors import InputError
from ..kernel_view import KernelView, with_bias, with_kernel
from ..kernels import preset
from ..limits import why_not
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, Pair, ReLU
from ..weights import Weights, shapes
from .effort import too_slow
from .lab import NAME, Dims, Lab, Operation, tried_shape
from .pose import UNMOVED
from .sides import as_wide, flat, raised
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
_IDS = {"Conv2d": "conv", "ConvTranspose2d": "conv", "MaxPool2d": "pool", "AvgPool2d": "pool", "ReLU": "relu"}


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
    """Another input, unmoved. An operation that does not fit it becomes the nearest one that does.

    Numbers in one row are a signal, and everything else is a picture. What an input made smaller, or flat, is as it
    was as soon as an input has room for it. A window that never was on a picture becomes square there.

    Raises:
        InputError: the input takes too much memory.
    """
    shape = shape_of(source)
    dims: Dims = 1 if shape[1] == 1 and isinstance(source, Grid) else 2
    wanted = lab.wanted or (raised(lab.layer) if dims > lab.dims else lab.layer)
    pose = lab.pose if source == lab.source else UNMOVED
    return _with(lab, _fitting(wanted, source, shape, dims), wanted, shape=shape, source=source, dims=dims, pose=pose)


def with_layer(lab: Lab, layer: Operation) -> Lab:
    """Other settings of the operation; kernels are cropped or padded around their centre.

    Raises:
        InputError: they do not fit the input.
    """
    layer = replace(flat(layer) if lab.dims == 1 else layer, id=_IDS[layer.kind])
    tried = lab.tried_on
    before = tried if layer.id == lab.layer.id else replace(tried, layers=(layer,))
    reason = why_not(before, layer) or _reason(layer, lab.shape) or too_slow(layer, lab.source, lab.shape, lab)
    if reason:
        raise InputError(reason)
    return _with(lab, layer, _still_wanted(lab, layer))


def with_kind(lab: Lab, kind: str) -> Lab:
    """Another operation: pooling with the window there was, a convolution as the last one was.

    Raises:
        InputError: there is no such operation.
    """
    if kind == lab.layer.kind:
        return lab
    window: Pair = getattr(lab.wanted or lab.layer, "kernel", (1, 3) if lab.dims == 1 else (3, 3))
    made: Operation
    match kind:
        case "Conv2d" | "ConvTranspose2d":
            made = _convolution(lab, kind, window)
        case "MaxPool2d":
            made = MaxPool2d("pool", window)
        case "AvgPool2d":
            made = AvgPool2d("pool", window)
        case "ReLU":
            made = ReLU("relu")
        case _:
            raise InputError(f"the Lab has no operation {kind[:40]!r}; take one of {', '.join(KINDS)}")
    return _with(lab, _fitting(made, lab.source, lab.shape, lab.dims), made)


def with_kernels(lab: Lab, view: KernelView, values: Floats) -> Lab:
    """The kernel of one output channel set to ``values`` (C, h, w), as it is shown."""
    return replace(lab, weights=with_kernel(lab.weights, view, values))


def with_added(lab: Lab, view: KernelView, value: float) -> Lab:
    """The bias of one output channel."""
    return replace(lab, weights=with_bias(lab.weights, view, value))


def _convolution(lab: Lab, kind: str, window: Pair) -> Operation:
    """A convolution of that kind, with the settings and the kernels of the last one."""
    cls = Conv2d if kind == "Conv2d" else ConvTranspose2d
    present = lab.wanted or lab.layer
    last = present if isinstance(present, Conv2d | ConvTranspose2d) else lab.resting
    if last is None:
        return cls("conv", 1, window)
    if isinstance(last, cls):
        return last
    shared = {f.name: getattr(last, f.name) for f in fields(cls) if hasattr(last, f.name)}
    return cls(**shared)


def _fitting(layer: Operation, source: Source, shape: tuple[int, int, int], dims: Dims) -> Operation:
    """The layer itself where it fits the input, and is quick enough on it, else with smaller settings that do.

    Raises:
        InputError: not even ReLU does.
    """
    if dims == 1:
        layer = flat(layer)
    at_hand = NetworkSpec(NAME, tried_shape(source, shape), (ReLU(layer.id),))
    for candidate in (layer, *_smaller(layer, shape), ReLU(layer.id)):
        reason = why_not(at_hand, candidate) or _reason(candidate, shape) or too_slow(candidate, source, shape)
        if not reason:
            return replace(candidate, id=_IDS[candidate.kind])
    raise InputError(reason)


def _smaller(layer: Operation, shape: tuple[int, int, int]) -> list[Operation]:
    if isinstance(layer, ReLU):
        return []
    kernel: Pair = (min(layer.kernel[0], shape[1]), min(layer.kernel[1], shape[2]))
    small: Pair = (min(kernel[0], 3), min(kernel[1], 3))
    plain: Operation
    match layer:
        case Conv2d(id=name, out_channels=n, bias=bias):
            plain = Conv2d(name, n, kernel, bias=bias)
            fewer = [replace(layer, groups=1), replace(layer, groups=1, padding_mode="zeros")]
            return [*fewer, plain, replace(plain, out_channels=1), replace(plain, out_channels=1, kernel=small)]
        case ConvTranspose2d(id=name, out_channels=n, bias=bias):
            plain = ConvTranspose2d(name, n, kernel, bias=bias)
            return [
                replace(layer, groups=1),
                plain,
                replace(plain, out_channels=1),
                replace(plain, out_channels=1, kernel=small),
            ]
        case _:
            return [type(layer)(layer.id, kernel)]


def _still_wanted(lab: Lab, layer: Operation) -> Operation:
    """What the next input gets after a setting was changed: a signal's widths say nothing of those on a picture."""
    wanted = lab.wanted
    if wanted is None or type(wanted) is not type(layer):
        return layer
    return as_wide(layer, wanted) if lab.dims == 1 or as_wide(layer, lab.layer) == layer else layer


def _reason(layer: Operation, shape: tuple[int, int, int]) -> str:
    return why_not(NetworkSpec(NAME, shape, (layer,)), layer)


def _with(lab: Lab, layer: Operation, wanted: Operation, **values: object) -> Lab:
    """The lab with that layer, its kernels fitted to it; an operation without kernels leaves them as they are.

    ``wanted`` is what it should have been, had there been room.
    """
    shape: tuple[int, int, int] = values.get("shape", lab.shape)  # type: ignore[assignment]
    weights, kept, resting = lab.weights, lab.kept, lab.resting
    if isinstance(lab.layer, Conv2d | ConvTranspose2d):
        resting = as_wide(lab.layer, lab.wanted) if lab.wanted else lab.layer  # type: ignore[assignment]
    if isinstance(layer, Conv2d | ConvTranspose2d):
        old, new = _as_convolution(lab, layer), NetworkSpec(NAME, shape, (layer,))
        if old is None:
            weights = _first(new, layer)
        else:
            weights, kept = _repeated(*adapt(old, lab.weights, new, lab.kept), layer)
        resting = None
    changed = {"wanted": None if wanted == layer else wanted, "resting": resting} | values
    return replace(lab, layer=layer, weights=weights, kept=kept, **changed)  # type: ignore[arg-type]


def _repeated(
    weights: Weights, kept: Mapping[str, Kept], layer: Conv2d | ConvTranspose2d
) -> tuple[Weights, Mapping[str, Kept]]:
    """What :func:`adapt` gave, where input channels that nothing was known of get the kernel of the first one."""
    made = kept.get("conv.weight")
    if made is None or (made.groups, layer.groups) != (1, 1):
        return weights, kept
    known = made.source.shape[1]
    if made.result is made.source or made.result.shape[1] <= known:
        return weights, kept
    result = made.result.copy()
    result[:, known:] = result[:, :1]
    result.setflags(write=False)
    remembered = MappingProxyType({**kept, "conv.weight": replace(made, result=result)})
    return weights.replaced("conv.weight", result), remembered


def _first(network: NetworkSpec, layer: Conv2d | ConvTranspose2d) -> Weights:
    """The kernels of a Lab that had none: one that is known, the same for every channel."""
    height, width = layer.kernel
    kind = "Laplacian" if min(height, width) >= 3 else "horizontal difference" if width > 1 else "vertical difference"
    kernel = preset(kind if height * width > 1 else "identity", layer.kernel)
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes(network).items()}
    arrays["conv.weight"][:] = kernel
    return Weights(arrays)


def _as_convolution(lab: Lab, layer: Conv2d | ConvTranspose2d) -> NetworkSpec | None:
    """A network that the present kernels belong to, with a layer of the new one's kind; None where there are none."""
    kernels = lab.weights.get("conv.weight")
    if kernels is None:
        return None
    last = lab.layer if isinstance(lab.layer, Conv2d | ConvTranspose2d) else lab.resting
    outputs, seen, *size = kernels.shape
    groups = last.groups if last else 1
    plain = type(layer)("conv", outputs, (size[0], size[1]), groups=groups, bias="conv.bias" in lab.weights)
    return NetworkSpec(NAME, (seen * groups, size[0], size[1]), (plain,))
