"""Runs as a file that other programs read: every number that was measured, with the settings that led to it.

CSV: lines that begin with # say what each run was, then comes one table; a row holds what was measured at a step and,
where an epoch ended there, what its images and the test images gave. JSON: the same, by run. Numbers are written with
as many digits as it takes to read the same float32 again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import InputError
from ..network_json import to_json
from ..weights import write_atomically
from .curves import EPOCH, LAYER, STEP, Floats
from .run import Frozen, Run

Kind = Literal["csv", "json"]
COLUMNS = ("run", *STEP, *EPOCH[2:])
FORMAT = 1  # of the JSON file
WHOLE = 2.0**24  # below it a whole float32 is written without a fraction


def write(path: Path, kind: Kind, runs: tuple[Run, ...]) -> None:
    """Writes the runs to a file, all of it or nothing.

    Raises:
        InputError: no run is given, or the file cannot be written.
    """
    if not runs:
        raise InputError("there is no run to export; select one in the list")
    write_atomically(path, (to_csv(runs) if kind == "csv" else to_text(runs)).encode())


def facts(run: Run) -> dict[str, Any]:
    """What the run was: network, data, device, where it came from, settings at first, what was changed when."""
    return {
        "run": run.number,
        "network": run.network.name,
        "data": run.source.text,
        "device": run.device,
        "status": run.status,
        "note": run.note,
        "parent": _moment(run.parent),
        "begin": run.begin,
        "taught": _moment(run.taught),
        "settings": asdict(run.settings),
        "changes": _changes(run),
        "edited": list(run.edited),
        "frozen": [{"step": each.step + 1, "kernels": _kernels(each)} for each in run.frozen],
    }


def _moment(moment: tuple[int, int] | None) -> dict[str, int] | None:
    return None if moment is None else {"run": moment[0], "step": moment[1]}


def _kernels(frozen: Frozen) -> dict[str, list[int]]:
    """By layer, those that are left alone from the ``step`` on that stands beside them."""
    found: dict[str, list[int]] = {}
    for layer, channel in sorted(frozen.channels):
        found.setdefault(layer, []).append(channel)
    return found


def _changes(run: Run) -> list[dict[str, Any]]:
    """What was changed while the run went on: the new values, and the first ``step`` that was made with them."""
    found, before = [], asdict(run.settings)
    for change in run.changes:
        after = asdict(change.settings)
        found.append({"step": change.step + 1} | {name: after[name] for name in after if after[name] != before[name]})
        before = after
    return found


# --- CSV ------------------------------------------------------------------------------------------------------


def to_csv(runs: tuple[Run, ...]) -> str:
    """One table of all runs, below lines that say what they were.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.curves import Curves
    >>> from convviz.spec.training.settings import TrainingSettings
    >>> from convviz.spec.training.source import DataSource
    >>> steps = np.array([[1, 0.5, 2.3, 0.1, 0.002]], np.float32)
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), curves=Curves(steps))
    >>> print(to_csv((run,)))
    # run 1: {"run": 1, "network": "lecture", ...}
    run,step,epoch,loss,accuracy,rate,train_loss,train_accuracy,test_loss,test_accuracy
    1,1,0.5,2.3,0.1,0.002,,,,
    """
    lines = [f"# run {run.number}: {json.dumps(facts(run), ensure_ascii=False)}" for run in runs]
    lines.append(",".join(COLUMNS))
    for run in runs:
        lines += _rows(run)
    return "\n".join(lines) + "\n"


def _rows(run: Run) -> list[str]:
    steps, epochs = _texts(run.curves.steps), _texts(run.curves.epochs)
    ends = {int(row[0]): ",".join(text[2:]) for row, text in zip(run.curves.epochs, epochs, strict=True)}
    nothing = "," * (len(EPOCH) - 3)
    rows = [
        f"{run.number},{int(row[0])},{','.join(text[1:])},{ends.pop(int(row[0]), nothing)}"
        for row, text in zip(run.curves.steps, steps, strict=True)
    ]
    blank = "," * (len(STEP) - 3)
    known = {int(row[0]): text[1] for row, text in zip(run.curves.epochs, epochs, strict=True)}
    rows += [f"{run.number},{step},{known[step]},{blank},{text}" for step, text in ends.items()]
    return rows


def _texts(table: Floats) -> list[list[str]]:
    """(n, k) numbers as texts, the shortest that are read as the same float32."""
    texts: list[list[str]] = table.astype(str).tolist()
    return [[text.removesuffix(".0") for text in row] for row in texts]


# --- JSON -----------------------------------------------------------------------------------------------------


def to_text(runs: tuple[Run, ...]) -> str:
    """JSON; what is not finite is null there, as JSON knows no NaN."""
    return json.dumps({"convviz_runs": FORMAT, "runs": [_object(run) for run in runs]}, ensure_ascii=False) + "\n"


def _object(run: Run) -> dict[str, Any]:
    curves = run.curves
    return {
        **facts(run),
        "network": to_json(run.network),
        "steps": _columns(curves.steps, STEP),
        "epochs": _columns(curves.epochs, EPOCH),
        "layers": {name: _columns(rows, LAYER) for name, rows in curves.layers.items()},
    }


def _columns(table: Floats, names: tuple[str, ...]) -> dict[str, list[int | float | None]]:
    """By name, the numbers of each column."""
    exact = table.astype(str).astype(np.float64)
    return {name: [_number(value) for value in exact[:, i].tolist()] for i, name in enumerate(names)}


def _number(value: float) -> int | float | None:
    if not isfinite(value):
        return None
    return int(value) if abs(value) < WHOLE and value == int(value) else value
