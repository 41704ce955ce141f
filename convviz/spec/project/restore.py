"""A State from the plain data of a file, each value checked: whatever comes out can be shown and edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from math import prod
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from ..adapt import NOTHING_KEPT, Kept
from ..channels import Channel, Channels
from ..geometry import describe
from ..network import NetworkSpec
from ..network_json import from_json
from ..origin import Origin
from ..preparation import Preparation, input_side
from ..state import Focus, State
from ..strokes import PAD, Drawing, Stroke
from ..weights import Floats, Weights, check, shapes
from .errors import damaged

MAX_POINTS = 5_000_000  # of a drawing: more than ten hours with a pen
_FARTHEST = 1e6  # pad units; a mouse leaves the pad by a screen at most
_WIDEST = 4 * PAD
_DEVICE = re.compile(r"[a-z]{2,16}(:\d{1,3})?", re.ASCII)
T = TypeVar("T")
Table = Mapping[str, Any]
Arrays = Mapping[str, Floats]


def state_from(table: Table, arrays: Arrays) -> State:
    """The State that ``table`` describes, of ``arrays``.

    Raises:
        InputError: something is missing, of another type, or does not fit the network.
    """
    network, weights = _network(table, arrays)
    return State(
        network,
        weights,
        _drawing(_get(table, "drawing", dict), arrays),
        _preparation(_get(table, "preparation", dict)),
        _origin(_get(table, "origin", dict), arrays, network, weights),
        _all_kept(_get(table, "kept", dict), arrays, network),
        _channels(_get(table, "channels", dict)).within(network),
        _device(_get(table, "device", str)),
        _focus(table.get("focus"), network),
    )


# --- the network ----------------------------------------------------------------------------------------------


def _network(table: Table, arrays: Arrays) -> tuple[NetworkSpec, Weights]:
    network = from_json(table.get("network"))
    input_side(network)
    keys = _get(table, "weights", dict)
    found = {name: _array(arrays, key) for name, key in keys.items()}
    check(network, found)
    return network, Weights({name: found[name] for name in shapes(network)})


def _origin(table: Table, arrays: Arrays, network: NetworkSpec, weights: Weights) -> Origin:
    """The untouched network, as the same objects where nothing was touched."""
    own_network, own_weights = _network(table, arrays)
    if own_network == network:
        own_network = network
    if own_weights.keys() == weights.keys() and all(own_weights[name] is weights[name] for name in weights):
        own_weights = weights
    return Origin(own_network, own_weights, _get(table, "new", bool))


def _all_kept(table: Table, arrays: Arrays, network: NetworkSpec) -> Mapping[str, Kept]:
    needed = shapes(network)
    kept: dict[str, Kept] = {}
    for name in table:
        if name not in needed:
            raise damaged(f"what is kept of {name[:80]!r} belongs to no layer")
        kept[name] = _kept(_get(table, name, dict), arrays)
        _check_kept(name, kept[name], needed[name])
    return MappingProxyType(kept) if kept else NOTHING_KEPT


def _kept(table: Table, arrays: Arrays) -> Kept:
    return Kept(
        _array(arrays, table.get("source")),
        _counts(table.get("layout")),
        _get(table, "groups", int),
        _array(arrays, table.get("result")),
        _get(table, "new", bool),
        _get(table, "needs_training", bool),
    )


def _check_kept(name: str, kept: Kept, shape: tuple[int, ...]) -> None:
    """Adapting must be able to start from it: see :mod:`convviz.spec.adapt`."""
    source = kept.source.shape
    fits = kept.result.shape == shape and len(source) == len(shape) and min(source) > 0
    if fits and len(shape) == 4:
        fits = 0 < kept.groups <= source[0] and source[0] % kept.groups == 0
    elif fits and len(shape) == 2:
        fits = len(kept.layout) in (1, 3) and prod(kept.layout) == source[1]
    if not fits:
        raise damaged(f"what is kept of {name} does not fit it")


# --- the rest -------------------------------------------------------------------------------------------------


def _drawing(table: Table, arrays: Arrays) -> Drawing:
    strokes = _get(table, "strokes", list)
    base = None if table.get("base") is None else _base(_array(arrays, table["base"]))
    counts = _counts([_get(_table(s), "points", int) for s in strokes])
    if sum(counts) > MAX_POINTS:
        raise damaged(f"its drawing has over {MAX_POINTS:,} points")
    points = _array(arrays, table.get("points")) if strokes else np.empty((0, 2), np.float32)
    if points.shape != (sum(counts), 2) or not (np.abs(points) <= _FARTHEST).all():  # NaN is not, either
        raise damaged("the points of its drawing are not those of its strokes, or far outside the pad")
    ends = np.cumsum(counts)
    parts = [points[end - count : end] for end, count in zip(ends, counts, strict=True)]
    return Drawing(tuple(_stroke(stroke, part) for stroke, part in zip(strokes, parts, strict=True)), base)


def _stroke(table: Table, points: Floats) -> Stroke:
    width = table.get("width")
    if not isinstance(width, int | float) or isinstance(width, bool) or not 0 < width <= _WIDEST:
        raise damaged(f"a pen is {_shown(width)} wide")
    return Stroke(points, float(width), _get(table, "erase", bool))


def _base(array: Floats) -> Floats:
    """The ink of a picture, within 0…1 whatever the file says."""
    if array.ndim != 2 or min(array.shape) < 1 or np.isnan(array).any():
        raise damaged("the picture in its drawing is none")
    if array.min() >= 0 and array.max() <= 1:
        return array
    clipped = array.clip(0.0, 1.0)
    clipped.setflags(write=False)
    return clipped


def _preparation(table: Table) -> Preparation:
    return Preparation(**{f.name: _get(table, f.name, bool) for f in fields(Preparation)})


def _channels(table: Table) -> Channels:
    return Channels(*(frozenset(_channel(mark) for mark in _get(table, f.name, list)) for f in fields(Channels)))


def _channel(mark: object) -> Channel:
    match mark:
        case [str(layer), int(channel)] if channel >= 0:
            return layer, channel
    raise damaged(f"{_shown(mark)} is a channel in it")


def _focus(table: object, network: NetworkSpec) -> Focus | None:
    """The selected unit; None where the network has none like it."""
    if table is None:
        return None
    layer, index = _get(_table(table), "layer", str), _get(_table(table), "index", list)
    outputs = {"input": network.input_shape, **{row.layer.id: row.output_shape for row in describe(network)}}
    shape = outputs.get(layer, ())
    there = len(index) == len(shape) > 0 and all(
        type(i) is int and 0 <= i < size for i, size in zip(index, shape, strict=True)
    )
    return Focus(layer, tuple(index)) if there else None


def _device(name: str) -> str:
    return name if _DEVICE.fullmatch(name) else "cpu"


# --- values of a type -----------------------------------------------------------------------------------------


def _get(table: Table, key: str, kind: type[T]) -> T:
    value = table.get(key)
    if type(value) is not kind:  # exactly: JSON's true is no number
        raise damaged(f"its {key[:80]!r} is {_shown(value)}")
    return value


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        raise damaged(f"{_shown(value)} stands where an object should be")
    return value


def _counts(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(n) is int and 0 < n < 2**31 for n in value):
        raise damaged("something in it that counts or measures is no whole number above 0")
    return tuple(value)


def _array(arrays: Arrays, key: object) -> Floats:
    if not isinstance(key, str) or key not in arrays:
        raise damaged(f"it has no array called {_shown(key)}")
    return arrays[key]


def _shown(value: object) -> str:
    """A wrong value for the error's text; a list may be endless."""
    return f"a {type(value).__name__}" if isinstance(value, list | dict) else repr(value)[:60]
