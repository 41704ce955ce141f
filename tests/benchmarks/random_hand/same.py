"""Whether two experiments are the same, down to the values of their arrays, and where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from convviz.spec.state import State
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run

OPEN = ("loading", "running", "paused")
FILED_NOT = {"edits", "tally"}  # of a checkpoint: counted from where a training begins; finite in a file
VIEW = {"probe"}  # of a State: what is asked beside the maps is in no file


def different(one: Any, other: Any, where: str = "") -> str:
    """Where two values differ, down to the arrays in them, "" where nowhere.

    >>> different({"a": (1, np.zeros(2))}, {"a": (1, np.ones(2))}, "x")
    'x.a.1'
    """
    if one is other:
        return ""
    if isinstance(one, np.ndarray):
        same = isinstance(other, np.ndarray) and one.dtype == other.dtype and one.shape == other.shape
        return "" if same and one.tobytes() == other.tobytes() else where
    if type(one) is not type(other) and not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return where
    if is_dataclass(one):
        names = [f.name for f in fields(one) if not (isinstance(one, Checkpoint) and f.name in FILED_NOT)]
        pairs = [(name, getattr(one, name), getattr(other, name)) for name in names]
    elif isinstance(one, Mapping):
        if one.keys() != other.keys():
            return where
        pairs = [(name, one[name], other[name]) for name in one]
    elif isinstance(one, tuple):
        if len(one) != len(other):
            return where
        pairs = [(str(n), *pair) for n, pair in enumerate(zip(one, other, strict=True))]
    else:
        return "" if one == other or one != one else where
    return next(filter(None, (different(a, b, f"{where}.{name}") for name, a, b in pairs)), "")


def different_in_file(kept: State, read: State) -> str:
    """Where what was read differs from what was saved; a run that was going on waits, of its moments some are kept."""
    goes_on = kept.runs.chosen is not None and kept.runs.chosen.status == "running"
    names = [f.name for f in fields(State) if f.name not in {"runs", *VIEW}]
    for name in names:
        if not (goes_on and name in ("weights", "origin", "kept")):  # they are those of the last moment then
            where = different(getattr(kept, name), getattr(read, name), name)
            if where:
                return where
    if [run.number for run in kept.runs.runs] != [run.number for run in read.runs.runs]:
        return "list of runs"
    return next(filter(None, map(_different_run, kept.runs.runs, read.runs.runs)), "")


def _different_run(kept: Run, read: Run) -> str:
    for name in ("network", "settings", "source", "curves", "device", "parent", "note", "shown", "changes", "edited"):
        where = different(getattr(kept, name), getattr(read, name), name)
        if where:
            return f"{where} of {kept.status} {kept.name}"
    if read.status != kept.status and not (kept.status in OPEN and read.status in ("paused", "stopped")):
        return f"status of {kept.name}: {kept.status} became {read.status}"
    there = {checkpoint.step: checkpoint for checkpoint in kept.checkpoints}
    return next(filter(None, (different(there.get(c.step), c, "checkpoint") for c in read.checkpoints)), "")
