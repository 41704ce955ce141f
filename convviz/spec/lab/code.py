"""The Lab as a few lines of PyTorch that print its output."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from ..code.calls import STEP, WIDTH, Arguments, call, function, number, pair, string
from ..network import Conv2d, ConvTranspose2d, Pair, times
from .lab import Lab, Operation
from .pose import posed
from .source import FromDrawing, FromPhoto
from .trial import source_values

Floats = NDArray[np.float32]
WRITTEN = 1024  # numbers of one array that are written in; a drawing has 784


def to_code(lab: Lab, values: Floats | None = None) -> str:
    """A program whose ``y`` is the Lab's output (1, D, H′, W′), of a signal (1, D, W′).

    ``values`` (C, H, W) is the input that it is written for, in its pose; without them the Lab's own. An input or
    kernels of more than 1,024 numbers stand as a line that says what belongs there.

    Raises:
        InputError: the operation does not fit its input.

    >>> from .presets import lab
    >>> print(to_code(lab("signal")))
    import torch
    from torch.nn import functional as F
    <BLANKLINE>
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
    weight = torch.tensor([[[3.0, 2.0]]])
    y = F.conv1d(x, weight)
    print(y)
    """
    _ = lab.row
    lines = ["import torch", "from torch.nn import functional as F", ""]
    lines += _input(lab, values)
    if isinstance(lab.layer, Conv2d | ConvTranspose2d):
        lines += _kernels(lab, lab.layer)
    lines += _operation(lab)
    return "\n".join([*lines, "print(y)"])


def _input(lab: Lab, values: Floats | None) -> list[str]:
    if values is None and lab.shape[0] * lab.shape[1] * lab.shape[2] <= WRITTEN:
        values = posed(source_values(lab), lab.pose)
    if values is None or values.size > WRITTEN:
        size = (1, lab.shape[0], lab.shape[2]) if lab.dims == 1 else (1, *lab.shape)
        return [f"x = torch.zeros({', '.join(map(str, size))})  # {_asked_for(lab)}"]
    return _tensor("x", (values[:, 0] if lab.dims == 1 else values)[None])


def _asked_for(lab: Lab) -> str:
    match lab.source:
        case FromDrawing():
            return "put the drawing here, as the network receives it"
        case FromPhoto():
            return f"put the photo here: {times(lab.shape)} values from 0 to 1"
    return f"put the {times(lab.shape)} numbers of the input here"


def _kernels(lab: Lab, layer: Conv2d | ConvTranspose2d) -> list[str]:
    """As they are shown, in the order of axes that torch has."""
    weight = lab.weights["conv.weight"]
    if isinstance(layer, ConvTranspose2d):
        weight = np.concatenate([part.swapaxes(0, 1) for part in np.split(weight, layer.groups)])
    if lab.dims == 1:
        weight = weight[:, :, 0]
    lines = _tensor("weight", weight)
    if weight.size > WRITTEN:
        lines = [f"weight = torch.zeros({', '.join(map(str, weight.shape))})  # put the kernels here"]
    if lab.flipped:
        axes = "2" if lab.dims == 1 else "2, 3"
        lines.append(f"weight = weight.flip({axes})  # a true convolution")
    if layer.bias:
        lines += _tensor("bias", lab.weights["conv.bias"])
    return lines


def _operation(lab: Lab) -> list[str]:
    layer = _squared(lab.layer) if lab.dims == 1 else lab.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        name, arguments = function(layer)
        return call(f"y = {name.replace('2d', f'{lab.dims}d')}", ("x", *arguments), "")
    operands: Arguments = ("x", "weight", *(("bias",) if layer.bias else ()))
    if isinstance(layer, ConvTranspose2d):
        settings = _settings(
            ("stride", pair(layer.stride), "1"),
            ("padding", pair(layer.padding), "0"),
            ("output_padding", pair(layer.output_padding), "0"),
        )
        return call(f"y = F.conv_transpose{lab.dims}d", (*operands, *settings, *_last(layer)), "")
    lines, padding = [], layer.padding
    if layer.padding_mode != "zeros" and any(padding):
        around = padding[1:] * 2 if lab.dims == 1 else (padding[1], padding[1], padding[0], padding[0])
        lines, padding = call("x = F.pad", ("x", str(around), f"mode={string(layer.padding_mode)}"), ""), (0, 0)
    settings = _settings(("stride", pair(layer.stride), "1"), ("padding", pair(padding), "0"))
    return [*lines, *call(f"y = F.conv{lab.dims}d", (*operands, *settings, *_last(layer)), "")]


def _last(layer: Conv2d | ConvTranspose2d) -> Arguments:
    return _settings(("dilation", pair(layer.dilation), "1"), ("groups", str(layer.groups), "1"))


def _settings(*settings: tuple[str, str, str]) -> Arguments:
    return tuple(f"{name}={value}" for name, value, default in settings if value != default)


def _squared(layer: Operation) -> Operation:
    """With the width's settings on both axes, so that one number says them."""
    pairs: dict[str, Pair] = {}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, tuple):
            pairs[field.name] = (value[1], value[1])
    return replace(layer, **pairs)  # type: ignore[arg-type]


def _tensor(name: str, array: Floats) -> list[str]:
    """``name = torch.tensor(…)``, on one line where that fits, else a row of the array or a part of one a line."""
    inside = "".join(_nested(array, ""))
    if len(line := f"{name} = torch.tensor({inside})") <= WIDTH:
        return [line]
    return [f"{name} = torch.tensor(", *_broken(array, STEP), ")"]


def _nested(array: Floats, indent: str) -> list[str]:
    if array.ndim == 1:
        return [f"{indent}[{', '.join(map(_number, array))}]"]
    return [f"{indent}[{', '.join(''.join(_nested(part, '')) for part in array)}]"]


def _broken(array: Floats, indent: str) -> list[str]:
    (line,) = _nested(array, indent)
    if len(line) + 1 <= WIDTH:
        return [line]
    if array.ndim > 1:
        parts = chain.from_iterable(_comma(_broken(part, indent + STEP)) for part in array)
        return [f"{indent}[", *parts, f"{indent}]"]
    lines, current = [], indent + STEP
    for text, end in zip(map(_number, array), chain(repeat(", ", len(array) - 1), [","]), strict=True):
        if len(current) + len(text) + 1 > WIDTH:
            lines.append(current.rstrip())
            current = indent + STEP
        current += text + end
    return [f"{indent}[", *lines, current.rstrip(), f"{indent}]"]


def _comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _number(value: np.float32) -> str:
    """The shortest text that reads back as the same float32."""
    return number(float(str(value))) if np.isfinite(value) else number(float(value))
