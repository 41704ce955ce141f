"""Values of a type out of the plain data of a file; whatever is of another one is damage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from ..weights import Floats
from .errors import damaged

T = TypeVar("T")
_DEVICE = re.compile(r"[a-z]{2,16}(:\d{1,3})?", re.ASCII)
Table = Mapping[str, Any]
Arrays = Mapping[str, Floats]


def get(table: Table, key: str, kind: type[T]) -> T:
    """The value of a key, of exactly this type."""
    value = table.get(key)
    if type(value) is not kind:  # JSON's true is no number
        raise damaged(f"its {key[:80]!r} is {shown(value)}")
    return value


def table_in(value: object) -> Table:
    """A value that should be a JSON object."""
    if not isinstance(value, dict):
        raise damaged(f"{shown(value)} stands where an object should be")
    return value


def whole_numbers(value: object) -> tuple[int, ...]:
    """A value that should be a list of sizes or counts."""
    if not isinstance(value, list) or not all(type(n) is int and 0 < n < 2**31 for n in value):
        raise damaged("something in it that counts or measures is no whole number above 0")
    return tuple(value)


def array_in(arrays: Arrays, key: object) -> Floats:
    """The array that a key names."""
    if not isinstance(key, str) or key not in arrays:
        raise damaged(f"it has no array called {shown(key)}")
    return arrays[key]


def device_in(table: Table) -> str:
    """The device that was asked for; the CPU where the name is none."""
    name = get(table, "device", str)
    return name if _DEVICE.fullmatch(name) else "cpu"


def shown(value: object) -> str:
    """A wrong value for the error's text; a list may be endless."""
    return f"a {type(value).__name__}" if isinstance(value, list | dict) else repr(value)[:60]
