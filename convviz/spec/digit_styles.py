"""The ways people write the ten digits, as anchor points in a box one unit high: x to the right, y down.

Schools teach different digits: a 1 is a bar in the United States, has an upstroke as long as its stem in much of
Europe and South America, and often a foot; a 7 is crossed, or hangs a serif from its bar in East Asia; a 0 is
slashed where it must not be read as an O. Each function draws one way at random; its numbers are the ranges seen in
handwriting primers, with room to spare.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

import numpy as np

from .pen_lines import SHARP, Dice, Line, loop, turn


def zero(dice: Dice) -> list[Line]:
    """Narrow to round, open to overlapping; plain, slashed inside or across, either way, or dotted."""
    radii = (dice.between(0.2, 0.46), 0.5)
    start = dice.between(-150, -20) if dice.chance(0.85) else dice.between(-180, 180)
    sweep = dice.between(330, 400) if dice.chance(0.8) else dice.between(300, 440)
    ring = loop(dice, (0.0, 0.5), radii, start, -sweep if dice.chance(0.8) else sweep)
    kind = dice.pick(0.6, 0.26, 0.06, 0.06, 0.02)
    if kind == 0:
        return [ring]
    if kind == 4:  # two halves
        top, gap = dice.between(-110, -75), dice.between(-0.04, 0.06)
        right = loop(dice, (gap, 0.5), radii, top, dice.between(160, 200))
        return [loop(dice, (0.0, 0.5), radii, top, -dice.between(160, 200)), right]
    if kind == 2:
        x, y = dice.between(-0.06, 0.06), dice.between(0.4, 0.6)
        return [ring, [(x, y), (x + dice.between(-0.06, 0.06), y + dice.between(-0.06, 0.08))]]
    angle, low, high = radians(dice.between(25, 68)), dice.between(0.4, 1.4), dice.between(0.4, 1.4)
    reach = (max(radii[0], 0.26) * cos(angle), radii[1] * sin(angle))
    if dice.chance(0.14):
        reach = (-reach[0], reach[1])
    slash: Line = [(-reach[0] * low, 0.5 + reach[1] * low), (reach[0] * high, 0.5 - reach[1] * high)]
    if kind == 3 and reach[0] > 0:  # the pen never left the paper
        ring = loop(dice, (0.0, 0.5), radii, dice.between(-75, -45), -dice.between(345, 370))
        end = ring[-1]
        return [[*ring[:-1], (end[0], end[1], SHARP), slash[0]]]
    return [ring, slash if dice.chance(0.5) else slash[::-1]]


def one(dice: Dice) -> list[Line]:
    """A bar; an upstroke up to as long as the stem; a foot; both."""
    kind = dice.pick(0.27, 0.42, 0.05, 0.26)
    top, bottom = (0.0, 0.0), (dice.between(-0.12, 0.12), 1.0)
    if kind == 0:
        if dice.chance(0.5):
            bottom = (dice.between(-0.5, 0.35), 1.0)
        return [[top, bottom] if dice.chance(0.8) else [bottom, top]]
    lines: list[Line] = [[top, bottom]]
    if kind in (1, 3):
        length = dice.between(0.12, 0.45) if dice.chance(0.55) else dice.between(0.4, 1.0)
        angle = radians(dice.between(16, 66) if length < 0.3 else dice.between(10, 48))
        tip = (-length * sin(angle), length * cos(angle))
        bend = dice.between(-0.13, 0.13) * length
        middle = (tip[0] / 2 + bend * cos(angle), tip[1] / 2 + bend * sin(angle))
        if dice.chance(0.85):
            lines = [[tip, middle, (*top, SHARP), bottom]]
        else:  # stem first, then the upstroke, not quite meeting it
            shift = (dice.between(-0.05, 0.02), dice.between(-0.05, 0.06))
            lines.append([(tip[0] + shift[0], tip[1] + shift[1]), (shift[0], shift[1])])
    if kind == 1 and dice.chance(0.1):  # the stem ends in a hook
        lines[0] += [(bottom[0] + dice.between(-0.15, 0.18), dice.between(0.9, 1.0))]
    if kind in (2, 3):
        left, right, tilt = dice.between(0.1, 0.42), dice.between(0.1, 0.42), dice.between(-0.05, 0.05)
        y = dice.between(0.96, 1.04)
        lines.append([(bottom[0] - left, y + tilt), (bottom[0] + right, y - tilt)])
    return lines


def two(dice: Dice) -> list[Line]:
    """Arched or like a z; a corner, a point or a loop at the foot; the base flat, waved, falling or short."""
    width = dice.between(0.45, 0.75)
    base = dice.between(0.85, 1.2) * width
    slope = dice.between(-0.1, 0.1)
    if dice.chance(0.14):
        bar: Line = [(dice.between(-0.02, 0.12), dice.between(-0.02, 0.1)), (width * 0.95, 0.0, SHARP)]
    else:
        top = dice.between(0.18, 0.36)
        bar = [(dice.between(-0.04, 0.16), dice.between(0.1, 0.4)), (width * 0.2, dice.between(0.03, 0.12))]
        bar += [(width * 0.55, 0.0), (width * dice.between(0.88, 1.0), top * 0.5)]
        bar += [(width * dice.between(0.9, 1.02), top), (width * dice.between(0.6, 0.78), dice.between(0.48, 0.64))]
        if dice.chance(0.12):  # a curl where the pen begins
            bar = [(width * 0.3, dice.between(0.25, 0.36)), (0.04, dice.between(0.3, 0.38)), *bar]
    kind = dice.pick(0.6, 0.4)
    if kind == 0:
        middle = (base * 0.5, 1.0 + slope / 2 + dice.between(-0.06, 0.06))
        foot: Line = [(dice.between(-0.06, 0.06), 1.0, SHARP), middle, (base, 1.0 + slope)]
    else:
        size = dice.between(0.06, 0.22)
        x, y = dice.between(0.02, 0.16), dice.between(0.88, 0.98)
        foot = [(x + size * 0.7, y), (x, y + size * 0.2), (x - size * 0.7, y - size * 0.35), (x, y - size)]
        foot += [(x + size, y - size * 0.6), (base * 0.62, 1.0 + slope / 2), (base, 0.97 + slope)]
    return [bar + foot]


def three(dice: Dice) -> list[Line]:
    """Two bowls, or a flat top with an edge; the middle a point, a round or a small loop."""
    upper, lower = dice.between(0.42, 0.6), dice.between(0.46, 0.7)
    waist = (dice.between(0.08, 0.36), dice.between(0.4, 0.52))
    if dice.chance(0.27):
        line: Line = [(dice.between(-0.02, 0.1), dice.between(-0.03, 0.08)), (upper, 0.0, SHARP)]
        waist = (dice.between(0.12, 0.38), dice.between(0.36, 0.5))
    else:
        line = [(dice.between(-0.04, 0.12), dice.between(0.04, 0.24)), (0.2, dice.between(0.0, 0.05)), (0.32, 0.0)]
        line += [(upper, 0.1), (upper, 0.26), (max(waist[0] + 0.1, upper * 0.75), waist[1] - 0.06)]
    middle = dice.pick(0.62, 0.2, 0.18)
    if middle == 0:
        line.append((*waist, SHARP))
    elif middle == 1:
        line.append(waist)
    else:
        size = dice.between(0.05, 0.12)
        line += [(waist[0], waist[1]), (waist[0] - size, waist[1] + size * 0.2), (waist[0], waist[1] + size)]
    line += [(waist[0] + 0.16, waist[1] + 0.03), (lower - 0.03, 0.6), (lower, dice.between(0.68, 0.8))]
    line += [(lower * 0.85, 0.92), (dice.between(0.22, 0.34), 1.0), (0.1, dice.between(0.93, 0.99))]
    if dice.chance(0.75):
        line.append((dice.between(-0.08, 0.04), dice.between(0.76, 0.93)))
    return [line]


def four(dice: Dice) -> list[Line]:
    """Open or closed, one stroke or two, with a long stem, a short one, or like a bolt of lightning."""
    bar, right = dice.between(0.46, 0.74), dice.between(0.55, 0.85)
    stem = dice.between(0.34, min(right, 0.56))
    foot = (stem + dice.between(-0.12, 0.08), dice.between(0.92, 1.12))
    tilt = dice.between(-0.07, 0.07)
    kind = dice.pick(0.34, 0.24, 0.14, 0.14, 0.14)
    corner: Line
    if kind == 0:  # open: an L and a stem
        corner = [(dice.between(-0.02, 0.24), dice.between(-0.05, 0.1)), (0.0, bar, SHARP)]
        if dice.chance(0.35):  # a rounded corner
            corner = [(dice.between(-0.02, 0.1), 0.0), (-0.02, bar * 0.55), (0.02, bar * 0.9), (0.16, bar)]
        return [[*corner, (right, bar + tilt)], [(stem + dice.between(0.0, 0.1), dice.between(-0.1, 0.4)), foot]]
    if kind == 1:  # closed, the stem from the very top or a little beside it
        top = (stem + dice.between(-0.06, 0.06), dice.between(-0.04, 0.06))
        return [[(stem, 0.0), (0.0, bar, SHARP), (right, bar + tilt)], [top, foot]]
    if kind == 2:  # closed in one stroke, beginning at the bar's right end
        corner = [(0.0, bar, SHARP)]
        if dice.chance(0.25):  # a little loop instead
            corner = [(0.02, bar + 0.02), (-0.06, bar - 0.02), (0.0, bar - 0.1)]
        return [[(right, bar + tilt), *corner, (stem, 0.0, SHARP), foot]]
    if kind == 3:  # a cup, and back down over its right side
        lip = (stem + dice.between(-0.02, 0.06), dice.between(-0.06, 0.2))
        cup: Line = [(dice.between(-0.02, 0.12), dice.between(-0.02, 0.1)), (-0.02, bar * 0.55), (0.04, bar * 0.88)]
        return [[*cup, (0.2, bar * 0.95), (stem * 0.8, bar * 0.8), (*lip, SHARP), foot]]
    bolt: Line = [(dice.between(0.12, 0.4), 0.0), (0.0, bar, SHARP), (right, bar + tilt)]
    if dice.chance(0.4):  # the bar's end turns down into the stem
        return [[bolt[0], (0.0, bar, SHARP), (stem + 0.08, bar + tilt, SHARP), foot]]
    return [bolt, [(stem + dice.between(0.0, 0.12), bar - dice.between(0.06, 0.3)), (stem - 0.06, foot[1])]]


def five(dice: Dice) -> list[Line]:
    """In one stroke from the bar's right end, or the bar added last, near or far; angular or like an S."""
    left, depth = dice.between(0.0, 0.16), dice.between(0.34, 0.5)
    lower = dice.between(0.46, 0.7)
    bowl: Line = [(lower * 0.5, depth - dice.between(-0.02, 0.1)), (lower - 0.04, 0.54)]
    bowl += [(lower, dice.between(0.64, 0.78)), (lower * 0.82, 0.93), (dice.between(0.2, 0.32), 1.0)]
    if dice.chance(0.85):
        bowl.append((dice.between(-0.1, 0.06), dice.between(0.8, 0.98)))
    start = (left + dice.between(0.0, 0.12), 0.0)
    knee: Line = [(left, depth, SHARP)] if dice.chance(0.7) else [(left - 0.02, depth - 0.06), (left + 0.08, depth)]
    length, tilt = dice.between(0.28, 0.68), dice.between(-0.12, 0.08)
    if dice.chance(0.42):
        if dice.chance(0.25):  # like an S
            top: Line = [(start[0] + length, tilt), (start[0] + 0.12, 0.02), (left, depth * 0.55)]
            return [[*top, (left + 0.08, depth), *bowl]]
        return [[(start[0] + length, tilt), (*start, SHARP), *knee, *bowl]]
    gap = (dice.between(-0.08, 0.16), dice.between(-0.1, 0.06))
    if dice.chance(0.2):
        gap = (dice.between(-0.1, 0.34), dice.between(-0.26, 0.12))
    x, y = start[0] + gap[0], start[1] + gap[1]
    return [[start, *knee, *bowl], [(x, y), (x + length, y + tilt)]]


def six(dice: Dice) -> list[Line]:
    """A stem, straight, curved or hooked, and a loop of any size that closes, overlaps or stays open."""
    height, width = dice.between(0.32, 0.62), dice.between(0.4, 0.64)
    radii = (width / 2, height / 2)
    centre = (width / 2, 1.0 - height / 2)
    lean = dice.between(-0.05, 0.55)
    stem: Line = [(lean * width / 0.5 + 0.08, 0.0)]
    if dice.chance(0.45):
        stem += [(0.1 + lean * 0.35, 0.2), (0.0 + lean * 0.08, 0.5)]  # curved
    else:
        stem += [(lean * 0.55 + 0.04, 0.3)]
    if dice.chance(0.2):  # hooked at the top
        stem = [(stem[0][0] + dice.between(0.05, 0.2), dice.between(0.02, 0.14)), *stem]
    ring = loop(dice, centre, radii, 180.0, -dice.between(300, 385) if dice.chance(0.85) else -dice.between(240, 320))
    return [stem + ring]


def seven(dice: Dice) -> list[Line]:
    """A bar and a stem, straight or bent; crossed; with a serif hanging from the bar's left end."""
    width, rise = dice.between(0.46, 0.85), dice.between(-0.1, 0.12)
    foot = (dice.between(0.0, 0.6) * width, dice.between(0.95, 1.05))
    bar: Line = [(0.0, rise), (width * 0.5, rise / 2 + dice.between(-0.05, 0.05))]
    if dice.chance(0.36):
        depth = dice.between(0.05, 0.2) if dice.chance(0.7) else dice.between(0.15, 0.42)
        bar = [(dice.between(-0.08, 0.06), rise + depth), (0.0, rise, SHARP), *bar[1:]]
    stem: Line = [foot]
    if dice.chance(0.5):
        bend = dice.between(-0.04, 0.16)
        stem = [((width + foot[0]) / 2 - bend, 0.5 + dice.between(-0.08, 0.04)), foot]
    joint = dice.pick(0.8, 0.1, 0.1)
    if joint == 0:
        lines = [[*bar, (width, 0.0, SHARP), *stem]]
    elif joint == 1:  # no corner at all
        lines = [[*bar, (width * 0.85, 0.0), (width, dice.between(0.1, 0.22)), *stem]]
    else:  # two strokes that may miss each other
        lines = [[*bar, (width, 0.0)], [(width * dice.between(0.75, 1.05), dice.between(-0.06, 0.08)), *stem]]
    if dice.chance(0.4):
        x, y = (width + foot[0]) / 2 - dice.between(-0.02, 0.1), dice.between(0.36, 0.64)
        left, right, tilt = dice.between(0.12, 0.38), dice.between(0.12, 0.34), dice.between(-0.1, 0.1)
        cross: Line = [(x - left, y + tilt), (x + right, y - tilt)]
        lines.append(cross if dice.chance(0.9) else cross[::-1])
    return lines


def eight(dice: Dice) -> list[Line]:
    """One crossing line from any start, an S closed by a stroke, two circles; the top may stay open."""
    waist = dice.between(0.4, 0.56)
    upper, lower = dice.between(0.17, 0.36), dice.between(0.2, 0.4)
    kind = dice.pick(0.62, 0.2, 0.18)
    if kind == 2:
        overlap = dice.between(-0.02, 0.1)
        half = (1.0 - waist + overlap) / 2
        return [
            loop(dice, (dice.between(-0.05, 0.05), waist / 2), (upper, waist / 2), *turn(dice)),
            loop(dice, (0.0, 1.0 - half), (lower, half), *turn(dice)),
        ]
    if kind == 1:  # an S, then straight back up
        line: Line = [(upper, dice.between(0.04, 0.16)), (upper * 0.3, 0.0), (-upper, waist * 0.45), (0.0, waist)]
        line += [(lower, 1.0 - (1.0 - waist) * 0.45), (0.0, 1.0), (-lower, 1.0 - (1.0 - waist) * 0.4)]
        end = (upper + dice.between(-0.08, 0.1), dice.between(0.02, 0.3))
        return [[*line, (dice.between(-0.06, 0.1), waist + dice.between(-0.04, 0.04)), end]]
    start = dice.between(20, 75) if dice.chance(0.6) else dice.between(0, 360)
    sweep = dice.between(340, 385) if dice.chance(0.8) else dice.between(318, 345)
    figure: Line = []
    for angle in np.linspace(start, start + sweep, 19):
        t = radians(float(angle))
        width = upper if cos(t) > 0 else lower  # 0° is the top
        y = waist * (1 - cos(t)) if cos(t) > 0 else waist - (1 - waist) * cos(t)
        figure.append((width * sin(2 * t), y))
    if dice.chance(0.25):
        figure = [(-a[0], a[1]) for a in figure]
    return [figure]


def nine(dice: Dice) -> list[Line]:
    """A loop and a stem of any lean, straight, curved or hooked like a g; one stroke or two."""
    height, width = dice.between(0.32, 0.6), dice.between(0.4, 0.66)
    radii, centre = (width / 2, height / 2), (width / 2, height / 2)
    foot = (dice.between(-0.05, 1.0) * width, 1.0)
    kind = dice.pick(0.4, 0.3, 0.3)
    if kind == 0:
        tail: Line = [foot]
    elif kind == 1:
        tail = [(width + dice.between(-0.04, 0.05), dice.between(0.5, 0.66)), foot]
    else:
        hook = dice.between(0.1, 0.3)
        tail = [(width + dice.between(-0.03, 0.03), 0.62), (width * 0.9, 0.86), (width * 0.5, 1.0)]
        tail += [(width * 0.5 - hook, dice.between(0.84, 0.98))]
    order = dice.pick(0.66, 0.2, 0.14)
    if order == 0:
        open_by = dice.between(-20, 45) if kind == 2 or dice.chance(0.8) else dice.between(40, 85)
        ring = loop(dice, centre, radii, -open_by, -(360 - open_by - dice.between(-8, 12)))
        top = (width * dice.between(0.96, 1.03), height * dice.between(0.1, 0.45))
        return [[*ring, (*top, SHARP), *tail]]
    if order == 1:  # the stem is a stroke of its own
        ring = loop(dice, centre, radii, *turn(dice))
        return [ring, [(width * dice.between(0.9, 1.02), height * dice.between(-0.15, 0.5)), *tail]]
    ring = loop(dice, centre, radii, dice.between(20, 100), dice.between(270, 345))  # the other way round
    return [[*ring[:-1], *tail]]


STYLES: tuple[Callable[[Dice], list[Line]], ...] = (zero, one, two, three, four, five, six, seven, eight, nine)
