"""What adapting weights has to remember, as plain data and back."""

from __future__ import annotations

from math import prod
from typing import Any

from ..adapt import Kept
from .arrays import Collected
from .errors import damaged
from .values import Arrays, Table, array_in, get, whole_numbers


def kept_table(arrays: Collected, name: str, kept: Kept, place: str = "") -> dict[str, Any]:
    """Plain data of what is kept of the array ``name``; ``place`` begins the keys of its arrays."""
    return {
        "source": arrays.add(f"{place}kept/{name}", kept.source),
        "result": arrays.add(f"{place}result/{name}", kept.result),
        "layout": list(kept.layout),
        "groups": kept.groups,
        "new": kept.new,
        "needs_training": kept.needs_training,
    }


def kept_from(table: Table, arrays: Arrays, name: str, shape: tuple[int, ...]) -> Kept:
    """What is kept of the array ``name``, which has ``shape`` now, such that adapting can start from it.

    Raises:
        InputError: it cannot, see :mod:`convviz.spec.adapt`.
    """
    kept = Kept(
        array_in(arrays, table.get("source")),
        whole_numbers(table.get("layout")),
        get(table, "groups", int),
        array_in(arrays, table.get("result")),
        get(table, "new", bool),
        get(table, "needs_training", bool),
    )
    source = kept.source.shape
    fits = kept.result.shape == shape and len(source) == len(shape) and min(source) > 0
    if fits and len(shape) == 4:
        fits = 0 < kept.groups <= source[0] and source[0] % kept.groups == 0
    elif fits and len(shape) == 2:
        fits = len(kept.layout) in (1, 3) and prod(kept.layout) == source[1]
    if not fits:
        raise damaged(f"what is kept of {name} does not fit it")
    return kept
