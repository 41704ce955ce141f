"""Which heights are in sight: most of what is shown, so that one spike does not flatten all the rest."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from .thinning import Doubles

FAR, NEAR = 10.0, 4.0  # heights of the bulk of the values: what lies no farther out than FAR is shown
LENIENT = 1.0  # heights of the leading run, by which another one may reach beyond it
AGAIN = 0.25  # of the height of the start, that its values differ by
FEW = 20  # values, of which none is a spike
SAMPLE = 1024  # values that percentiles are taken of


class Span(NamedTuple):
    """From ``low`` to ``high``, NaN and NaN for nothing."""

    low: float = nan
    high: float = nan

    @property
    def known(self) -> bool:
        return isfinite(self.low) and isfinite(self.high)

    def within(self, other: Span) -> Span:
        """As much of it as does not reach far beyond another."""
        far = LENIENT * (other.high - other.low)
        if far <= 0:
            return self
        return Span(max(self.low, other.low - far), min(self.high, other.high + far))

    def far_above(self, other: Span, *, log: bool) -> bool:
        """Whether its largest value is more than ten times that of another (of loss; logarithms, if ``log``)."""
        return self.high > (other.high + 1 if log else FAR * other.high)


class Edges(NamedTuple):
    """At which edges a curve may be cut, and the least height of its bulk: a figure has bounds of its own."""

    low: bool
    high: bool
    least: float = 0.0


EDGES = {
    ("loss", False): Edges(low=False, high=True),
    ("loss", True): Edges(low=True, high=True, least=0.5),  # of a power of ten
    ("accuracy", False): Edges(low=True, high=False),
}


USUAL = EDGES["loss", False]


def usual(
    values: Doubles, extremes: Span, newest: Iterable[float] = (), start: float = nan, edges: Edges = USUAL
) -> Span:
    """What is in sight of values (n,): all of them, where none lies far out; else their 1st to 99th percentile.

    ``extremes`` of all the values that these are a sample of. The ``newest`` values are in sight in any case. What lies
    no farther out than the ``start``, which was measured before the first step, is not far.

    >>> curve = np.linspace(2.0, 0.1, 200)
    >>> usual(curve, Span(0.1, 2.0)), round(usual(np.append(curve, 5e5), Span(0.1, 5e5)).high, 3)
    (Span(low=0.1, high=2.0), 1.99)
    """
    if not extremes.known:
        return Span()
    low, high = extremes
    if len(values) >= FEW:
        if edges.high:
            high = _cut(values, high, start, edges.least)
        if edges.low:
            low = -_cut(-values, -low, -start, edges.least)
    known = [value for value in newest if isfinite(value)]
    return Span(min([low, *known]), max([high, *known]))


def _cut(values: Doubles, most: float, start: float, least_height: float) -> float:
    """The upper edge: the largest value, the 99th percentile where that lies far out, or closer where both do."""
    lower, bulk, last = np.percentile(values, (5, 75, 99)).tolist()
    height = max(bulk - lower, least_height) or (last - lower) or (most - lower)
    near, far = lower + NEAR * height, lower + FAR * height
    if isfinite(start):
        beyond_start = start + AGAIN * (start - lower)
        near, far = max(near, start), max(far, beyond_start)
    return float(most if most <= far else last if last <= far else near)


def together(spans: list[Span]) -> Span:
    """All of them."""
    known = [span for span in spans if span.known]
    return Span(min(span.low for span in known), max(span.high for span in known)) if known else Span()


def drawn(values: Doubles, *, log: bool) -> Doubles:
    """As they are drawn, without those that are not: the logarithms of those above 0, if ``log``."""
    values = values[np.isfinite(values)]
    return np.log10(values[values > 0]) if log else values


def drawn_span(pair: tuple[float, float], *, log: bool) -> Span:
    """Of two extremes."""
    return Span(*np.log10(pair).tolist()) if log and isfinite(pair[0]) else Span(*pair)
