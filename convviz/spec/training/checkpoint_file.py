"""A checkpoint in a file of its own, from which ``convviz train --resume`` goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..channels import Channel
from ..errors import InputError
from ..network import NetworkSpec
from ..network_json import from_json, to_json
from ..weights import MAX_FILE_BYTES, Floats, Weights, check, write_atomically
from .checkpoint import Checkpoint
from .freezing import frozen_of, frozen_text
from .settings import TrainingSettings

_KEY = "convviz.checkpoint"
_COUNTS = ("step", "epoch", "seen", "images", "edits")


class Kept(NamedTuple):
    """What such a file holds. ``data`` are the sources that it learns from, ``frozen`` the kernels it leaves alone."""

    network: NetworkSpec
    checkpoint: Checkpoint
    data: tuple[str, ...]
    frozen: frozenset[Channel] = frozenset()


def save(
    path: Path,
    network: NetworkSpec,
    checkpoint: Checkpoint,
    data: tuple[str, ...],
    frozen: frozenset[Channel] = frozenset(),
) -> None:
    """Writes safetensors, all of the file or nothing, see :class:`Kept`.

    Raises:
        InputError: the file cannot be written.
    """
    from safetensors.numpy import save as to_bytes

    parts: dict[str, Mapping[str, Floats]] = {"weights": checkpoint.weights, "moments": checkpoint.moments}
    if checkpoint.mean is not checkpoint.weights:
        parts["mean"] = checkpoint.mean
    arrays = {f"{part}/{name}": np.array(array) for part, found in parts.items() for name, array in found.items()}
    about = {
        **{name: getattr(checkpoint, name) for name in _COUNTS},
        "order": checkpoint.order.hex(),
        "random": checkpoint.random.hex(),
        "tally": list(checkpoint.tally),
        "settings": {field.name: getattr(checkpoint.settings, field.name) for field in fields(TrainingSettings)},
        "data": list(data),
        "frozen": frozen_text(frozen, network),
    }
    metadata = {_KEY: json.dumps(about), "convviz.network": json.dumps(to_json(network))}
    write_atomically(path, to_bytes(arrays, metadata))


def load(path: Path) -> Kept:
    """The network, where its training goes on, the sources it learnt from, and what it left alone.

    Raises:
        InputError: not readable, not such a file, damaged, or its parts do not fit together.
    """
    metadata, arrays = _read(path)
    if _KEY not in metadata or "convviz.network" not in metadata:
        raise InputError(f"{path.name} is no checkpoint; give a file that convviz train --checkpoint has written")
    try:
        network = from_json(json.loads(metadata["convviz.network"]))
        about = json.loads(metadata[_KEY])
        frozen = frozen_of(str(about.get("frozen", "")), network)  # which earlier files do not have
        return Kept(network, _checkpoint(network, about, arrays), tuple(str(text) for text in about["data"]), frozen)
    except InputError as error:
        raise InputError(f"{path.name} is damaged: {error}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path.name} is damaged ({error}); take an older checkpoint") from None


def _checkpoint(network: NetworkSpec, about: dict[str, Any], arrays: Mapping[str, Floats]) -> Checkpoint:
    parts: dict[str, dict[str, Floats]] = {"weights": {}, "mean": {}, "moments": {}}
    for name, array in arrays.items():
        part, _, rest = name.partition("/")
        array.setflags(write=False)
        parts[part][rest] = array
    weights = Weights(parts["weights"])
    mean = Weights(parts["mean"]) if parts["mean"] else weights
    for found in (weights, mean):
        check(network, found)
    counts = {name: about[name] for name in _COUNTS}
    if any(type(count) is not int or not 0 <= count < 2**53 for count in counts.values()):
        raise ValueError("a count is not one")
    loss, right = (float(value) for value in about["tally"])
    return Checkpoint(
        weights=weights,
        mean=mean,
        moments=parts["moments"],
        order=bytes.fromhex(about["order"]),
        random=bytes.fromhex(about["random"]),
        settings=TrainingSettings(**about["settings"]),
        tally=(loss, right),
        **counts,
    )


def _read(path: Path) -> tuple[Mapping[str, str], dict[str, Floats]]:
    from safetensors import SafetensorError, safe_open

    try:
        if not path.is_file():
            raise InputError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a checkpoint")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path.name} is larger than 4 GB; that is no checkpoint of convviz")
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if _KEY not in metadata:
                return metadata, {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    except (SafetensorError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} is not a checkpoint, or it is damaged ({error})") from None
    if any(array.dtype != np.float32 for array in arrays.values()):
        raise InputError(f"{path.name} is damaged: a checkpoint holds float32 only")
    return metadata, arrays
