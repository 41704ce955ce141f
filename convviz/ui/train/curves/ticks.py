"""Where an axis has its numbers, and how they are written: never fewer than two, never in powers of e."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WIDE, NARROW = 1e6, 1e-4  # from the one on, and below the other, numbers are powers of ten
STEPS = (5, 2, 1)


def ticks(low: float, high: float, most: int) -> tuple[float, list[float]]:
    """Their distance, and round numbers from ``low`` to ``high``: ``most`` of them or so, two at least.

    >>> ticks(0.0, 2.4, 5), ticks(-3e4, 5.1e5, 3)
    ((0.5, [0.0, 0.5, 1.0, 1.5, 2.0]), (200000.0, [0.0, 200000.0, 400000.0]))
    """
    wide = high - low
    if not (isfinite(wide) and wide > 0):
        return 1.0, [low]
    power = floor(log10(wide)) + 1
    best = (1.0, [low])
    for exponent in range(power, power - 5, -1):
        for first in STEPS:
            distance = float(f"{first}e{exponent}")
            begin, end = ceil(low / distance - 1e-9), floor(high / distance + 1e-9)
            found = distance, [float(f"{i * distance:.12g}") for i in range(begin, end + 1)]
            if len(found[1]) > most and len(best[1]) >= 2:
                return best
            best = found
            if len(found[1]) > most:
                return best
    return best


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Logarithms of round numbers, of which ``low`` and ``high`` are logarithms: powers of ten, where those are enough.

    >>> for reach in ((-1.3, 2.2), (-1.2, 0.4)):
    ...     print(*(f"{10**value:g}" for value in log_ticks(*reach, 5)))
    0.1 1 10 100
    0.1 0.2 0.5 1 2
    """
    first, last = ceil(low - 1e-9), floor(high + 1e-9)
    if last - first >= 2 or high - low > 12:
        apart = max(ceil((last - first + 1) / max(most, 2)), 1)
        return [float(power) for power in range(first, last + 1) if power % apart == 0]
    for digits in ((1, 2, 5), range(1, 10)):
        marks = [p + log10(d) for p in range(floor(low), ceil(high) + 1) for d in digits]
        marks = [mark for mark in marks if low - 1e-9 <= mark <= high + 1e-9]
        if len(marks) >= 2:
            return marks
    return [log10(value) for value in ticks(10**low, 10**high, most)[1] if value > 0]


def written(value: float, distance: float) -> str:
    """A number of an axis on which they are so far from one another.

    >>> [written(value, 0.25) for value in (0, 0.5, -1)], written(2.5e5, 5e4), written(3e7, 1e7), written(2e-6, 1e-6)
    (['0.00', '0.50', '-1.00'], '250,000', '3·10⁷', '2·10⁻⁶')
    """
    if abs(value) >= WIDE or distance < NARROW / 10:
        return _power(value, distance)
    return f"{value + 0.0:,.{max(_digits(distance), 0)}f}"


def written_share(value: float, distance: float) -> str:
    """
    >>> written_share(0.5, 0.25), written_share(0.995, 0.005)
    ('50 %', '99.5 %')
    """
    return f"{value * 100 + 0.0:.{max(_digits(distance * 100), 0)}f} %"


def written_round(value: float) -> str:
    """A round number for itself.

    >>> [written_round(value) for value in (10_000.0, 0.05, 1.0, 1e6, 2e-7)]
    ['10,000', '0.05', '1', '10⁶', '2·10⁻⁷']
    """
    if not NARROW * 0.999 <= value < WIDE * 0.999:
        return _power(value, value)
    return f"{value:,.6g}" if value < 1000 else f"{value:,.0f}"


def _digits(distance: float) -> int:
    """Behind the point, of numbers so far from one another."""
    return next((digits for digits in range(8) if abs(round(distance, digits) - distance) < 1e-9), 8)


def _power(value: float, distance: float) -> str:
    if value == 0:
        return "0"
    digits = min(max(floor(log10(abs(value)) + 1e-9) - floor(log10(distance) + 1e-9), 0), 6)
    first, _, power = f"{value:.{digits}e}".partition("e")
    ten = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
    return ten if first == "1" else f"{first}·{ten}"
