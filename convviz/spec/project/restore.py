"""A State from the plain data of a file, each value checked: whatever comes out can be shown and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType

from ..adapt import NOTHING_KEPT, Kept
from ..channels import Channel, Channels
from ..geometry import describe
from ..lab.lab import drawn_lab
from ..network import NetworkSpec
from ..network_json import from_json
from ..origin import Origin
from ..preparation import input_side
from ..state import Focus, State
from ..training.plan import Plan
from ..training.run import Runs
from ..weights import Weights, check, shapes
from .drawing import drawing_from, preparation_from
from .errors import damaged
from .kept import kept_from
from .lab import lab_from
from .plan import plan_from
from .runs import ReadMoment, runs_from, was_running
from .values import Arrays, Table, array_in, device_in, get, shown, table_in


def state_from(
    table: Table,
    arrays: Arrays,
    photo: bytes = b"",
    notes: list[str] | None = None,
    beside: ReadMoment | None = None,
) -> State:
    """The State that ``table`` describes, of ``arrays`` and the file of the Lab's photo.

    Experiments of before there was the Lab open with a new one; those of before there were trainings have none. Where
    a training was going on, its last moment is on screen. ``notes`` gets a sentence on what is lost; ``beside`` reads
    a moment that lies in a file of its own.

    Raises:
        InputError: something is missing, of another type, or does not fit the network.
    """
    network, weights = _network(table, arrays)
    state = State(
        network,
        weights,
        drawing_from(get(table, "drawing", dict), arrays),
        preparation_from(get(table, "preparation", dict)),
        _origin(get(table, "origin", dict), arrays, network, weights),
        _all_kept(get(table, "kept", dict), arrays, network),
        _channels(get(table, "channels", dict)).within(network),
        device_in(table),
        _focus(table.get("focus"), network),
        lab=lab_from(table["lab"], arrays, photo) if "lab" in table else drawn_lab(),
        plan=plan_from(table["plan"], arrays) if "plan" in table else Plan(),
        runs=runs_from(table["runs"], arrays, network, notes, beside) if "runs" in table else Runs(),
    )
    return _at_its_last_moment(state) if "runs" in table and was_running(table["runs"]) else state


def _at_its_last_moment(state: State) -> State:
    """What was on screen while a training went on was never exactly what it would go on from."""
    run = state.runs.chosen
    if (
        run is None
        or not run.checkpoints
        or replace(run.network, name="", classes=()) != replace(state.network, name="", classes=())
    ):
        return state
    weights = run.checkpoints[-1].mean
    return replace(state, weights=weights, origin=Origin(state.network, weights), kept=NOTHING_KEPT)


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
