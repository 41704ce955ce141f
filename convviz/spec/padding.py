"""What stands around a map: a constant, or what the padding mode takes from the map itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .network import PaddingMode

Sides = tuple[int, int]  # how much comes before, and after
Number = TypeVar("Number", bound=np.generic)
_NUMPY: dict[PaddingMode, Literal["reflect", "edge", "wrap"]] = {
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


def padded(
    values: NDArray[Number], sides: Sides | Sequence[Sides], mode: PaddingMode = "zeros", fill: float = 0
) -> NDArray[Number]:
    """``values`` with ``sides`` more along every axis, or along each its own; "zeros" are ``fill``.

    >>> padded(np.array([1, 2, 3]), (1, 2)).tolist(), padded(np.array([1, 2, 3]), (1, 2), "reflect").tolist()
    ([0, 1, 2, 3, 0, 0], [2, 1, 2, 3, 2, 1])
    """
    if mode == "zeros":
        return np.pad(values, sides, constant_values=fill)
    return np.pad(values, sides, mode=_NUMPY[mode])
