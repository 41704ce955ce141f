"""Numbers of a row: written alike, and placed where they lie on nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from math import floor, isfinite, log10
from typing import NamedTuple

from ....spec.arithmetic.written import written
from ...look.numbers import headless
from ..text_size import metrics

Width = Callable[[str], float]
Texts = tuple[str, ...]
READ = 3  # digits of the largest value
MOSTLY = 0.6  # of a row's numbers have room, or none is written
APART_PX = 3.0  # from a number to the next
PLAIN = 1e-3, 99_999.5  # largest values that are written without an exponent
NEARLY = "≈0"


class Way(NamedTuple):
    """A way to write all values, with so many ``digits`` of the largest."""

    texts: Texts
    digits: int


def formats(values: Sequence[float], least: int = 2) -> list[Way]:
    """All values in a few ways, from the most exact to the shortest; in each, all have the same decimals.

    The largest value has at ``least`` so many digits. Decimals that are zeros are left out. A small value keeps a
    digit, but in the last way it is only near zero.

    >>> [way.texts for way in formats((-7.5, 28.0, 0.02))]
    [('−7.5', '28', '0.02'), ('−7.5', '28', '.02'), ('−8', '28', '≈0')]
    """
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    found: dict[Texts, int] = {}
    if not largest or not PLAIN[0] <= largest < PLAIN[1]:
        for digits in range(least, 5):
            found.setdefault(tuple(_digits(value, digits) for value in values), digits)
    else:
        first = READ - 1 - floor(log10(largest))
        for k in range(max(first - READ + least, 0), max(first + 1, 0) + 1):
            texts = tuple(_decimals(value, k, nearly=not found) for value in values)
            for way in (tuple(map(headless, texts)), texts):
                found.setdefault(way, k - first + READ)
    return [Way(texts, digits) for texts, digits in reversed(found.items())]


def _decimals(value: float, count: int, *, nearly: bool) -> str:
    if not isfinite(value) or value == 0:
        return written(value)
    text = f"{value:.{count}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text not in ("0", "-0"):
        return text.replace("-", "−")
    return NEARLY if nearly or abs(value) < PLAIN[0] else _digits(value, 1)


def _digits(value: float, count: int) -> str:
    return written(float(f"{value:.{count}g}")) if isfinite(value) else written(value)


def fitting(values: Sequence[float], room: float, width: Width) -> Texts:
    """The most exact way in which all have room, if need be with a digit each; else without those that have none.

    >>> fitting((-0.25, 0.5), 4, len), fitting((-0.25, 0.5), 3, len), fitting((10, 1000), 3, len)
    (('−.25', '.5'), ('−.2', '.5'), ('10', ''))
    """
    ways = formats(values, 1)
    for texts, _ in ways:
        if all(width(text) <= room for text in texts):
            return texts
    return tuple(text if width(text) <= room else "" for text in ways[-1].texts)


def sized(values: Sequence[float], room: float, sizes: Sequence[int]) -> tuple[Texts, int]:
    """:func:`fitting` in the first of the sizes in which two digits have room; else in the last."""
    for size_px in sizes:
        width = metrics(size_px).horizontalAdvance
        for texts, _ in formats(values):
            if all(width(text) <= room for text in texts):
                return texts, size_px
    return fitting(values, room, metrics(sizes[-1]).horizontalAdvance), sizes[-1]


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the bars of a row stand: the first at ``x``, one every ``pitch`` pixels, from ``zero`` to ``ends``.

    Numbers are ``line`` high, ``clear`` beyond the ends of their bars, and between ``top`` and ``bottom``. A bar
    reaches ``half`` to either side, and if it is a stem, its dot ``dot`` around its end.
    """

    x: float
    pitch: float
    zero: float
    ends: tuple[float, ...]
    top: float
    bottom: float
    line: float
    clear: float
    half: float
    dot: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """A number, around ``x``, with its upper rim."""

    text: str
    x: float
    top: float
    wide: float


@lru_cache(maxsize=64)
def placed(values: tuple[float, ...], spots: Spots, size_px: int) -> tuple[Label | None, ...]:
    """A number for every value, in the application's font; None where it would lie on something.

    Where neighbours are too wide, they are moved away from their bars by a line or two.
    """
    width = metrics(size_px).horizontalAdvance
    found: list[Label | None] = []
    for digits, ways in groupby(formats(values), lambda way: way.digits):
        alike = [way.texts for way in ways]
        for lines, texts in product((1,) if digits > READ else (1, 2, 3), alike):
            found = _placed(values, texts, spots, width, lines)
            if None not in found:
                return tuple(found)
    there = sum(label is not None for label in found)
    return tuple(found) if there >= MOSTLY * len(values) else (None,) * len(values)


def _placed(values: tuple[float, ...], texts: Texts, spots: Spots, width: Width, lines: int) -> list[Label | None]:
    found: list[Label | None] = []
    for n, (value, text, end) in enumerate(zip(values, texts, spots.ends, strict=True)):
        down = value < 0
        top = end + spots.clear if down else end - spots.clear - spots.line
        step = spots.line if down else -spots.line
        wide = width(text)
        tried = (Label(text, spots.x + n * spots.pitch, top + k * step, wide) for k in range(lines))
        found.append(next((label for label in tried if _is_free(label, n, found, spots)), None))
    return found


def _is_free(label: Label, n: int, before: list[Label | None], spots: Spots) -> bool:
    """Inside the row, apart from the numbers before it, and on no other bar."""
    if label.top < spots.top or label.top + spots.line > spots.bottom:
        return False
    near = int((label.wide + 60) / 2 / spots.pitch) + 1
    for other in before[max(n - near, 0) :]:
        if other is None or abs(other.top - label.top) >= spots.line - 1:
            continue
        if label.x - other.x < (label.wide + other.wide) / 2 + APART_PX:
            return False
    around = range(max(n - near, 0), min(n + near + 1, len(spots.ends)))
    return not any(_lies_on(label, spots, other) for other in around if other != n)


def _lies_on(label: Label, spots: Spots, n: int) -> bool:
    away, end = abs(spots.x + n * spots.pitch - label.x) - label.wide / 2, spots.ends[n]
    low, high = min(end, spots.zero), max(end, spots.zero)
    bottom = label.top + spots.line - 1
    if away < spots.half and label.top + 1 < high and bottom > low:
        return True
    return away < spots.dot and label.top + 1 < end + spots.dot and bottom > end - spots.dot
