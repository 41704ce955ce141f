"""Handwritten digits made offline, as strokes: the sample button, and training without any data set.

A :class:`Hand` is one person on one day: how sloppily, how slanted, how large and with what pen. :func:`digit` lets it
write one of the many ways in :mod:`convviz.spec.digit_styles`, then bends the result the way hands do: anchors miss
their place, corners get rounded, the whole is sheared, turned and warped, the line trembles, and a mouse reports it
in many points or few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from .digit_styles import STYLES
from .errors import InputError
from .pen_lines import Dice, Line
from .strokes import PAD, Drawing, Stroke

Points = NDArray[np.float64]  # (N, 2), as (x, y)
_DENSE = 72  # points a line is bent at; more than its 28 pixels can show
_ASPECTS = {0: (0.7, 9.0), 1: (0.0, 1.15), 7: (0.85, 9.0)}  # beyond them people read a 1, a 7, a 1


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes, sizes as shares of the digit's height unless named otherwise.

    sloppiness: how far anchors miss their place. rounding: how much corners are cut. warp: low-frequency bending.
    tremor: high-frequency noise. slant: x moved to the right per unit of height. turn_deg: rotation. aspect: width
    factor. extent, pen: longer side and pen width in pad units. spacing: mean distance between reported points, in
    pad units. haste: 0…1, 0 slows the pen down in bends, so that more points are reported there. grid: pitch that a
    coarse tablet rounds positions to, in pad units, 0 for none. spread: how much wider than usual the styles' own
    ranges are.
    """

    sloppiness: float = 0.02
    rounding: float = 0.02
    warp: float = 0.02
    tremor: float = 0.0
    slant: float = 0.1
    turn_deg: float = 0.0
    aspect: float = 1.0
    extent: float = 190.0
    pen: float = 18.0
    spacing: float = 4.0
    haste: float = 0.3
    grid: float = 0.0
    spread: float = 1.0

    @classmethod
    def random(cls, rng: np.random.Generator) -> Hand:
        """Somebody: most people write legibly, some do not."""
        extent = float(rng.uniform(110, 245) if rng.random() < 0.75 else rng.uniform(40, 130))
        pen = float(np.exp(rng.normal(np.log(18.0), 0.3)))
        return cls(
            sloppiness=float(min(rng.gamma(2.0, 0.011), 0.07)),
            rounding=float(rng.choice([0.0, 0.015, 0.03, 0.05]) * rng.uniform(0.6, 1.4)),
            warp=float(rng.gamma(2.0, 0.012)),
            tremor=float(rng.exponential(0.006)) if rng.random() < 0.5 else 0.0,
            slant=float(np.clip(rng.normal(0.12, 0.24), -0.5, 0.8)),
            turn_deg=float(np.clip(rng.normal(0.0, 7.0), -22, 22)),
            aspect=float(np.exp(np.clip(rng.normal(0.0, 0.24), -0.55, 0.55))),
            extent=extent,
            pen=float(np.clip(pen, 8.0, min(40.0, max(0.21 * extent, 9.0)))),
            spacing=float(rng.uniform(2, 6) if rng.random() < 0.55 else rng.uniform(0.1, 0.28) * extent),
            haste=float(rng.uniform(0.0, 0.6)),
            grid=float(extent / rng.uniform(14, 60)) if rng.random() < 0.2 else 0.0,
            spread=float(rng.uniform(0.9, 1.25)),
        )


def digit(label: int, rng: np.random.Generator, hand: Hand | None = None) -> Drawing:
    """A handwritten ``label`` (0…9) in pad units, wholly on the pad; ``hand`` None: somebody.

    Raises:
        InputError: ``label`` is not a digit.

    >>> drawing = digit(7, np.random.default_rng(0))
    >>> all(0 <= s.points.min() and s.points.max() <= 280 for s in drawing.strokes)
    True
    """
    if label not in range(10):
        raise InputError(f"there is no digit {label}; choose one from 0 to 9")
    hand = hand or Hand.random(rng)
    narrowest, widest = _ASPECTS.get(label, (0.0, 9.0))
    hand = replace(hand, aspect=min(max(hand.aspect, narrowest), widest))
    lines = STYLES[label](Dice(rng, hand.spread))
    curves = [_even(curve(_missed(line, hand, rng)), _DENSE) for line in lines]
    curves = [_rounded(c, hand.rounding) for c in curves]
    curves = _warped(curves, hand, rng)
    curves = _slipped([_ticked(c, rng) for c in curves], rng)
    return _on_pad(curves, hand, rng)


def curve(line: Line) -> Points:
    """The smooth line through anchors, broken at the sharp ones; (N, 2).

    Cubic Hermite pieces over the square root of the chord (centripetal Catmull-Rom: no loops, little overshoot).

    >>> curve([(0.0, 0.0), (1.0, 0.0, True), (1.0, 2.0)])[[0, 12, -1]].tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]]
    """
    points = np.array([anchor[:2] for anchor in line], dtype=np.float64)
    breaks = [0, *(i for i, a in enumerate(line) if len(a) == 3 and 0 < i < len(line) - 1), len(line) - 1]
    pieces = [_smooth(points[a : b + 1]) for a, b in pairwise(breaks)]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _smooth(points: Points, steps: int = 12) -> Points:
    chord = np.sqrt(np.hypot(*np.diff(points, axis=0).T)) + 1e-6
    at = np.concatenate([[0.0], np.cumsum(chord)])
    slope = np.diff(points, axis=0) / chord[:, None]
    tangent = np.empty_like(points)
    tangent[0], tangent[-1] = slope[0], slope[-1]
    ahead = (chord[:-1] / (chord[:-1] + chord[1:]))[:, None]
    tangent[1:-1] = slope[:-1] * (1 - ahead) + slope[1:] * ahead
    if len(points) > 2:  # ends that go on bending as their neighbours do
        tangent[0], tangent[-1] = 2 * slope[0] - tangent[1], 2 * slope[-1] - tangent[-2]
    t = np.linspace(0, 1, steps + 1)[:, None]
    basis = (2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t, 3 * t**2 - 2 * t**3, t**3 - t**2)
    pieces = [
        basis[0] * points[i] + basis[1] * (h * tangent[i]) + basis[2] * points[i + 1] + basis[3] * (h * tangent[i + 1])
        for i, h in enumerate(np.diff(at))
    ]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _missed(line: Line, hand: Hand, rng: np.random.Generator) -> Line:
    """The anchors as they were hit."""
    return [
        (float(a[0] + rng.normal(0, hand.sloppiness)), float(a[1] + rng.normal(0, hand.sloppiness)), *a[2:])
        for a in line
    ]


def _even(points: Points, count: int) -> Points:
    """``count`` points at equal distances along a polyline."""
    along = _lengths(points)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])], axis=1)


def _lengths(points: Points) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def _rounded(points: Points, radius: float) -> Points:
    """Averaged along the line over ``radius``, ends kept."""
    length = float(_lengths(points)[-1])
    sigma = radius / max(length, 1e-6) * len(points)
    if sigma < 0.3:
        return points
    half = min(int(3 * sigma) + 1, len(points) - 1)
    kernel = np.exp(-0.5 * (np.arange(-half, half + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.concatenate([2 * points[:1] - points[half:0:-1], points, 2 * points[-1:] - points[-2 : -half - 2 : -1]])
    return np.stack([np.convolve(padded[:, a], kernel, "valid") for a in (0, 1)], axis=1)


def _warped(curves: list[Points], hand: Hand, rng: np.random.Generator) -> list[Points]:
    """Bent as a whole by two slow waves an axis, trembling, then narrowed, slanted and turned."""
    frequency, phase = rng.normal(0, 4.0, (2, 2, 2)), rng.uniform(0, 2 * np.pi, (2, 2))
    turn = radians(hand.turn_deg)
    rotation = np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]])
    result = []
    for points in curves:
        bent = points.copy()
        for axis in (0, 1):
            bent[:, axis] += hand.warp * np.sin(points @ frequency[axis].T + phase[axis]).sum(axis=1)
        if hand.tremor:
            knots = rng.normal(0, hand.tremor, (24, 2))
            at = np.linspace(0, 23, len(points))
            bent += np.stack([np.interp(at, np.arange(24), knots[:, a]) for a in (0, 1)], axis=1)
        bent[:, 0] = bent[:, 0] * hand.aspect - hand.slant * (bent[:, 1] - 0.5)
        result.append(bent @ rotation)
    return result


def _ticked(points: Points, rng: np.random.Generator) -> Points:
    """Sometimes with a little mark where the pen lands or leaves."""
    for end in (0, -1):
        if rng.random() < 0.06:
            tick = points[end] + rng.normal(0, 0.035, 2)
            points = np.concatenate([tick[None], points] if end == 0 else [points, tick[None]])
    return points


def _slipped(curves: list[Points], rng: np.random.Generator) -> list[Points]:
    """Rarely with a stray dot, or with a line drawn once more."""
    if rng.random() < 0.01:
        return [*curves, rng.uniform(-0.1, 1.1, 2) + np.array([[0.0, 0.0], [0.005, 0.005], [0.01, 0.01]])]
    if rng.random() < 0.02:
        again = curves[int(rng.integers(len(curves)))]
        return [*curves, again + rng.normal(0, 0.02, 2)]
    return curves


def _on_pad(curves: list[Points], hand: Hand, rng: np.random.Generator) -> Drawing:
    everything = np.concatenate(curves)
    low, high = everything.min(axis=0), everything.max(axis=0)
    margin = hand.pen / 2
    scale = min(hand.extent, PAD - 2 * margin) / max(float((high - low).max()), 1e-6)
    room = np.maximum(PAD - 2 * margin - (high - low) * scale, 0.0)
    where = rng.uniform(0.0, 1.0, 2) if rng.random() < 0.5 else np.clip(rng.normal(0.5, 0.08, 2), 0, 1)
    shift = margin + room * where - low * scale
    return Drawing(tuple(_reported(c * scale + shift, hand, rng) for c in curves))


def _reported(points: Points, hand: Hand, rng: np.random.Generator) -> Stroke:
    """The stroke as a pointing device reports it: its ends, and points about ``spacing`` apart, closer in bends."""
    along = _lengths(points)
    step = np.diff(points, axis=0) / np.maximum(np.diff(along), 1e-9)[:, None]
    turning = np.arccos(np.clip((step[1:] * step[:-1]).sum(axis=1), -1, 1))  # radians, at each inner point
    slow = np.convolve(np.concatenate([[0.0], turning, [0.0]]), [0.25, 0.5, 0.25], "same")
    time = along + np.cumsum(slow) * (1.0 - hand.haste) * 0.25 * hand.extent / np.pi
    count = max(int(time[-1] / hand.spacing), 2)
    at = np.linspace(0, time[-1], count + 1)
    at[1:-1] += rng.uniform(-0.35, 0.35, count - 1) * time[-1] / count
    chosen = np.stack([np.interp(at, time, points[:, a]) for a in (0, 1)], axis=1)
    if hand.grid:
        chosen = np.round(chosen / hand.grid) * hand.grid
    return Stroke(np.clip(chosen, 0.0, PAD), hand.pen)
