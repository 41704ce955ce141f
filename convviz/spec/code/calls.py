"""Calls as text, broken over lines as ruff and black break them."""

from __future__ import annotations

import json
from math import isfinite

from ..network import AvgPool2d, BatchNorm2d, Conv2d, Dropout, Layer, LeakyReLU, Linear, MaxPool2d, Pair

WIDTH = 88  # columns, as ruff and black have it where nobody says otherwise
STEP = "    "
Arguments = tuple[str, ...]


def fits(line: str) -> bool:
    return len(line) <= WIDTH


def call(start: str, arguments: Arguments, indent: str) -> list[str]:
    """``start(arguments)`` on one line, on three, or with a line for each argument, whatever fits first.

    >>> call("x = f", ("x", "kernel_size=3"), "")
    ['x = f(x, kernel_size=3)']
    >>> call("x = f", ("x", "y" * 80, "z" * 80), "")[:2]
    ['x = f(', '    x,']
    """
    inside = ", ".join(arguments)
    if fits(line := f"{indent}{start}({inside})"):
        return [line]
    if fits(line := f"{indent}{STEP}{inside}"):
        return [f"{indent}{start}(", line, f"{indent})"]
    return [f"{indent}{start}(", *(f"{indent}{STEP}{argument}," for argument in arguments), f"{indent})"]


def module_arguments(layer: Layer, size: int) -> tuple[str, Arguments]:
    """The class of a layer that holds numbers, and what it is made with; ``size`` is its channels or features in.

    >>> module_arguments(Conv2d("conv1", 32, (5, 5)), 1)
    ('nn.Conv2d', ('1', '32', 'kernel_size=5'))
    """
    match layer:
        case Conv2d() as c:
            given = (str(size), str(c.out_channels), f"kernel_size={pair(c.kernel)}")
            settings = _settings(
                ("stride", pair(c.stride), "1"),
                ("padding", pair(c.padding), "0"),
                ("dilation", pair(c.dilation), "1"),
                ("groups", str(c.groups), "1"),
                ("bias", str(c.bias), "True"),
                ("padding_mode", string(c.padding_mode), '"zeros"'),
            )
            return "nn.Conv2d", given + settings
        case Linear() as f:
            return "nn.Linear", (str(size), str(f.out_features), *_settings(("bias", str(f.bias), "True")))
        case BatchNorm2d() as b:
            settings = _settings(
                ("eps", number(b.eps), number(1e-5)),
                ("momentum", number(b.momentum), number(0.1)),
                ("affine", str(b.affine), "True"),
            )
            return "nn.BatchNorm2d", (str(size), *settings)
    raise TypeError(f"{layer!r} holds no numbers")


def function(layer: Layer) -> tuple[str, Arguments]:
    """The function of a layer without numbers, and its arguments after the input.

    >>> function(MaxPool2d("pool1", (3, 3))), function(Dropout("drop"))
    (('F.max_pool2d', ('kernel_size=3',)), ('F.dropout', ('training=self.training',)))
    """
    match layer:
        case MaxPool2d() as p:
            dilation = ("dilation", pair(p.dilation), "1")
            ceil = ("ceil_mode", str(p.ceil_mode), "False")
            return "F.max_pool2d", _pooling(p.kernel, p.stride, p.padding) + _settings(dilation, ceil)
        case AvgPool2d() as p:
            ceil = ("ceil_mode", str(p.ceil_mode), "False")
            counted = ("count_include_pad", str(p.count_include_pad), "True")
            return "F.avg_pool2d", _pooling(p.kernel, p.stride, p.padding) + _settings(ceil, counted)
        case Dropout(p=p):
            return "F.dropout", (*_settings(("p", number(p), "0.5")), "training=self.training")
        case LeakyReLU(slope=slope):
            return "F.leaky_relu", _settings(("negative_slope", number(slope), "0.01"))
    plain = {"ReLU": "F.relu", "GELU": "F.gelu", "Tanh": "torch.tanh", "Sigmoid": "torch.sigmoid"}
    if layer.kind not in plain:
        raise TypeError(f"no function for {layer!r}")
    return plain[layer.kind], ()


def pair(values: Pair) -> str:
    """``3`` for (3, 3), ``(2, 3)`` otherwise."""
    return str(values[0]) if values[0] == values[1] else f"({values[0]}, {values[1]})"


def number(value: float) -> str:
    """A number that reads back as the same one.

    >>> number(0.5), number(float("inf"))
    ('0.5', 'float("inf")')
    """
    return repr(float(value)) if isfinite(value) else f'float("{float(value)}")'


def string(text: str) -> str:
    """A string literal, with the quotes that need fewer backslashes.

    >>> print(string("C:\\\\net"), string('say "x"'))
    "C:\\\\net" 'say "x"'
    """
    try:
        text.encode()
    except UnicodeEncodeError:  # part of the name of a file that no encoding explains
        return json.dumps(text)
    quoted = json.dumps(text, ensure_ascii=False)
    if '"' in text and "'" not in text:
        return "'" + quoted[1:-1].replace('\\"', '"') + "'"
    return quoted


def _pooling(kernel: Pair, stride: Pair | None, padding: Pair) -> Arguments:
    settings = (("stride", pair(stride or kernel), pair(kernel)), ("padding", pair(padding), "0"))
    return (f"kernel_size={pair(kernel)}", *_settings(*settings))


def _settings(*settings: tuple[str, str, str]) -> Arguments:
    """``name=value`` of each (name, value, default) whose value is not the default."""
    return tuple(f"{name}={value}" for name, value, default in settings if value != default)
