"""Numbers in cells: short, with as many digits as the cell has room for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isfinite

from ...look.numbers import exact, headless, short_power, typeset
from ..text_size import metrics


def fitted(value: float, room: float, width: Callable[[str], float]) -> str:
    """The most exact of a few short texts that is no wider than ``room``; "" if none is.

    >>> [fitted(0.2468, room, len) for room in (5, 4, 3, 2)], fitted(-3.0, 2, len), fitted(1234.5, 4, len)
    (['0.247', '0.25', '.25', '.2'], '−3', '1234')
    """
    if value == 0 or not isfinite(value):
        texts = [exact(abs(value) if value == 0 else value)]
    else:
        texts = [_plain(value, digits) for digits in (3, 2)]
        texts += [headless(_plain(value, digits)) for digits in (3, 2, 1)]
        if abs(value) >= 10:
            texts.insert(1, f"{value:.0f}")
        texts.append(_exponent(value))
        if abs(value) < 0.1:
            texts.append("≈0")
    return next((text for text in map(typeset, texts) if width(text) <= room), "")


def _plain(value: float, digits: int) -> str:
    if 0.001 <= abs(value) < 99_999.5:
        places = max(digits - 1 - _power(value), 0)
        text = f"{value:.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return _exponent(value)


def _power(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])


def _exponent(value: float) -> str:
    return short_power(f"{value:.0e}")


@lru_cache(maxsize=20_000)
def in_cell(value: float, room: float, size_px: int) -> str:
    """:func:`fitted` in the application's font."""
    return fitted(value, room, metrics(size_px).horizontalAdvance)
