"""Networks as plain data, for weight files and projects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, get_args

from .errors import InputError
from .module_names import TAKEN_IN_SEQUENCE
from .network import LAYER_TYPES, Layer, NetworkSpec, PaddingMode

_ID = re.compile(r"[A-Za-z]\w{0,63}", re.ASCII)  # with _ before it, torch might have one of its own
_LARGEST = 1_000_000  # of any size or count
_LIMITS = {
    "Dropout.p": (0.0, 1.0),
    "LeakyReLU.slope": (0.0, 1.0),
    "BatchNorm2d.eps": (0.0, 1.0),
    "BatchNorm2d.momentum": (0.0, 1.0),
}


def to_json(spec: NetworkSpec) -> dict[str, Any]:
    """Plain data for JSON; :func:`from_json` is its exact inverse."""
    return {
        "name": spec.name,
        "input_shape": list(spec.input_shape),
        "classes": list(spec.classes),
        "layers": [layer_json(layer) for layer in spec.layers],
    }


def layer_json(layer: Layer) -> dict[str, Any]:
    """One layer as plain data; :func:`layer_from` is its exact inverse."""
    return {"type": layer.kind, **asdict(layer)}


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
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 100 or set(name) & set("/\\"):
        raise InputError("the network description has no name, or one that cannot be the name of a file")
    if not isinstance(classes, list) or not all(isinstance(c, str) for c in classes):
        raise InputError("the network's classes must be a list of names")
    size = _ints(shape, "input_shape")
    if len(size) != 3:
        raise InputError("the network's input_shape must be three whole numbers: channels, height, width")
    return NetworkSpec(name, (size[0], size[1], size[2]), tuple(layer_from(item) for item in layers), tuple(classes))


def layer_from(data: object, types: Mapping[str, type[Layer]] = LAYER_TYPES) -> Layer:
    """One layer of one of these types from plain data.

    Raises:
        InputError: a field is missing, unknown or of the wrong type, with the field's name.
    """
    table = dict(_table(data, "a layer"))
    kind = table.pop("type", None)
    cls = types.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise InputError(f"unknown layer type {kind!r}; known are {', '.join(types)}")
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
    if not _ID.fullmatch(values["id"]) or values["id"] == "input":
        raise InputError(f"a layer cannot be called {values['id'][:40]!r}; use letters, digits and _, a letter first")
    if values["id"] in TAKEN_IN_SEQUENCE:
        raise InputError(f"a layer cannot be called {values['id']!r}, as PyTorch's modules have something of that name")
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
        raise InputError(f"{where} must be of type {annotation}, not {str(value)[:40]!r}")
    if annotation in ("int", "float"):
        low, high = _LIMITS.get(where, (0, _LARGEST))
        if not low <= value <= high:  # type: ignore[operator]  # false for NaN, too
            raise InputError(f"{where} must be from {low:g} to {high:g}, not {str(value)[:40]}")
    return value


def _ints(value: object, where: str) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(type(n) is int for n in value):
        raise InputError(f"{where} must be a list of whole numbers, not {str(value)[:40]}")
    if any(abs(n) > _LARGEST for n in value):
        raise InputError(f"{where} holds a number beyond {_LARGEST:,}")
    return tuple(value)


def _table(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{what} must be a JSON object")
    return value
