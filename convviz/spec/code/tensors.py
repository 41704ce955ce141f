"""The file beside a program: the state dict of its ``Net``, and the input that is on screen."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry import describe
from ..network import BatchNorm2d, NetworkSpec, times
from ..weights import COUNTER, Floats, Weights, check, write_atomically
from .names import attribute_names

MADE_BY = {"convviz.code": "1"}  # in the file's metadata: it may be replaced together with its program


def tensors_of(
    network: NetworkSpec, weights: Weights, picture: Floats, layer: str | None = None
) -> dict[str, NDArray[Any]]:
    """What the program of :func:`.to_code` loads: the state dict of its ``Net``, and "input" (1, C, H, W) or (1, F).

    ``picture`` is what the network receives, or the ``layer`` alone. Batch norms have torch's count of batches, 0.

    Raises:
        InputError: the weights or the picture are not this network's, or there is no such layer.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> found = tensors_of(lecture(), initial(lecture()), np.zeros((32, 8, 8), np.float32), "conv2")
    >>> {name: array.shape for name, array in found.items()}
    {'conv2.weight': (64, 32, 5, 5), 'conv2.bias': (64,), 'input': (1, 32, 8, 8)}
    """
    check(network, weights)
    received = _received(network, layer)
    if picture.shape != received:
        whose = layer or network.name
        raise InputError(f"this input is {times(picture.shape)}, but {whose} needs {times(received)}")
    found: dict[str, NDArray[Any]] = {}
    for layer_id, name in attribute_names(network).items():
        if layer in (None, layer_id):
            kept = (key for key in weights if key.rsplit(".", 1)[0] == layer_id)
            found |= {f"{name}.{key.rsplit('.', 1)[1]}": weights[key] for key in kept}
            if isinstance(network[layer_id], BatchNorm2d):
                found[f"{name}.{COUNTER}"] = np.zeros((), np.int64)
    return found | {"input": np.asarray(picture, np.float32)[np.newaxis]}


def _received(network: NetworkSpec, layer: str | None) -> tuple[int, ...]:
    if layer is None:
        return network.input_shape
    found = next((row.input_shape for row in describe(network) if row.layer.id == layer), None)
    if found is None:
        raise InputError(f"there is no layer {layer!r} in {network.name!r}; take one of its layers")
    return found


def to_bytes(tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of the file; the same tensors give the same bytes."""
    from safetensors.numpy import save

    return bytes(save({name: np.array(array, order="C") for name, array in tensors.items()}, MADE_BY))


def digest(data: bytes) -> str:
    """Eight hexadecimal digits that tell one content from another."""
    return sha256(data).hexdigest()[:8]


def write_tensors(path: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """Writes the file; all of it or nothing.

    Raises:
        InputError: it cannot be written.
    """
    write_atomically(path, to_bytes(tensors))


def is_ours(path: Path) -> bool:
    """Whether a file is one that :func:`write_tensors` wrote."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return MADE_BY.items() <= (file.metadata() or {}).items()
    except (OSError, SafetensorError, ValueError, TypeError):
        return False
