"""The input shifted, turned and enlarged: what equivariance is about."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, isfinite, radians, sin

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the input was moved: down and right in cells, clockwise in degrees, enlarged around its middle."""

    down: float = 0.0
    right: float = 0.0
    turn_deg: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.down, self.right, self.turn_deg, self.scale))) or self.scale <= 0:
            raise InputError("an input is moved and turned by finite numbers, and enlarged by one above 0")


UNMOVED = Pose()


def described(pose: Pose, *, flat: bool = False) -> str:
    """How an input was moved, in a few words; a ``flat`` one is a signal, that only moves along itself.

    >>> described(Pose(2, -3, 15, 1.5)), described(Pose(2, 3, 15), flat=True), described(UNMOVED)
    ('3 left, 2 down, 15° clockwise, 150 %', '3 right', '')
    """
    parts = [f"{abs(pose.right):.4g} {'left' if pose.right < 0 else 'right'}" if pose.right else ""]
    if not flat:
        parts.append(f"{abs(pose.down):.4g} {'up' if pose.down < 0 else 'down'}" if pose.down else "")
        turned = f"{abs(pose.turn_deg):.4g}° {'counterclockwise' if pose.turn_deg < 0 else 'clockwise'}"
        parts.append(turned if pose.turn_deg else "")
    parts.append(f"{100 * pose.scale:.4g} %" if pose.scale != 1 else "")
    return ", ".join(part for part in parts if part)


_FARTHEST = 1e9  # cells


def posed(values: Floats, pose: Pose) -> Floats:
    """The input (C, H, W) in another pose; what comes in from outside is 0. Between cells it is interpolated linearly.

    A shift by whole cells is exact: no value changes.

    >>> posed(np.array([[[1, 2, 3]]], np.float32), Pose(right=1)).tolist()
    [[[0.0, 1.0, 2.0]]]
    """
    if pose == UNMOVED:
        return values
    if pose.turn_deg % 360 == 0 and pose.scale == 1 and pose.down % 1 == pose.right % 1 == 0:
        return _shifted(values, pose)
    _, height, width = values.shape
    middle = (height - 1) / 2, (width - 1) / 2
    down, right = (min(max(by, -_FARTHEST), _FARTHEST) for by in (pose.down, pose.right))
    y = np.arange(height)[:, None] - middle[0] - down
    x = np.arange(width)[None] - middle[1] - right
    angle = radians(pose.turn_deg)
    scale = max(pose.scale, 1 / _FARTHEST)
    c, s = cos(angle) / scale, sin(angle) / scale
    rows, columns = np.round(c * y - s * x + middle[0], 9), np.round(s * y + c * x + middle[1], 9)
    rows, columns = rows.clip(-2, height + 1), columns.clip(-2, width + 1)  # further away is nothing, either
    return _sampled(values, *np.broadcast_arrays(rows, columns))


def _shifted(values: Floats, pose: Pose) -> Floats:
    """By whole cells."""
    result = np.zeros_like(values)
    targets, sources = [], []
    for size, by in zip(values.shape[1:], (pose.down, pose.right), strict=True):
        shift = int(min(max(by, -size), size))
        targets.append(slice(max(shift, 0), size + min(shift, 0)))
        sources.append(slice(max(-shift, 0), size - max(shift, 0)))
    result[:, targets[0], targets[1]] = values[:, sources[0], sources[1]]
    return result


def _sampled(values: Floats, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Floats:
    """(C, …): the values at fractional places, 0 outside."""
    top, left = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    down, right = (rows - top).astype(np.float32), (columns - left).astype(np.float32)
    result = np.zeros((len(values), *rows.shape), np.float32)
    for dy, dx, share in (
        (0, 0, (1 - down) * (1 - right)),
        (0, 1, (1 - down) * right),
        (1, 0, down * (1 - right)),
        (1, 1, down * right),
    ):
        y, x = top + dy, left + dx
        there = (y >= 0) & (y < values.shape[1]) & (x >= 0) & (x < values.shape[2]) & (share > 0)
        with np.errstate(invalid="ignore", over="ignore"):
            result[:, there] += values[:, y[there], x[there]] * share[there]
    return result
