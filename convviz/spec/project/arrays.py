"""The arrays of an experiment: each one once, by what it is called first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..weights import Floats
from .errors import damaged

MAX_HEADER_BYTES = 4 * 2**20  # of safetensors; a network of 1,000 layers needs less
_FLOAT32 = np.dtype("<f4")


class Collected:
    """Arrays by key. One that comes again, the same object, keeps the key that it has.

    >>> arrays, ones = Collected(), np.ones(3, np.float32)
    >>> arrays.add("weights/fc.bias", ones), arrays.add("origin/fc.bias", ones), len(arrays.named)
    ('weights/fc.bias', 'weights/fc.bias', 1)
    """

    def __init__(self) -> None:
        self.named: dict[str, Floats] = {}
        self._keys: dict[int, str] = {}  # by identity; what is named stays alive, so no id is given twice

    def add(self, wanted: str, array: Floats) -> str:
        """The array's key: ``wanted`` where it is new."""
        key = self._keys.setdefault(id(array), wanted)
        if key == wanted:
            self.named[key] = array
        return key


def bytes_of(arrays: Mapping[str, Floats]) -> bytes:
    """The arrays as safetensors."""
    from safetensors.numpy import save

    data: bytes = save({key: np.array(array, np.float32, order="C") for key, array in arrays.items()})
    return data


def arrays_from(data: bytes) -> dict[str, Floats]:
    """Read-only arrays from safetensors; they share no memory with ``data``.

    Raises:
        InputError: not safetensors, damaged, or not float32.
    """
    from safetensors import SafetensorError

    if int.from_bytes(data[:8], "little") > MAX_HEADER_BYTES:
        raise damaged("the list of its arrays is too long")
    arrays: dict[str, Floats] = {}
    try:
        entries = _deserialized(data)
        while entries:  # each is let go once it is copied
            key, entry = entries.pop()
            if entry["dtype"] != "F32":
                raise damaged(f"{key[:80]!r} holds {entry['dtype']}, not float32")
            values = np.frombuffer(entry["data"], _FLOAT32).reshape(entry["shape"])
            arrays[key] = np.array(values, np.float32)  # its own memory, as Weights share it
            arrays[key].setflags(write=False)
    except (SafetensorError, OverflowError, TypeError, UnicodeError) as error:
        raise damaged(f"its arrays: {error}") from None
    return arrays


def _deserialized(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    from safetensors import deserialize

    found: list[tuple[str, dict[str, Any]]] = deserialize(data)  # type: ignore[no-untyped-call]
    return found
