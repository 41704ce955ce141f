"""Indices as a script writes them, with numbers of any library, made plain; what is no whole number is refused."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index as as_whole

from .errors import InputError


def whole(value: object, what: str) -> int:
    """``value`` as a plain int; ``what`` it is the number of is for the sentence.

    Raises:
        InputError: it is not a whole number; 3.0 is none, since 2.999 would be rounded unseen.
    """
    try:
        return int(as_whole(value))  # type: ignore[arg-type]  # what cannot be one is refused
    except TypeError:
        raise InputError(f"{what} must be a whole number, not {value!r}") from None


def indices(values: Iterable[object], what: str = "an index") -> tuple[int, ...]:
    """``values`` as plain ints.

    Raises:
        InputError: they are not whole numbers, or are only one.

    >>> import numpy as np
    >>> indices(np.array([21, 1, 3], np.uint8))
    (21, 1, 3)
    """
    try:
        found = tuple(values)
    except TypeError:
        raise InputError(f"{what} must be a tuple of whole numbers, not {values!r}") from None
    return tuple(whole(value, f"each number of {what}") for value in found)
