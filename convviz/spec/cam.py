"""Grad-CAM: where the maps of a convolution speak for a class.

Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", 2017. Each map k
of a layer gets a weight αₖ, the mean of ∂score/∂mapₖ over its positions; what speaks for the class is
relu(Σₖ αₖ · mapₖ).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .errors import InputError

Floats = NDArray[np.float32]


def grad_cam(values: Floats, gradients: Floats, size: Sequence[int] | None = None) -> Floats:
    """relu(Σₖ αₖ · mapₖ) of a layer's ``values`` (K, h, w), αₖ the means of their ``gradients`` (K, h, w).

    (h, w) as the maps are; enlarged to ``size`` (height, width) where that is given.

    Raises:
        InputError: the layer has no maps, or the gradients are of another one.

    >>> values = np.array([[[1, 2]], [[3, 0]]], np.float32)
    >>> grad_cam(values, np.array([[[4, 2]], [[-1, -1]]], np.float32)).tolist()
    [[0.0, 6.0]]
    """
    if values.ndim != 3:
        raise InputError("Grad-CAM needs a layer that puts out maps; this one is flat. Choose one before the flatten")
    if values.shape != gradients.shape:
        raise InputError(f"values of shape {values.shape} and gradients of shape {gradients.shape} do not go together")
    with np.errstate(over="ignore", invalid="ignore"):
        weights = gradients.mean(axis=(1, 2), dtype=np.float32)
        total: Floats = (values * weights[:, None, None]).sum(axis=0, dtype=np.float32)
        found: Floats = np.maximum(total, np.float32(0))  # NaN stays NaN
    return found if size is None else enlarged(found, size)


def enlarged(values: Floats, size: Sequence[int]) -> Floats:
    """A map (h, w) in another ``size`` (height, width): linear between the centres of its cells, flat beyond them.

    As torch's ``interpolate(mode="bilinear", align_corners=False)``.

    >>> enlarged(np.array([[0, 4]], np.float32), (1, 4)).tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        rows = _along_rows(values, size[0])
        result: Floats = np.ascontiguousarray(_along_rows(rows.T, size[1]).T)
    return result


def _along_rows(values: Floats, count: int) -> Floats:
    """(n, …) → (count, …)."""
    last = len(values) - 1
    places = np.clip((np.arange(count) + 0.5) * (len(values) / count) - 0.5, 0, last)
    low = places.astype(np.intp)
    part = (places - low).astype(np.float32)[:, None]
    high = np.where(part[:, 0] > 0, np.minimum(low + 1, last), low)  # on a centre its neighbour, NaN maybe, is silent
    result: Floats = values[low] * (1 - part) + values[high] * part
    return result
