"""What the page of equivariance says, in the words and numbers of its plots."""

from __future__ import annotations

from dataclasses import replace
from math import isinf, isnan

from ....spec.lab.equivariance import Difference, Point, followed
from ....spec.lab.lab import Lab
from ....spec.lab.pose import Pose, described
from ....spec.network import Pair

NOTHING_LEFT = "Nothing is left to compare: all values read the padding or what came in from outside."
ZERO = "f(x) is 0 everywhere, so nothing can be measured against it."


def at_rest(lab: Lab) -> str:
    """What dragging will show.

    >>> from convviz.spec.lab.presets import lab
    >>> at_rest(lab("stride-padding"))
    'Drag the input: f(x) follows only every 2 cells, and lags between. Pooled by 2 it follows only every 4 cells.'
    >>> at_rest(lab("transposed"))
    'Drag the input: f(x) moves along exactly with every cell. Pooled by 2 it does so, too.'
    """
    one, other = followed(lab)
    flat = lab.dims == 1
    exact = _all(one, flat)
    first = "moves along exactly with every cell" if exact else f"follows only {_every(one, flat)}, and lags between"
    if other is None:
        return f"Drag the input: f(x) {first}. It is too small to be pooled by 2."
    if _all(other, flat):
        return f"Drag the input: f(x) {first}. Pooled by 2 it does so, too."
    between = ", and lags between" if exact else ""
    return f"Drag the input: f(x) {first}. Pooled by 2 it follows only {_every(other, flat)}{between}."


def _all(cells: Pair, flat: bool) -> bool:
    return cells[1] == 1 and (flat or cells[0] == 1)


def _every(cells: Pair, flat: bool) -> str:
    if flat or cells[0] == cells[1]:
        return f"every {cells[1]} cells"
    return f"every {cells[0]} down and every {cells[1]} to the right"


def moved(lab: Lab, found: Point) -> str:
    """What the present pose does: the values of the curves where the mark is."""
    how = "turned or enlarged" if lab.pose.turn_deg or lab.pose.scale != 1 else "shifted"
    one, other = found
    parts = [f"f(x): {_measured(one)}"]
    if other is not None:
        parts.append(f"pooled by 2: {_measured(other)}")
    return f"The input is {how}. {'; '.join(parts)}."


def _measured(found: Difference) -> str:
    if isinf(found.changed):
        return "was 0 and is not now"
    if isnan(found.off):
        return f"change {found.changed:.2g}"
    follows = "0, it moved along exactly" if found.off == 0 else "∞" if isinf(found.off) else f"{found.off:.2g}"
    return f"change {found.changed:.2g}, error {follows}"


def axis_title(pose: Pose, axis: int, *, flat: bool = False) -> str:
    """What a plot goes along, and what of a pose all of its points have in common.

    >>> axis_title(Pose(3, 4), 1), axis_title(Pose(3, 4, 15), 0)
    ('shift to the right, with 3 down', 'shift downwards, with 4 right, 15° clockwise')
    >>> axis_title(Pose(0, 4), 1)
    'shift to the right, in cells of the input'
    """
    along = f"shift {'to the right' if axis else 'downwards'}"
    kept = described(replace(pose, right=0.0) if axis else replace(pose, down=0.0), flat=flat)
    return f"{along}, with {kept}" if kept else f"{along}, in cells of the input"


def why_empty(curves: tuple[tuple[float, ...], ...]) -> str:
    """Why a plot shows no curve; "" where it does. One single point of the unmoved input is no curve.

    >>> why_empty(((0.0, float("nan")), (0.0, 1.0)))
    ''
    """
    shown = [sum(not isnan(value) and not isinf(value) for value in values) for values in curves]
    if not curves or max(shown) > 1:
        return ""
    return ZERO if any(isinf(value) for values in curves for value in values) else NOTHING_LEFT
