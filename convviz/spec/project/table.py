"""A State as plain data for JSON, with its arrays beside it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..channels import Channel, Channels
from ..network import NetworkSpec
from ..network_json import to_json
from ..state import Focus, State
from ..weights import Floats, Weights, shapes
from .arrays import Collected
from .drawing import drawing_table
from .kept import kept_table
from .lab import lab_table
from .plan import plan_table
from .runs import NONE_BESIDE, Beside, runs_table

_NAME = 100  # characters of a network's name that can be read again


def table_of(
    state: State, moments: bool = True, beside: Beside = NONE_BESIDE
) -> tuple[dict[str, Any], dict[str, Floats], bytes]:
    """What ``experiment.json`` holds, the arrays that it names, and the file of the Lab's photo.

    Without ``moments`` of a training no more than the last one is in it; those ``beside`` are named.
    """
    arrays = Collected()
    table: dict[str, Any] = {
        "network": _network(state.network),
        "weights": _weights(arrays, "weights", state.network, state.weights),
        "origin": {
            "network": _network(state.origin.network),
            "weights": _weights(arrays, "origin", state.origin.network, state.origin.weights),
            "new": state.origin.new,
        },
        "kept": {name: kept_table(arrays, name, state.kept[name]) for name in sorted(state.kept)},
        "drawing": drawing_table(arrays, state.drawing),
        "preparation": asdict(state.preparation),
        "channels": _channels(state.channels),
        "focus": _focus(state.focus),
        "device": state.device,
        "plan": plan_table(arrays, state.plan),
        "runs": runs_table(arrays, state.runs, _network, moments, beside),
    }
    table["lab"], photo = lab_table(arrays, state.lab)
    return table, arrays.named, photo


def _network(network: NetworkSpec) -> dict[str, Any]:
    """Its name as it can be read again: a network is called like its file, which may be called anything."""
    table = to_json(network)
    printable = "".join(c for c in network.name if c.isprintable() and c not in "/\\")
    table["name"] = printable[:_NAME] or "network"
    return table


def _weights(arrays: Collected, place: str, network: NetworkSpec, weights: Weights) -> dict[str, str]:
    """Key by name, in the order of the layers however they came."""
    return {name: arrays.add(f"{place}/{name}", weights[name]) for name in shapes(network)}


def _channels(channels: Channels) -> dict[str, list[Channel]]:
    return {"muted": sorted(channels.muted), "solo": sorted(channels.solo), "frozen": sorted(channels.frozen)}


def _focus(focus: Focus | None) -> dict[str, Any] | None:
    return None if focus is None else {"layer": focus.layer, "index": list(focus.index)}
