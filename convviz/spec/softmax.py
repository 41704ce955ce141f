"""From scores to probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def softmax(scores: Floats) -> Floats:
    """exp(s − max s) / Σ; all NaN where a score is NaN or +inf.

    >>> softmax(np.array([0.0, 0.0], np.float32)).tolist()
    [0.5, 0.5]
    """
    with np.errstate(invalid="ignore", over="ignore"):
        shifted = np.exp(scores - scores.max())
        result: Floats = (shifted / shifted.sum()).astype(np.float32)
    return result
