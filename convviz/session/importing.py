"""Weights from elsewhere: a job for the compute thread, where torch may be used to read them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..spec.weights import Floats


@dataclass(frozen=True, slots=True, eq=False)
class ArraysRead:
    """What is in a file of weights, by the names it has there."""

    path: Path
    arrays: Mapping[str, Floats]


def importing(path: Path) -> Generator[None, None, ArraysRead]:
    """Reads a safetensors file or a state dict of torch; returns ArraysRead.

    Raises:
        InputError: it is neither, is damaged, or would run code.
    """
    yield
    if path.suffix.lower() == ".safetensors":
        from ..spec.weights import load_arrays

        return ArraysRead(path, load_arrays(path))
    from ..core.state_dict import load

    return ArraysRead(path, load(path))
