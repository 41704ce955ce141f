"""How far an operation commutes with moving its input: f(T x) against T f(x), and against f(x)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry import LayerGeometry, describe, window
from ..network import ConvTranspose2d, MaxPool2d, NetworkSpec, Pair
from .evaluate import evaluate
from .lab import NAME, Lab
from .pose import Pose, posed

Floats = NDArray[np.float32]
Curve = NDArray[np.float64]
Mask = NDArray[np.bool_]
SHIFTS = tuple(range(-8, 9))  # cells
LARGEST = 2**17  # values of an input whose curves are computed while it is dragged
_OUTSIDE, _NOTHING = -1, -2


class Difference(NamedTuple):
    """Norms, relative to ‖f(x)‖ of the cells that are compared.

    ``changed``: ‖f(T x) − f(x)‖, over the whole output. ``off``: ‖f(T x) − T f(x)‖, over those cells only that depend
    on nothing from outside the input; NaN where there are none.
    """

    changed: float
    off: float


Point = tuple[Difference, Difference | None]  # of the output, and of the output pooled by 2 where there is one


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What shifts by −8…8 cells along one axis do to the output, and to the output pooled by 2. NaN: not defined."""

    shifts: tuple[int, ...]
    changed: Curve
    off: Curve
    pooled_changed: Curve
    pooled_off: Curve


def pooled_row(lab: Lab) -> LayerGeometry | None:
    """Max pooling by 2 of the operation's output; None where that is too small."""
    shape = lab.row.output_shape
    cell: Pair = (1, 2) if lab.dims == 1 else (2, 2)
    if shape[1] < cell[0] or shape[2] < cell[1]:
        return None
    return describe(NetworkSpec(NAME, (shape[0], shape[1], shape[2]), (MaxPool2d("pool", cell),)))[0]


def followed(lab: Lab) -> tuple[Pair, Pair | None]:
    """Shifts by multiples of how many cells, down and to the right, move the output by whole cells; and the pooled one.

    >>> from convviz.spec.lab.presets import lab
    >>> followed(lab("five-filters")), followed(lab("stride-padding")), followed(lab("transposed"))
    (((1, 1), (2, 2)), ((2, 2), (4, 4)), ((1, 1), (1, 1)))
    """
    jumps, row = _jumps(lab.row), pooled_row(lab)
    behind = None if row is None else tuple(a * b for a, b in zip(jumps, _jumps(row), strict=True))
    first = jumps[0].denominator, jumps[1].denominator
    return first, None if behind is None else (behind[0].denominator, behind[1].denominator)


def pooled(lab: Lab, output: Floats) -> Floats | None:
    """The output (D, H′, W′) of the operation, pooled by 2."""
    row = pooled_row(lab)
    return None if row is None else evaluate(row, {}, output)


def curves(lab: Lab, unmoved: Floats, axis: int) -> Curves:
    """Along the height (0) or the width (1), through the pose of the Lab, for the input ``unmoved`` (C, H, W).

    At each shift all else of the pose stays as it is, so where the shift is the pose's own the curves have the values
    of :func:`differences`.

    >>> from convviz.spec.lab.lab import drawn_lab
    >>> x = np.random.default_rng(0).normal(size=(1, 28, 28)).astype(np.float32)
    >>> found = curves(drawn_lab(), x, 1)
    >>> float(found.off.max()), float(found.pooled_off[::2].max()), bool(found.pooled_off[1::2].min() > 0.1)
    (0.0, 0.0, True)
    """
    return joined(tuple(points(lab, unmoved, axis)))


def points(lab: Lab, unmoved: Floats, axis: int) -> Iterator[Point]:
    """What :func:`curves` are made of, one point a shift, each when it is asked for."""
    before = _steps(lab, unmoved, np.ones(unmoved.shape[1:], np.bool_))
    for cells in SHIFTS:
        yield _differences(lab, unmoved, _shifted(lab.pose, float(cells), axis), before)


def joined(found: Sequence[Point]) -> Curves:
    """The curves of all points."""
    nothing = Difference(np.nan, np.nan)
    columns = [(one.changed, one.off, *(other or nothing)) for one, other in found]
    return Curves(SHIFTS, *(np.array(column) for column in zip(*columns, strict=True)))


def _shifted(pose: Pose, cells: float, axis: int) -> Pose:
    return replace(pose, down=cells) if axis == 0 else replace(pose, right=cells)


def differences(lab: Lab, still: Floats, pose: Pose) -> Point:
    """What a pose does to the output, and to the output pooled by 2 where there is one."""
    return _differences(lab, still, pose, _steps(lab, still, np.ones(still.shape[1:], np.bool_)))


class _Step(NamedTuple):
    """What one operation makes of an input, and which of its outputs depend on nothing from outside."""

    row: LayerGeometry
    output: Floats
    inner: Mask


def _steps(lab: Lab, values: Floats, covered: Mask) -> tuple[_Step, ...]:
    """The Lab's operation, and pooling by 2 behind it where there is room for it."""
    first = _Step(lab.row, evaluate(lab.row, lab.multiplied, values), interior(lab.row, covered))
    row = pooled_row(lab)
    if row is None:
        return (first,)
    return first, _Step(row, evaluate(row, {}, first.output), interior(row, first.inner))


def _differences(lab: Lab, still: Floats, pose: Pose, before: tuple[_Step, ...]) -> Point:
    covered = posed(np.ones((1, *still.shape[1:]), np.float32), pose)[0] >= 1 - 1e-6
    found, jump = [], (Fraction(1), Fraction(1))
    for was, now in zip(before, _steps(lab, posed(still, pose), covered), strict=True):
        down, right = _jumps(now.row)
        jump = jump[0] * down, jump[1] * right
        found.append(_difference(was.output, now.output, now.inner, was.inner, _scaled(pose, jump)))
    return found[0], found[1] if len(found) > 1 else None


def _difference(before: Floats, after: Floats, inner: Mask, was_inner: Mask, moved: Pose) -> Difference:
    """``was_inner`` are the cells of ``before`` that may be moved, ``inner`` those of ``after`` to compare with."""
    with np.errstate(invalid="ignore", over="ignore"):
        alike = inner & (posed(was_inner[None].astype(np.float32), moved)[0] >= 1 - 1e-6)
        expected = posed(before, moved)
        off = _relative(after[:, alike], expected[:, alike]) if alike.any() else np.nan
        return Difference(_relative(after, before), off)


def _relative(values: Floats, reference: Floats) -> float:
    """‖values − reference‖ / ‖reference‖; 0 for two zeros, infinite for a difference from zero."""
    difference = float(np.linalg.norm((values - reference).astype(np.float64)))
    size = float(np.linalg.norm(reference.astype(np.float64)))
    if difference == 0:
        return 0.0
    return difference / size if size else np.inf


def interior(row: LayerGeometry, covered: Mask) -> Mask:
    """(H′, W′): the outputs that read only ``covered`` (H, W) inputs, and no padding."""
    rows, columns = _reached(row, 0), _reached(row, 1)
    down, across = np.asarray(covered.any(axis=1)), np.asarray(covered.any(axis=0))
    if np.array_equal(covered, down[:, None] & across):  # a rectangle, as a shift leaves
        (sees_row, no_row), (sees_column, no_column) = _alone(rows, down), _alone(columns, across)
        return np.asarray(no_row[:, None] | no_column | (sees_row[:, None] & sees_column))
    result = np.ones((len(rows), len(columns)), np.bool_)
    for i in range(rows.shape[1]):
        for j in range(columns.shape[1]):
            y, x = rows[:, i, None], columns[None, :, j]
            nothing = (y == _NOTHING) | (x == _NOTHING)
            result &= nothing | ((y != _OUTSIDE) & (x != _OUTSIDE) & covered[np.maximum(y, 0), np.maximum(x, 0)])
    return result


def _alone(reached: NDArray[np.intp], covered: Mask) -> tuple[Mask, Mask]:
    """(outputs,) along one axis: whether all that is read is covered, and whether nothing is read."""
    nothing = reached == _NOTHING
    fine = nothing | ((reached != _OUTSIDE) & covered[np.maximum(reached, 0)])
    return fine.all(axis=1), nothing.all(axis=1)


@lru_cache(maxsize=8)
def _reached(row: LayerGeometry, axis: int) -> NDArray[np.intp]:
    """(outputs, kernel): the input under each tap, _OUTSIDE in any padding, _NOTHING between those of a transposed."""
    size, outputs = row.input_shape[1 + axis], np.arange(row.output_shape[1 + axis])
    layer, settings = row.layer, window(row.layer)
    if isinstance(layer, ConvTranspose2d):
        steps = outputs[:, None] + layer.padding[axis] - np.arange(layer.kernel[axis]) * layer.dilation[axis]
        places, between = steps // layer.stride[axis], steps % layer.stride[axis] != 0
    else:
        kernel, stride, padding, dilation = (s[axis] for s in settings) if settings is not None else (1, 1, 0, 1)
        places = outputs[:, None] * stride - padding + np.arange(kernel) * dilation
        between = np.zeros(places.shape, np.bool_)
    places = np.where((places < 0) | (places >= size), _OUTSIDE, places)
    found = np.asarray(np.where(between, _NOTHING, places), np.intp)
    found.setflags(write=False)
    return found


def _jumps(row: LayerGeometry) -> tuple[Fraction, Fraction]:
    """How many cells of the output a shift by one cell of the input is, along height and width."""
    layer, settings = row.layer, window(row.layer)
    if isinstance(layer, ConvTranspose2d):
        return Fraction(layer.stride[0]), Fraction(layer.stride[1])
    stride = settings[1] if settings is not None else (1, 1)
    return Fraction(1, stride[0]), Fraction(1, stride[1])


def _scaled(pose: Pose, jump: tuple[Fraction, Fraction]) -> Pose:
    """The pose in cells of the output."""
    return replace(pose, down=pose.down * float(jump[0]), right=pose.right * float(jump[1]))
