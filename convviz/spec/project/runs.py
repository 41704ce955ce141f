"""Trainings that were done, as plain data and back: their curves, and the last moment of each to go on from.

Moments to go back to are written as far as there is room: of the run on screen, and of the others together, each
thinned evenly. Of others even the last moments are left out where all of them would make a file too large. An autosave
names those that lie in files of their own instead: see moments.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, cast, get_args

import numpy as np

from ..errors import InputError
from ..network import NetworkSpec
from ..network_json import from_json
from ..preparation import input_side
from ..training.checkpoint import Checkpoint
from ..training.curves import EPOCH, LAYER, MOST_STEPS, STEP, Curves, empty
from ..training.run import Change, Run, Runs, Status
from ..training.thinning import within
from ..weights import Floats
from .arrays import Collected
from .checkpoints import checkpoint_from, checkpoint_table, sound
from .errors import damaged
from .plan import settings_from, source_from, source_table
from .recorded import moment_from, moment_table, recorded_from, recorded_table
from .values import Arrays, Table, array_in, device_in, get, shown, table_in

MOST_RUNS = 10_000
MOST_LAST_OF_OTHERS = 64 * 2**20  # the last checkpoints of runs that are not on screen
MOST_EARLIER_OF_OTHERS = 32 * 2**20  # with their earlier ones
MOST_BYTES_OF_CURRENT = 32 * 2**20  # checkpoints of the one on screen
MOST_CHANGES = 100_000  # of settings, in one run
_NOTE = 1000  # characters
_LARGEST = 2**31
Networks = Callable[[NetworkSpec], dict[str, Any]]  # plain data of a network
Beside = Mapping[Checkpoint, str]  # moments in files of their own, by name: see moments.py
NONE_BESIDE: Beside = MappingProxyType({})
ReadMoment = Callable[[Table, NetworkSpec], Checkpoint]


def runs_table(
    arrays: Collected, runs: Runs, networks: Networks, moments: bool = True, beside: Beside = NONE_BESIDE
) -> dict[str, Any]:
    """Plain data of all runs; without ``moments`` of none more than its last one. What lies ``beside`` is named."""
    kept = kept_moments(runs, moments, beside)
    tables = [_run_table(arrays, run, kept[run.number], networks, beside) for run in reversed(runs.runs)]
    return {"current": runs.current, "runs": tables[::-1]}


def kept_moments(runs: Runs, moments: bool = True, beside: Beside = NONE_BESIDE) -> dict[int, tuple[Checkpoint, ...]]:
    """The moments for which a file has room, by the number of their run; see :func:`runs_table`."""
    rings = {run.number: _all_sound(run) if moments else _last_sound(run) for run in runs.runs}
    found = within(MOST_BYTES_OF_CURRENT, {runs.current: rings.pop(runs.current, ())})
    others = within(min(MOST_EARLIER_OF_OTHERS, MOST_LAST_OF_OTHERS), rings)
    room = MOST_LAST_OF_OTHERS
    for number in sorted(others, reverse=True):  # of the newest first
        kept = tuple(checkpoint for checkpoint in others[number] if checkpoint not in beside)
        room -= sum(checkpoint.nbytes for checkpoint in kept)
        found[number] = kept if room >= 0 else ()
    return found


def _all_sound(run: Run) -> tuple[Checkpoint, ...]:
    return tuple(checkpoint for checkpoint in run.checkpoints if sound(checkpoint))


def _last_sound(run: Run) -> tuple[Checkpoint, ...]:
    """The last moment that a training could go on from; none where there is none."""
    return next(((checkpoint,) for checkpoint in reversed(run.checkpoints) if sound(checkpoint)), ())


def runs_from(
    data: object,
    arrays: Arrays,
    network: NetworkSpec,
    notes: list[str] | None = None,
    beside: ReadMoment | None = None,
) -> Runs:
    """The runs that ``data`` describes; one that was going on is paused. ``network`` is that of the experiment.

    ``beside`` reads a moment that lies in a file of its own. One that cannot be read is left out; ``notes`` then gets a
    sentence.

    Raises:
        InputError: something is missing, of another type, or does not fit together.
    """
    table = table_in(data)
    tables, current = get(table, "runs", list), get(table, "current", int)
    if len(tables) > MOST_RUNS:
        raise damaged(f"it holds over {MOST_RUNS:,} trainings")

    def moment(one: Table, network: NetworkSpec) -> Checkpoint:
        return beside(one, network) if beside and "file" in one else checkpoint_from(one, arrays, network)

    notes = [] if notes is None else notes
    runs = tuple(_run_from(table_in(one), arrays, network, notes, moment) for one in tables)
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


def _run_table(
    arrays: Collected, run: Run, kept: tuple[Checkpoint, ...], networks: Networks, beside: Beside
) -> dict[str, Any]:
    place = f"run{run.number}"
    points = [checkpoint_table(arrays, c, run.network, f"{place}/{_part(c, kept)}") for c in kept]
    apart = [{"step": c.step, "file": beside[c]} for c in run.checkpoints if c in beside and c not in kept]
    return {
        "number": run.number,
        "network": networks(run.network),
        "settings": asdict(run.settings),
        "source": source_table(run.source),
        "status": run.status,
        "device": run.device,
        "parent": moment_table(run.parent),
        "note": _note(run)[:_NOTE],
        "shown": run.shown,
        "curves": _curves_table(arrays, run.curves, place),
        "changes": [{"step": c.step, "settings": asdict(c.settings)} for c in run.changes if c.step <= MOST_STEPS],
        "edited": [step for step in run.edited if step <= MOST_STEPS],
        **recorded_table(run),
        "checkpoint": points[-1] if points else None,
        "earlier": sorted(points[:-1] + apart, key=lambda point: int(point["step"])),
    }


def _note(run: Run) -> str:
    """Why it ended, and what of it a file cannot hold."""
    if run.curves.last_step <= MOST_STEPS:
        return run.note
    return "; ".join(filter(None, (run.note, f"steps after {MOST_STEPS:,} are not kept in a file")))


def _part(checkpoint: Checkpoint, kept: tuple[Checkpoint, ...]) -> str:
    return "last" if checkpoint is kept[-1] else f"step{checkpoint.step}"


def _run_from(table: Table, arrays: Arrays, present: NetworkSpec, notes: list[str], moment: ReadMoment) -> Run:
    network = from_json(table.get("network"))
    input_side(network)
    network = present if network == present else network
    number, status = get(table, "number", int), get(table, "status", str)
    if not 0 < number < _LARGEST or status not in get_args(Status):
        raise damaged(f"a training in it has the number {number} and is {shown(status)}")
    checkpoints = _checkpoints(table, network, f"Run {number}", notes, moment)
    if status in ("running", "loading", "paused"):
        status = "paused" if checkpoints else "stopped"
    curves = _curves_from(get(table, "curves", dict), arrays, network)
    return Run(
        number,
        network,
        settings_from(table.get("settings")),
        source_from(table.get("source")),
        cast(Status, status),
        curves,
        checkpoints,
        device_in(table),
        moment_from(table.get("parent")),
        get(table, "note", str)[:_NOTE],
        get(table, "shown", bool),
        _changes(table.get("changes", [])),
        _edited(table.get("edited", []), f"Run {number}", notes),
        **recorded_from(table, network),
    )


def _checkpoints(
    table: Table, network: NetworkSpec, name: str, notes: list[str], moment: ReadMoment
) -> tuple[Checkpoint, ...]:
    """All moments that can be read."""
    last, earlier = table.get("checkpoint"), table.get("earlier", [])
    if not isinstance(earlier, list) or len(earlier) > MOST_RUNS:
        raise damaged(f"the moments of {name} are none")
    found: list[Checkpoint] = []
    lost = 0
    for one in (*earlier, *(() if last is None else (last,))):
        try:
            checkpoint = moment(table_in(one), network)
        except InputError:
            lost += 1
            continue
        if found and checkpoint.step <= found[-1].step:
            raise damaged(f"the moments of {name} are not in order")
        found.append(checkpoint)
    if lost:
        what = "a moment" if lost == 1 else f"{lost} moments"
        notes.append(f"{what} of {name} could not be read{'' if found else ', and it cannot go on'}")
    return tuple(found)


def _changes(data: object) -> tuple[Change, ...]:
    """Settings that changed while a run went on, in the order of their steps."""
    if not isinstance(data, list) or len(data) > MOST_CHANGES:
        raise damaged("the settings of a training in it have not changed like that")
    steps = _steps([get(table_in(one), "step", int) for one in data])
    return tuple(Change(step, settings_from(one.get("settings"))) for step, one in zip(steps, data, strict=True))


def _edited(data: object, name: str, notes: list[str]) -> tuple[int, ...]:
    """The steps after which weights were set by hand, as far as they can be."""
    if not isinstance(data, list) or len(data) > MOST_CHANGES:
        raise damaged("a training in it was edited at no steps")
    steps = sorted({step for step in data if type(step) is int and 0 <= step <= MOST_STEPS})
    if steps != data:
        notes.append(f"not every step at which {name} was edited by hand could be read")
    return tuple(steps)


def _steps(data: object) -> tuple[int, ...]:
    """Steps, each larger than the one before."""
    if not isinstance(data, list) or len(data) > MOST_CHANGES or any(type(step) is not int for step in data):
        raise damaged("a training in it has steps that are none")
    if data != sorted(set(data)) or (data and not 0 <= data[0] <= data[-1] <= MOST_STEPS):
        raise damaged("the steps of a training in it are not in order")
    return tuple(data)


# --- curves ---------------------------------------------------------------------------------------------------


def _curves_table(arrays: Collected, curves: Curves, place: str) -> dict[str, Any]:
    def key(name: str, rows: Floats) -> str | None:
        rows = _numbered(rows)
        return arrays.add(f"{place}/{name}", rows) if len(rows) else None

    return {
        "steps": key("steps", curves.steps),
        "epochs": key("epochs", curves.epochs),
        "layers": {name: key(f"layers/{name}", rows) for name, rows in curves.layers.items()},
    }


def _numbered(rows: Floats) -> Floats:
    """Without those of steps that float32 cannot tell apart."""
    if not len(rows) or rows[-1, 0] < MOST_STEPS:
        return rows
    return rows[(np.diff(rows[:, 0], prepend=-1) > 0) & (rows[:, 0] <= MOST_STEPS)]


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
