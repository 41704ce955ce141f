"""What the digits' shapes are made of: lines of anchor points, round ones, and random choices.

An anchor is ``(x, y)``, or ``(x, y, SHARP)`` where the pen turns a corner. Between corners the line is a smooth curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

SHARP = True
Anchor = tuple[float, float] | tuple[float, float, bool]
Line = list[Anchor]  # one movement of the pen


@dataclass(frozen=True, slots=True)
class Dice:
    """Random choices; ``spread`` above 1 widens every range around its middle.

    >>> dice = Dice(np.random.default_rng(0))
    >>> 2.0 <= dice.between(2.0, 3.0) <= 3.0, dice.chance(1.0), dice.pick(0.0, 1.0)
    (True, True, 1)
    """

    rng: np.random.Generator
    spread: float = 1.0

    def between(self, low: float, high: float) -> float:
        """A number from the (widened) range."""
        middle, half = (low + high) / 2, (high - low) / 2 * self.spread
        return float(self.rng.uniform(middle - half, middle + half))

    def chance(self, probability: float) -> bool:
        """True that often."""
        return bool(self.rng.random() < probability)

    def pick(self, *shares: float) -> int:
        """An index, as often as its share says."""
        total = sum(shares)
        return int(self.rng.choice(len(shares), p=[s / total for s in shares]))


def loop(dice: Dice, centre: tuple[float, float], radii: tuple[float, float], start: float, sweep: float) -> Line:
    """A turn around an ellipse from angle ``start`` over ``sweep`` degrees (−90 is the top, negative runs leftwards).

    It may be squarer or more pointed than an ellipse, and its end may lie further in or out than its beginning.
    """
    power = dice.between(0.8, 1.15)
    drift = dice.between(0.82, 1.12) - 1.0
    count = max(int(abs(sweep) / 30), 3)
    line: Line = []
    for i in range(count + 1):
        part = i / count
        angle = radians(start + sweep * part)
        size = 1.0 + drift * part
        x, y = (abs(f) ** power * (1 if f > 0 else -1) for f in (cos(angle), sin(angle)))
        line.append((centre[0] + radii[0] * size * x, centre[1] + radii[1] * size * y))
    return line


def turn(dice: Dice) -> tuple[float, float]:
    """Start and sweep of a circle that is a stroke of its own: from anywhere, not quite closed or more than closed."""
    return dice.between(-180, 180), dice.between(335, 395) * (-1 if dice.chance(0.85) else 1)
