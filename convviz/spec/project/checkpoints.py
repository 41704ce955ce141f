"""Moments of trainings as plain data and back. What no training could go on from is not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..network import NetworkSpec
from ..training.checkpoint import Checkpoint
from ..training.curves import MOST_STEPS
from ..weights import Floats, Weights, check, shapes
from .arrays import Collected
from .errors import damaged
from .plan import settings_from
from .values import Arrays, Table, array_in, get, table_in

_STATE = 2**16  # characters
_LARGEST = 2**31
_SOUND: WeakKeyDictionary[Checkpoint, bool] = WeakKeyDictionary()


def sound(checkpoint: Checkpoint) -> bool:
    """Whether all of it is numbers: a rate that is far too high makes infinite what the optimizer remembers.

    And whether its step can be counted on. Looked at once: a moment never changes, and is asked about at every save.
    """
    known = _SOUND.get(checkpoint)
    if known is None:
        parts = (checkpoint.weights, checkpoint.mean, checkpoint.moments)
        numbers = all(np.isfinite(array).all() for part in parts for array in part.values())
        known = _SOUND[checkpoint] = checkpoint.step <= MOST_STEPS and numbers
    return known


def checkpoint_table(arrays: Collected, last: Checkpoint, network: NetworkSpec, place: str) -> dict[str, Any]:
    """Plain data of a moment; its arrays are called by ``place``."""

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


def checkpoint_from(table: Table, arrays: Arrays, network: NetworkSpec) -> Checkpoint:
    """The moment that ``table`` describes.

    Raises:
        InputError: something is missing, of another type, or no training could go on from it.
    """
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
