"""How fast a training is, and how long it still takes."""

from __future__ import annotations

from collections import deque

OVER_S = 3.0  # what counts as now


class Pace:
    """Counts what arrives.

    >>> pace = Pace()
    >>> for step in range(1, 5):
    ...     pace.add(step * 0.5, 64)
    >>> pace.speed, pace.seconds(9)
    (128.0, 4.5)
    >>> pace.batch
    64.0
    """

    def __init__(self) -> None:
        self._steps: deque[tuple[float, int]] = deque()  # (when it arrived, images)
        self._images = 0

    def add(self, now: float, images: int) -> None:
        """A step of so many images has arrived, at ``now`` in seconds."""
        self._steps.append((now, images))
        self._images += images
        while now - self._steps[0][0] > OVER_S and len(self._steps) > 2:
            self._images -= self._steps.popleft()[1]

    def reset(self) -> None:
        """There was a pause, which must not count."""
        self._steps.clear()
        self._images = 0

    @property
    def speed(self) -> float:
        """Images a second; 0.0 while nothing is known."""
        span = self._span
        return (self._images - self._steps[0][1]) / span if span > 0 else 0.0

    @property
    def batch(self) -> float:
        """Images a step, of the last seconds; 0.0 while nothing is known."""
        count = len(self._steps) - 1
        return (self._images - self._steps[0][1]) / count if count > 0 else 0.0

    def seconds(self, steps: int) -> float | None:
        """How long so many steps take; None while nothing is known."""
        span = self._span
        return steps * span / (len(self._steps) - 1) if span > 0 else None

    @property
    def _span(self) -> float:
        return self._steps[-1][0] - self._steps[0][0] if len(self._steps) > 1 else 0.0
