"""How fast a training is, and how long it still takes."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

OVER_S = 3.0  # what counts as now


class _Arrived(NamedTuple):
    at_s: float
    steps: int
    images: int


class Pace:
    """Counts what arrives.

    >>> pace = Pace()
    >>> for seconds in (0.5, 1.5, 2.5):
    ...     pace.add(seconds, steps=2, images=128)
    >>> pace.speed, pace.seconds(9), pace.batch
    (128.0, 4.5, 64.0)
    """

    def __init__(self) -> None:
        self._arrived: deque[_Arrived] = deque()
        self._steps = self._images = 0  # of all but the first: nobody knows when those began

    def add(self, now: float, steps: int, images: int) -> None:
        """So many steps have arrived, at ``now`` in seconds; of so many images together."""
        if self._arrived:
            self._count(steps, images)
        self._arrived.append(_Arrived(now, steps, images))
        while now - self._arrived[0].at_s > OVER_S and len(self._arrived) > 2:
            self._arrived.popleft()
            self._count(-self._arrived[0].steps, -self._arrived[0].images)

    def _count(self, steps: int, images: int) -> None:
        self._steps += steps
        self._images += images

    def reset(self) -> None:
        """There was a pause, which must not count."""
        self._arrived.clear()
        self._steps = self._images = 0

    @property
    def speed(self) -> float:
        """Images a second; 0.0 while nothing is known."""
        return self._images / self._span if self._span > 0 else 0.0

    @property
    def batch(self) -> float:
        """Images a step, of the last seconds; 0.0 while nothing is known."""
        return self._images / self._steps if self._steps else 0.0

    def seconds(self, steps: int) -> float | None:
        """How long so many steps take; None while nothing is known."""
        return steps * self._span / self._steps if self._span > 0 else None

    @property
    def _span(self) -> float:
        return self._arrived[-1].at_s - self._arrived[0].at_s if self._arrived else 0.0
