"""What follows from a chain of layers without computing a single activation.

Shapes, parameters, products and receptive fields, each with its formula with the numbers put in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any

from .errors import InputError
from .fitting import check_size, check_window, check_windows, too_large
from .network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Pair,
    Shape,
    times,
)
from .receptive_field import ReceptiveField, one_or_pair, per_axis
from .transposed import check_transposed, transposed_formula, transposed_size


@dataclass(frozen=True, slots=True)
class LayerGeometry:
    """One row of the layer table.

    ``receptive_field`` is None where every unit sees the whole input. ``formulas`` explains ``output``,
    ``params``, ``products``, ``field`` and ``jump`` with the numbers put in.
    """

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    params: int
    products: int
    receptive_field: ReceptiveField | None
    formulas: dict[str, str] = field(hash=False)


@lru_cache(maxsize=256)  # everybody who shows a network asks, many times a second while a size is dragged
def describe(spec: NetworkSpec) -> tuple[LayerGeometry, ...]:
    """The geometry of every layer, in order.

    Raises:
        InputError: a layer does not fit its input, with the layer's name, the reason and what to change.

    >>> from convviz.spec.presets import lecture
    >>> rows = describe(lecture())
    >>> sum(row.params for row in rows), sum(row.products for row in rows)
    (105506, 1333200)
    >>> rows[3].formulas["params"]
    '64 × (32 × 5 × 5 + 1) = 51,264'
    """
    shape: Shape = spec.input_shape
    if len(shape) != 3 or min(shape) < 1:
        raise InputError(f"the input of {spec.name!r} must be channels × height × width, each at least 1")
    check_size(shape, f"the input of {spec.name!r}")
    field: ReceptiveField | None = ReceptiveField()
    rows, values = [], 0
    for layer in spec:
        row = _row(layer, shape, field)
        rows.append(row)
        values += prod(row.output_shape)
        check_size((values,), f"{spec.name!r} up to {layer.id}")
        shape, field = row.output_shape, row.receptive_field
    return tuple(rows)


def window(layer: Layer) -> tuple[Pair, Pair, Pair, Pair] | None:
    """(kernel, stride, padding, dilation) of a layer that slides a window, else None."""
    match layer:
        case Conv2d():
            return layer.kernel, layer.stride, layer.padding, layer.dilation
        case MaxPool2d():
            return layer.kernel, layer.stride or layer.kernel, layer.padding, layer.dilation
        case AvgPool2d():
            return layer.kernel, layer.stride or layer.kernel, layer.padding, (1, 1)
    return None


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int, *, ceil: bool = False) -> int:
    """⌊(size + 2p − d(k − 1) − 1)/s⌋ + 1, as PyTorch; 0 or less where the kernel does not fit.

    ``ceil`` rounds up, but a last window that would start beyond the input and its left padding is dropped.

    >>> output_size(20, 3, 1, 0, 4), output_size(30, 3, 1, 0, 4)
    (12, 22)
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - drops_last(size, kernel, stride, padding, dilation)


def drops_last(size: int, kernel: int, stride: int, padding: int, dilation: int) -> bool:
    """Whether rounding up makes a window that would begin beyond the input and its left padding.

    >>> drops_last(5, 2, 3, 1, 1), drops_last(5, 2, 2, 0, 1)
    (True, False)
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    return -(-room // stride) * stride >= size + padding


def _row(layer: Layer, shape: Shape, field: ReceptiveField | None) -> LayerGeometry:
    match layer:
        case Conv2d() | MaxPool2d() | AvgPool2d():
            return _sliding(layer, shape, field)
        case ConvTranspose2d():
            return _transposed(layer, shape)
        case Linear():
            return _linear(layer, shape)
        case Flatten():
            text = f"{times(shape)} = {prod(shape)}"
            formulas = {"output": text, **_FREE, "field": _ALL, "jump": _NO_JUMP}
            return LayerGeometry(layer, shape, (prod(shape),), 0, 0, None, formulas)
        case BatchNorm2d():
            _maps(layer, shape)
            params = 2 * shape[0] if layer.affine else 0
            text = f"2 × {shape[0]} = {params:,} (a scale and a shift a channel)" if params else _FREE["params"]
            formulas = {"output": _SAME, **_FREE, "params": text, **_kept(field)}
            return LayerGeometry(layer, shape, shape, params, 0, field, formulas)
    return LayerGeometry(layer, shape, shape, 0, 0, field, {"output": _SAME, **_FREE, **_kept(field)})


_SAME = "as its input: one value for one value"
_ALL = "every unit sees the whole input"
_UNEVEN = "units see as many values as kernels overlap there, not all equally many"
_NO_JUMP = "units no longer lie on a grid"
_FREE = {"params": "0: nothing to learn", "products": "0: no weight is multiplied"}


def _kept(field: ReceptiveField | None) -> dict[str, str]:
    if field is None:
        return {"field": _ALL, "jump": _NO_JUMP}
    return {"field": "unchanged: each unit looks at one value", "jump": "unchanged: stride 1"}


def _linear(layer: Linear, shape: Shape) -> LayerGeometry:
    if len(shape) != 1:
        raise InputError(f"{layer.id}: a fully connected layer needs a flat input, not {times(shape)}; flatten first")
    if layer.out_features < 1:
        raise InputError(f"{layer.id}: it needs at least 1 output, not {layer.out_features}")
    n_in, n_out = shape[0], layer.out_features
    check_size((n_out, n_in), layer.id)
    params, products = n_out * (n_in + layer.bias), n_in * n_out
    formulas = {
        "output": f"{n_out}: one sum a row of the weight matrix",
        "params": f"{n_out} × ({n_in} + 1) = {params:,}" if layer.bias else f"{n_out} × {n_in} = {params:,}",
        "products": f"{n_in} × {n_out} = {products:,}",
        "field": _ALL,
        "jump": _NO_JUMP,
    }
    return LayerGeometry(layer, shape, (n_out,), params, products, None, formulas)


def _sliding(layer: Conv2d | MaxPool2d | AvgPool2d, shape: Shape, field: ReceptiveField | None) -> LayerGeometry:
    _maps(layer, shape)
    settings = window(layer)
    assert settings is not None
    check_window(layer, shape, *settings)
    ceil = not isinstance(layer, Conv2d) and layer.ceil_mode
    size = per_axis(lambda a: output_size(shape[1 + a], *(s[a] for s in settings), ceil=ceil))
    if min(size) < 1:
        kernel, _, padding, dilation = settings
        raise InputError(too_large(layer, shape, kernel, padding, dilation))
    if isinstance(layer, MaxPool2d):
        check_windows(layer, shape, size, *settings)
    channels, params, products, counted = shape[0], 0, 0, dict(_FREE)
    if isinstance(layer, Conv2d):
        channels = layer.out_channels
        params, products, counted = _conv_counts(layer, shape[0], size)
    check_size((channels, *size), layer.id)
    formulas = {"output": _size_formula(channels, shape, size, settings, ceil), **counted, **_kept(field)}
    wider = field.through(*settings) if field else None
    if field and wider:
        formulas |= _field_formulas(field, wider, settings)
    return LayerGeometry(layer, shape, (channels, *size), params, products, wider, formulas)


def _transposed(layer: ConvTranspose2d, shape: Shape) -> LayerGeometry:
    """Products are counted as they are made: every input value with every cell of its kernels."""
    _maps(layer, shape)
    check_transposed(layer, shape)
    size = per_axis(lambda a: transposed_size(layer, a, shape[1 + a]))
    params, products, counted = _conv_counts(layer, shape[0], (shape[1], shape[2]))
    check_size((layer.out_channels, *size), layer.id)
    formulas = {"output": transposed_formula(layer, shape, size), **counted, "field": _UNEVEN, "jump": _NO_JUMP}
    return LayerGeometry(layer, shape, (layer.out_channels, *size), params, products, None, formulas)


def _conv_counts(layer: Conv2d | ConvTranspose2d, channels: int, size: Pair) -> tuple[int, int, dict[str, str]]:
    if layer.out_channels < 1 or layer.groups < 1:
        raise InputError(f"{layer.id}: it needs at least 1 output channel and 1 group")
    if channels % layer.groups or layer.out_channels % layer.groups:
        raise InputError(
            f"{layer.id}: {layer.groups} groups must divide its {channels} input and {layer.out_channels} "
            "output channels without remainder"
        )
    seen, (h, w) = channels // layer.groups, layer.kernel
    check_size((layer.out_channels, seen, h, w), layer.id)
    params = layer.out_channels * (seen * h * w + layer.bias)
    products = layer.out_channels * seen * h * w * prod(size)
    per_kernel = f"{seen} × {h} × {w}"
    inner = f"({per_kernel} + 1)" if layer.bias else per_kernel
    return (
        params,
        products,
        {
            "params": f"{layer.out_channels} × {inner} = {params:,}",
            "products": f"{seen} × {layer.out_channels} × {times(size)} × {times(layer.kernel)} = {products:,}",
        },
    )


def _size_formula(channels: int, shape: Shape, size: Pair, settings: tuple[Pair, ...], ceil: bool) -> str:
    left, right = "⌈⌉" if ceil else "⌊⌋"
    kernel, stride, padding, dilation = settings
    fewer = [" − 1" if ceil and drops_last(shape[1 + a], *(s[a] for s in settings)) else "" for a in (0, 1)]
    axes = [
        f"{name} = {left}({shape[1 + a]} + 2·{padding[a]} − {dilation[a]}·({kernel[a]} − 1) − 1)/{stride[a]}{right} + 1"
        f"{fewer[a]} = {size[a]}"
        for a, name in ((0, "height"), (1, "width"))
    ]
    return f"{times((channels, *size))}\n" + "\n".join(axes)


def _field_formulas(old: ReceptiveField, new: ReceptiveField, settings: tuple[Pair, ...]) -> dict[str, str]:
    kernel, stride, padding, dilation = settings
    both = [0] if all(p[0] == p[1] for p in (*settings, old.size, old.jump, old.start)) else [0, 1]
    names = {0: "height: ", 1: "width: "} if len(both) == 2 else {0: ""}
    size = [f"{names[a]}{old.size[a]} + ({kernel[a]} − 1)·{dilation[a]}·{old.jump[a]} = {new.size[a]}" for a in both]
    jump = [f"{names[a]}{old.jump[a]} · {stride[a]} = {new.jump[a]}" for a in both]
    start = [f"{names[a]}start {old.start[a]} − {padding[a]}·{old.jump[a]} = {new.start[a]}" for a in both]
    return {"field": "\n".join(size + start), "jump": "\n".join(jump)}


def _maps(layer: Layer, shape: Shape) -> None:
    if len(shape) != 3:
        raise InputError(f"{layer.id}: {layer.kind} needs maps (channels × height × width), not {times(shape)} values")


def as_json(rows: tuple[LayerGeometry, ...]) -> dict[str, Any]:
    """The layer table as ``convviz describe --json`` prints it.

    A pair whose two axes agree is one number; ``receptive_field`` is ``"all"`` (and ``jump``, ``start`` are null)
    where every unit sees the whole input.
    """
    return {
        "layers": [_row_json(row) for row in rows],
        "params": sum(row.params for row in rows),
        "products": sum(row.products for row in rows),
    }


def _row_json(row: LayerGeometry) -> dict[str, Any]:
    seen = row.receptive_field
    return {
        "name": row.layer.id,
        "type": row.layer.kind,
        "output_shape": list(row.output_shape),
        "params": row.params,
        "products": row.products,
        "receptive_field": one_or_pair(seen.size) if seen else "all",
        "jump": one_or_pair(seen.jump) if seen else None,
        "start": one_or_pair(seen.start) if seen else None,
    }
