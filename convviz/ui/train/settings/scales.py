"""How the numbers of a training are dragged and typed: as whole units, which the boxes of the application show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor, isfinite, log10
from typing import Any

from ....spec.errors import InputError
from ....spec.limits import Range, whole_number
from ....spec.training.settings import TrainingSettings

BILLION = 10**9
AROUND = 30  # seeds offered to the mouse on both sides
RATIO = 1.1  # of one key press


class Ratios(Range):
    """A range in which ratios count: keys go on by a tenth, and what is dragged is rounded to two digits."""

    def nearest(self, wanted: int) -> int:
        return min(max(two_digits(wanted), self.low), self.high)

    def stepped(self, value: int, steps: int) -> int:
        return two_digits(max(round(value * RATIO**steps), 1))


def two_digits(value: int) -> int:
    """
    >>> two_digits(123456), two_digits(7)
    (120000, 7)
    """
    scale: int = 10 ** max(floor(log10(max(value, 1))) - 1, 0)
    return round(value / scale) * scale


@dataclass(frozen=True, slots=True)
class Scale:
    """``per`` units are 1. ``low`` to ``high`` (in units) can be dragged, or only the ``offered`` ones.

    Typed is everything that the settings allow.

    >>> rate = SCALES["rate"]
    >>> rate.units(0.002), rate.value(2_000_000), rate.text(2_000_000), rate.parse("1e6")
    (2000000, 0.002, '0.002', 1000000000000000)
    """

    name: str
    per: int
    low: int
    high: int
    offered: tuple[int, ...] = ()
    ratios: bool = False

    def units(self, value: float) -> int:
        return value if isinstance(value, int) and self.per == 1 else round(value * self.per)

    def value(self, units: int) -> Any:
        return units if self.per == 1 else units / self.per

    def text(self, units: int) -> str:
        if self.name == "target":
            return f"{units / self.per * 100:g} %" if units else "never"
        return f"{units:,}" if self.per == 1 and self.name != "seed" else f"{self.value(units):.6g}"

    def parse(self, text: str) -> int:
        """What somebody typed, in units.

        Raises:
            InputError: it is not a number.
        """
        if self.per == 1:
            return whole_number(text.replace(",", "") if text.count(",") and len(text.split(",")[-1]) == 3 else text)
        if self.name == "target":
            return 0 if text.strip() in ("never", "") else round(number(text.replace("%", "")) / 100 * self.per)
        return round(number(text) * self.per)

    def range(self, settings: TrainingSettings) -> Range:
        """What can be dragged to from here; typed numbers are asked about one by one."""
        why = self.why(settings)
        if self.name == "seed":
            return Range(max(settings.seed - AROUND, 0), settings.seed + AROUND, why)
        return (Ratios if self.ratios else Range)(self.low, self.high, why, self.offered)

    def why(self, settings: TrainingSettings) -> Callable[[int], str]:
        """The sentence against a value."""

        def why(units: int) -> str:
            changes: dict[str, Any] = {self.name: self.value(units)}
            try:
                replace(settings, **changes)
            except InputError as error:
                return str(error)
            return ""

        return why


def _shares(name: str, *values: float) -> Scale:
    units = tuple(round(value * BILLION) for value in values)
    return Scale(name, BILLION, units[0], units[-1], units)


TENTHS = tuple(n / 10 for n in range(10))
SCALES = {
    scale.name: scale
    for scale in (
        Scale("rate", BILLION, 1000, 10 * BILLION, ratios=True),
        Scale("batch", 1, 1, 65_536, tuple(2**n for n in range(17))),
        Scale("epochs", 1, 1, 1000),
        Scale("seed", 1, 0, 2**62),
        _shares("momentum", 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
        _shares("weight_decay", 0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1),
        _shares("average", 0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999),
        _shares("smoothing", *(n / 20 for n in range(11))),
        _shares("dropout", *TENTHS),
        _shares("augmentation", *(n / 10 for n in range(21))),
        _shares("target", 0, 0.8, 0.9, *(n / 100 for n in range(91, 100)), 0.995, 0.999, 1),
    )
}


def number(text: str) -> float:
    """What somebody typed as a number.

    Raises:
        InputError: it is not one, or is not finite.

    >>> number(" 2e-3"), number("1e6")
    (0.002, 1000000.0)
    """
    typed = text.strip().replace("−", "-")
    if not typed:
        raise InputError("nothing was typed; type a number such as 0.001")
    quoted = repr(typed if len(typed) <= 20 else typed[:20] + "…")
    try:
        value = float(typed) if typed.isascii() and "_" not in typed else None
    except ValueError:
        value = None
    if value is None:
        point = "; the decimal sign is a point" if "," in typed else "; type one such as 0.001"
        raise InputError(f"{quoted} is not a number{point}")
    if not isfinite(value) or abs(value) > 1e12:
        raise InputError(f"{quoted} is too large; type a number such as 0.001")
    return value
