"""Networks as frozen data: layers with stable ids, and the chain they form.

A layer says only what the user chose. What follows from its input (``in_channels``, shapes, parameter
counts) is computed by :mod:`convviz.spec.geometry`, so an edit upstream never leaves a stale number behind.
Defaults are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any, ClassVar, Literal, get_args

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
    t.kind: t for t in (Conv2d, MaxPool2d, AvgPool2d, BatchNorm2d, ReLU, Tanh, Flatten, Dropout, Linear)
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


# --- as plain data, for weight files and projects -------------------------------------------------------------


def to_json(spec: NetworkSpec) -> dict[str, Any]:
    """Plain data for JSON; :func:`from_json` is its exact inverse."""
    return {
        "name": spec.name,
        "input_shape": list(spec.input_shape),
        "classes": list(spec.classes),
        "layers": [{"type": layer.kind, **asdict(layer)} for layer in spec.layers],
    }


def from_json(data: object) -> NetworkSpec:
    """A network from plain data.

    Raises:
        InputError: a field is missing, unknown or of the wrong type, with the field's name.
    """
    table = _table(data, "a network")
    layers = table.get("layers")
    shape = table.get("input_shape")
    classes = table.get("classes", [])
    name = table.get("name")
    if not isinstance(layers, list) or len(layers) > 1000:
        raise InputError("the network description has no list of layers")
    if not isinstance(name, str):
        raise InputError("the network description has no name")
    if not isinstance(classes, list) or not all(isinstance(c, str) for c in classes):
        raise InputError("the network's classes must be a list of names")
    size = _ints(shape, "input_shape")
    if len(size) != 3:
        raise InputError("the network's input_shape must be three whole numbers: channels, height, width")
    return NetworkSpec(name, (size[0], size[1], size[2]), tuple(_layer(item) for item in layers), tuple(classes))


def _layer(data: object) -> Layer:
    table = dict(_table(data, "a layer"))
    kind = table.pop("type", None)
    cls = LAYER_TYPES.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise InputError(f"unknown layer type {kind!r}; known are {', '.join(LAYER_TYPES)}")
    known = {f.name: f for f in fields(cls)}
    unknown = set(table) - set(known)
    if unknown:
        raise InputError(f"{kind} has no setting {sorted(unknown)[0]!r}")
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in table:
            values[name] = _value(str(field.type), table[name], f"{kind}.{name}")
        elif field.default is MISSING:
            raise InputError(f"{kind} needs a value for {name!r}")
    return cls(**values)


def _value(annotation: str, value: object, where: str) -> object:
    if annotation == "Pair | None" and value is None:
        return None
    if annotation.startswith("Pair"):
        pair = _ints(value, where)
        if len(pair) != 2:
            raise InputError(f"{where} must be two whole numbers, height and width")
        return pair
    if annotation == "PaddingMode":
        if value not in get_args(PaddingMode):
            raise InputError(f"{where} must be one of {', '.join(get_args(PaddingMode))}, not {value!r}")
        return value
    expected: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "str": (str,)}
    kinds = expected[annotation]
    if not isinstance(value, kinds) or (isinstance(value, bool) and annotation != "bool"):
        raise InputError(f"{where} must be of type {annotation}, not {value!r}")
    return value


def _ints(value: object, where: str) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(type(n) is int for n in value):
        raise InputError(f"{where} must be a list of whole numbers, not {value!r}")
    return tuple(value)


def _table(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{what} must be a JSON object")
    return value
