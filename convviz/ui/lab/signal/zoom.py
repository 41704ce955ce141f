"""How much of a long signal is seen."""

from __future__ import annotations

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


def holding(span: Span, whole: Span, first: float, last: float) -> Span:
    """``span`` moved by as little as it takes to show what lies between two places."""
    if first >= span[0] and last <= span[1]:
        return span
    by = first - span[0] if first < span[0] else last - span[1]
    return within((span[0] + by, span[1] + by), whole)
