"""How much of its receptive field a unit really uses, and how large that part is.

The *effective* receptive field (Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field in Deep
Convolutional Neural Networks", 2016) is where ∂unit/∂pixel is not small: it is strongest near the centre, and falls
off towards the rim of the field that sizes and strides allow.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SHARE = 1 - 0.9545  # of the strongest pixel: what a Gaussian leaves outside two standard deviations


class Profile(NamedTuple):
    """How much each row (H,) and each column (W,) of the input moves the unit, the strongest one as 1."""

    rows: Floats
    columns: Floats


def magnitude(gradient: Floats) -> Floats:
    """Σ |∂unit/∂input| over the channels: (C, H, W) → (H, W).

    >>> magnitude(np.array([[[1, -2]], [[-3, 0]]], np.float32)).tolist()
    [[4.0, 2.0]]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total: Floats = np.abs(gradient).sum(axis=0)
    return total


def effective_size(magnitude: Floats) -> float:
    """The side of the effective field in pixels, for ``magnitude`` (H, W) ≥ 0.

    The square root of the number of pixels with at least 4.55 % (1 − 0.9545) of the strongest one. 0 where no pixel
    moves the unit, NaN where the magnitude is not finite.

    >>> effective_size(np.array([[0.01, 1, 0.5], [0.3, 0.05, 0.04]], np.float32))
    2.0
    """
    if not np.isfinite(magnitude).all():
        return float("nan")
    strongest = float(magnitude.max(initial=0.0))
    return sqrt(np.count_nonzero(magnitude >= SHARE * strongest)) if strongest > 0 else 0.0


def profile(magnitude: Floats) -> Profile:
    """The magnitude (H, W) added up along rows and along columns; zeros where there is none.

    >>> profile(np.array([[0, 1, 0], [1, 2, 1]], np.float32))
    Profile(rows=array([0.25, 1. ], dtype=float32), columns=array([0.33333334, 1.        , 0.33333334], dtype=float32))
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return Profile(_strongest_as_one(magnitude.sum(axis=1)), _strongest_as_one(magnitude.sum(axis=0)))


def _strongest_as_one(values: Floats) -> Floats:
    strongest = values.max(initial=0.0)
    result: Floats = np.divide(values, strongest, dtype=np.float32) if strongest != 0 else np.zeros_like(values)
    return result
