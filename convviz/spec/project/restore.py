"""A State from the plain data of a file, each value checked: whatever comes out can be shown and edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

import numpy as np

from ..adapt import NOTHING_KEPT, Kept
from ..channels import Channel, Channels
from ..geometry import describe
from ..lab.lab import drawn_lab
from ..network import NetworkSpec
from ..network_json import from_json
from ..origin import Origin
from ..preparation import Preparation, input_side
from ..state import Focus, State
from ..strokes import PAD, Drawing, Stroke
from ..weights import Floats, Weights, check, shapes
from .errors import damaged
from .kept import kept_from
from .lab import lab_from
from .values import Arrays, Table, array_in, get, shown, table_in, whole_numbers

MAX_POINTS = 5_000_000  # of a drawing: more than ten hours with a pen
_FARTHEST = 1e6  # pad units; a mouse leaves the pad by a screen at most
_WIDEST = 4 * PAD
_DEVICE = re.compile(r"[a-z]{2,16}(:\d{1,3})?", re.ASCII)


def state_from(table: Table, arrays: Arrays, photo: bytes = b"") -> State:
    """The State that ``table`` describes, of ``arrays`` and the file of the Lab's photo.

    Experiments of before there was the Lab open with a new one.

    Raises:
        InputError: something is missing, of another type, or does not fit the network.
    """
    network, weights = _network(table, arrays)
    return State(
        network,
        weights,
        _drawing(get(table, "drawing", dict), arrays),
        _preparation(get(table, "preparation", dict)),
        _origin(get(table, "origin", dict), arrays, network, weights),
        _all_kept(get(table, "kept", dict), arrays, network),
        _channels(get(table, "channels", dict)).within(network),
        _device(get(table, "device", str)),
        _focus(table.get("focus"), network),
        lab=lab_from(table["lab"], arrays, photo) if "lab" in table else drawn_lab(),
    )


# --- the network ----------------------------------------------------------------------------------------------


def _network(table: Table, arrays: Arrays) -> tuple[NetworkSpec, Weights]:
    network = from_json(table.get("network"))
    input_side(network)
    keys = get(table, "weights", dict)
    found = {name: array_in(arrays, key) for name, key in keys.items()}
    check(network, found)
    return network, Weights({name: found[name] for name in shapes(network)})


def _origin(table: Table, arrays: Arrays, network: NetworkSpec, weights: Weights) -> Origin:
    """The untouched network, as the same objects where nothing was touched."""
    own_network, own_weights = _network(table, arrays)
    if own_network == network:
        own_network = network
    if own_weights.keys() == weights.keys() and all(own_weights[name] is weights[name] for name in weights):
        own_weights = weights
    return Origin(own_network, own_weights, get(table, "new", bool))


def _all_kept(table: Table, arrays: Arrays, network: NetworkSpec) -> Mapping[str, Kept]:
    needed = shapes(network)
    kept: dict[str, Kept] = {}
    for name in table:
        if name not in needed:
            raise damaged(f"what is kept of {name[:80]!r} belongs to no layer")
        kept[name] = kept_from(get(table, name, dict), arrays, name, needed[name])
    return MappingProxyType(kept) if kept else NOTHING_KEPT


# --- the rest -------------------------------------------------------------------------------------------------


def _drawing(table: Table, arrays: Arrays) -> Drawing:
    strokes = get(table, "strokes", list)
    base = None if table.get("base") is None else _base(array_in(arrays, table["base"]))
    counts = whole_numbers([get(table_in(s), "points", int) for s in strokes])
    if sum(counts) > MAX_POINTS:
        raise damaged(f"its drawing has over {MAX_POINTS:,} points")
    points = array_in(arrays, table.get("points")) if strokes else np.empty((0, 2), np.float32)
    if points.shape != (sum(counts), 2) or not (np.abs(points) <= _FARTHEST).all():  # NaN is not, either
        raise damaged("the points of its drawing are not those of its strokes, or far outside the pad")
    ends = np.cumsum(counts)
    parts = [points[end - count : end] for end, count in zip(ends, counts, strict=True)]
    return Drawing(tuple(_stroke(stroke, part) for stroke, part in zip(strokes, parts, strict=True)), base)


def _stroke(table: Table, points: Floats) -> Stroke:
    width = table.get("width")
    if not isinstance(width, int | float) or isinstance(width, bool) or not 0 < width <= _WIDEST:
        raise damaged(f"a pen is {shown(width)} wide")
    return Stroke(points, float(width), get(table, "erase", bool))


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
    return Preparation(**{f.name: get(table, f.name, bool) for f in fields(Preparation)})


def _channels(table: Table) -> Channels:
    return Channels(*(frozenset(_channel(mark) for mark in get(table, f.name, list)) for f in fields(Channels)))


def _channel(mark: object) -> Channel:
    match mark:
        case [str(layer), int(channel)] if channel >= 0:
            return layer, channel
    raise damaged(f"{shown(mark)} is a channel in it")


def _focus(table: object, network: NetworkSpec) -> Focus | None:
    """The selected unit; None where the network has none like it."""
    if table is None:
        return None
    layer, index = get(table_in(table), "layer", str), get(table_in(table), "index", list)
    outputs = {"input": network.input_shape, **{row.layer.id: row.output_shape for row in describe(network)}}
    shape = outputs.get(layer, ())
    there = len(index) == len(shape) > 0 and all(
        type(i) is int and 0 <= i < size for i, size in zip(index, shape, strict=True)
    )
    return Focus(layer, tuple(index)) if there else None


def _device(name: str) -> str:
    return name if _DEVICE.fullmatch(name) else "cpu"
