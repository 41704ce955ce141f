"""How much of a long signal is seen."""

from __future__ import annotations

from .placement import Placement

Span = tuple[float, float]
LEAST = 8.0  # samples, at the closest


def zoomed(span: Span, whole: Span, at: float, factor: float) -> Span | None:
    """``span`` made ``factor`` times as long around the place ``at``; None where it would be all there is.

    >>> zoomed((0.0, 100.0), (0.0, 100.0), 25.0, 0.5)
    (12.5, 62.5)
    >>> zoomed((12.5, 62.5), (0.0, 100.0), 25.0, 4.0) is None
    True
    """
    size, old = max((span[1] - span[0]) * factor, LEAST), span[1] - span[0]
    if size >= whole[1] - whole[0]:
        return None
    share = (at - span[0]) / old
    return within((at - share * size, at + (1 - share) * size), whole)


def within(span: Span, whole: Span) -> Span:
    """``span`` moved to where it lies in ``whole``.

    >>> within((-5.0, 15.0), (0.0, 100.0)), within((90.0, 110.0), (0.0, 100.0))
    ((0.0, 20.0), (80.0, 100.0))
    """
    size = span[1] - span[0]
    first = min(max(span[0], whole[0]), max(whole[1] - size, whole[0]))
    return first, first + size


class Zoom:
    """What is seen of a signal; ``part`` is None while all of it is."""

    def __init__(self) -> None:
        self._place: Placement | None = None
        self.part: Span | None = None

    def show(self, place: Placement) -> None:
        """Another input is seen as a whole; of the same one with another operation, what was seen."""
        old, self._place = self._place, place
        if old is None or (old.inputs, old.transposed) != (place.inputs, place.transposed):
            self.part = None
        elif self.part is not None:
            self.part = within(self.part, place.whole)

    @property
    def whole(self) -> Span:
        return self._place.whole if self._place is not None else (0.0, 1.0)

    @property
    def span(self) -> Span:
        """The part of the scale that is seen."""
        return self.part or self.whole

    def change(self, factor: float, at: float | None = None) -> None:
        """Shows ``factor`` times as much, around a place of the scale or around the middle."""
        first, last = self.span
        self.part = zoomed((first, last), self.whole, (first + last) / 2 if at is None else at, factor)

    def move(self, by: float, start: Span | None = None) -> None:
        """Moves along by so many places, from where ``start`` was."""
        if self.part is not None:
            first, last = start or self.part
            self.part = within((first + by, last + by), self.whole)

    def hold(self, output: int) -> None:
        """Moves by as little as it takes to see an output with its window."""
        if self.part is None or self._place is None:
            return
        at, reach = self._place.output_at(output), self._place.reach + 0.5
        if at - reach < self.part[0]:
            self.move(at - reach - self.part[0])
        elif at + reach > self.part[1]:
            self.move(at + reach - self.part[1])
