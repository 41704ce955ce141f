"""Trainings that were done, as plain data and back: their curves, and the last moment of each to go on from.

Of runs that are not on screen the last moments are left out where all of them would make a file too large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from types import MappingProxyType
from typing import Any, cast, get_args

import numpy as np

from ..network import NetworkSpec
from ..network_json import from_json
from ..preparation import input_side
from ..training.checkpoint import Checkpoint
from ..training.curves import EPOCH, LAYER, MOST_STEPS, STEP, Curves, empty
from ..training.run import Run, Runs, Status
from ..weights import Floats, Weights, check, shapes
from .arrays import Collected
from .errors import damaged
from .plan import settings_from, source_from, source_table
from .values import Arrays, Table, array_in, device_in, get, shown, table_in

MOST_RUNS = 10_000
MOST_BYTES_OF_OTHERS = 64 * 2**20  # checkpoints of runs that are not on screen
_NOTE, _STATE = 1000, 2**16  # characters
_LARGEST = 2**31
Networks = Callable[[NetworkSpec], dict[str, Any]]  # plain data of a network


def runs_table(arrays: Collected, runs: Runs, networks: Networks) -> dict[str, Any]:
    """Plain data of all runs."""
    room = MOST_BYTES_OF_OTHERS
    tables = []
    for run in reversed(runs.runs):  # of the newest first
        last = run.checkpoints[-1] if run.checkpoints else None
        if last is not None and run.number != runs.current:
            room -= last.nbytes
            last = last if room >= 0 else None
        tables.append(_run_table(arrays, run, last, networks))
    return {"current": runs.current, "runs": tables[::-1]}


def runs_from(data: object, arrays: Arrays, network: NetworkSpec) -> Runs:
    """The runs that ``data`` describes; one that was going on is paused. ``network`` is that of the experiment.

    Raises:
        InputError: something is missing, of another type, or does not fit together.
    """
    table = table_in(data)
    tables, current = get(table, "runs", list), get(table, "current", int)
    if len(tables) > MOST_RUNS:
        raise damaged(f"it holds over {MOST_RUNS:,} trainings")
    runs = tuple(_run_from(table_in(one), arrays, network) for one in tables)
    numbers = [run.number for run in runs]
    if numbers != sorted(set(numbers)) or current not in (0, *numbers):
        raise damaged("the numbers of its trainings are not in order")
    return Runs(runs, current)


def was_running(data: object) -> bool:
    """Whether the run on screen was going on when the file was written: its last moment is newer than the screen."""
    table = table_in(data)
    runs = (table_in(one) for one in get(table, "runs", list))
    return any(run.get("number") == table.get("current") and run.get("status") == "running" for run in runs)


# --- one run --------------------------------------------------------------------------------------------------


def _run_table(arrays: Collected, run: Run, last: Checkpoint | None, networks: Networks) -> dict[str, Any]:
    place = f"run{run.number}"
    return {
        "number": run.number,
        "network": networks(run.network),
        "settings": asdict(run.settings),
        "source": source_table(run.source),
        "status": run.status,
        "device": run.device,
        "parent": None if run.parent is None else list(run.parent),
        "note": run.note[:_NOTE],
        "shown": run.shown,
        "curves": _curves_table(arrays, run.curves, place),
        "checkpoint": None if last is None else _checkpoint_table(arrays, last, run.network, f"{place}/last"),
    }


def _run_from(table: Table, arrays: Arrays, present: NetworkSpec) -> Run:
    network = from_json(table.get("network"))
    input_side(network)
    network = present if network == present else network
    number, status = get(table, "number", int), get(table, "status", str)
    if not 0 < number < _LARGEST or status not in get_args(Status):
        raise damaged(f"a training in it has the number {number} and is {shown(status)}")
    found = table.get("checkpoint")
    checkpoint = None if found is None else _checkpoint_from(table_in(found), arrays, network)
    if status in ("running", "loading", "paused"):
        status = "stopped" if checkpoint is None else "paused"
    curves = _curves_from(get(table, "curves", dict), arrays, network)
    return Run(
        number,
        network,
        settings_from(table.get("settings")),
        source_from(table.get("source")),
        cast(Status, status),
        curves,
        () if checkpoint is None else (checkpoint,),
        device_in(table),
        _parent(table.get("parent")),
        get(table, "note", str)[:_NOTE],
        get(table, "shown", bool),
    )


def _parent(data: object) -> tuple[int, int] | None:
    match data:
        case None:
            return None
        case [int(number), int(step)] if 0 < number < _LARGEST and 0 <= step <= MOST_STEPS:
            return number, step
    raise damaged("a training in it branched off from none")


# --- curves ---------------------------------------------------------------------------------------------------


def _curves_table(arrays: Collected, curves: Curves, place: str) -> dict[str, Any]:
    def key(name: str, rows: Floats) -> str | None:
        return arrays.add(f"{place}/{name}", rows) if len(rows) else None

    return {
        "steps": key("steps", curves.steps),
        "epochs": key("epochs", curves.epochs),
        "layers": {name: key(f"layers/{name}", rows) for name, rows in curves.layers.items()},
    }


def _curves_from(table: Table, arrays: Arrays, network: NetworkSpec) -> Curves:
    layers = get(table, "layers", dict)
    if any(name not in network for name in layers):
        raise damaged("a training in it has measured a layer that is not there")
    return Curves(
        _rows(table.get("steps"), arrays, STEP),
        _rows(table.get("epochs"), arrays, EPOCH),
        MappingProxyType({name: _rows(key, arrays, LAYER) for name, key in layers.items()}),
    )


def _rows(key: object, arrays: Arrays, columns: tuple[str, ...]) -> Floats:
    """A table of a curve: whole numbers of steps, each larger than the last; what was measured may be anything."""
    if key is None:
        return empty(columns)
    rows = array_in(arrays, key)
    fits = rows.ndim == 2 and rows.shape[1] == len(columns)
    steps = rows[:, 0] if fits else np.zeros(1, np.float32)
    whole = (steps >= 0) & (steps <= MOST_STEPS) & (steps == np.trunc(steps))  # NaN is none of these
    if not fits or not whole.all() or not (np.diff(steps) > 0).all():
        raise damaged("the curves of a training in it are none")
    return rows


# --- where it goes on -----------------------------------------------------------------------------------------


def _checkpoint_table(arrays: Collected, last: Checkpoint, network: NetworkSpec, place: str) -> dict[str, Any]:
    def keys(part: str, found: Mapping[str, Floats], names: Iterable[str]) -> dict[str, str]:
        return {name: arrays.add(f"{place}/{part}/{name}", found[name]) for name in names}

    names = list(shapes(network))
    mean = None if last.mean is last.weights else keys("mean", last.mean, names)
    return {
        "step": last.step,
        "epoch": last.epoch,
        "seen": last.seen,
        "images": last.images,
        "weights": keys("weights", last.weights, names),
        "mean": mean,
        "moments": keys("moments", last.moments, sorted(last.moments)),
        "order": last.order.hex(),
        "random": last.random.hex(),
        "settings": asdict(last.settings),
        "tally": [float(value) if isfinite(value) else 0.0 for value in last.tally],
    }


def _checkpoint_from(table: Table, arrays: Arrays, network: NetworkSpec) -> Checkpoint:
    step, epoch, seen, images = (_count(table, name) for name in ("step", "epoch", "seen", "images"))
    if step > MOST_STEPS or seen > images:
        raise damaged(f"a training in it has seen {seen:,} of {images:,} images")
    weights = _weights(table.get("weights"), arrays, network)
    mean = weights if table.get("mean") is None else _weights(table["mean"], arrays, network)
    return Checkpoint(
        step,
        epoch,
        seen,
        images,
        weights,
        mean,
        _moments(get(table, "moments", dict), arrays, network),
        _bytes(table, "order"),
        _bytes(table, "random"),
        settings_from(table.get("settings")),
        0,  # edits are counted from where a training begins
        _tally(table.get("tally")),
    )


def _weights(data: object, arrays: Arrays, network: NetworkSpec) -> Weights:
    found = {name: array_in(arrays, key) for name, key in table_in(data).items()}
    check(network, found)
    if not all(np.isfinite(array).all() for array in found.values()):
        raise damaged("the weights that a training would go on from are no numbers")
    return Weights({name: found[name] for name in shapes(network)})


def _moments(table: Table, arrays: Arrays, network: NetworkSpec) -> dict[str, Floats]:
    """What an optimizer remembers of a parameter has its shape, or is a counter."""
    needed = shapes(network)
    found = {}
    for name, key in table.items():
        array, parameter = array_in(arrays, key), name.rpartition("/")[0]
        if parameter not in needed or array.shape not in (needed[parameter], (1,)) or not np.isfinite(array).all():
            raise damaged(f"what the optimizer remembers of {name[:80]!r} does not fit it")
        found[name] = array
    return found


def _tally(data: object) -> tuple[float, float]:
    match data:
        case [float(loss), float(right)] if isfinite(loss) and 0 <= right < _LARGEST:
            return loss, right
    raise damaged("what a training has measured of its epoch is none")


def _count(table: Table, name: str) -> int:
    value = get(table, name, int)
    if not 0 <= value < _LARGEST:
        raise damaged(f"the {name} of a training is {value}")
    return value


def _bytes(table: Table, name: str) -> bytes:
    text = get(table, name, str)
    if len(text) > _STATE:
        raise damaged(f"the {name} of a training is too long")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise damaged(f"the {name} of a training is not readable") from None
