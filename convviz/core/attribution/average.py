"""The effective receptive field of a unit: how much each pixel moves it, averaged over pictures."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from torch import nn

from ...spec.errors import InputError
from ..trace import Floats
from .recorded import Index, Recorded


def effective_field(network: nn.Module, pictures: Iterable[Floats], layer: str, index: Index) -> Floats:
    """The mean of |∂unit/∂input| over ``pictures``, each (C, H, W): (C, H, W).

    Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", 2016.
    :func:`convviz.spec.effective.effective_size` says how large it is.

    Args:
        index: of the unit, (channel, row, column), or (feature,) in a flat layer.

    Raises:
        InputError: there is no such layer or unit, or no picture.

    >>> from convviz.core.network import build
    >>> from convviz.spec.effective import effective_size, magnitude
    >>> from convviz.spec.presets import lecture
    >>> pictures = np.random.default_rng(0).random((4, 1, 28, 28), np.float32)
    >>> field = effective_field(build(lecture()), pictures, "conv2", (0, 1, 3))
    >>> rows, columns = np.nonzero(magnitude(field))
    >>> bool(rows.min() >= 3 and rows.max() < 22 and columns.min() >= 9 and columns.max() < 28)
    True
    >>> effective_size(magnitude(field)) <= 19
    True
    """
    last = deque(running_field(network, pictures, layer, index), maxlen=1)
    if not last:
        raise InputError("an effective field is averaged over pictures; give at least one")
    return last[0]


def running_field(network: nn.Module, pictures: Iterable[Floats], layer: str, index: Index) -> Iterator[Floats]:
    """:func:`effective_field` of the first picture, of the first two, and so on.

    Raises:
        InputError: there is no such layer or unit.
    """
    total: np.ndarray | None = None
    for count, picture in enumerate(pictures, 1):
        one = np.abs(Recorded(network, picture).of_unit(layer, index)).astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            total = one if total is None else total + one
            yield (total / count).astype(np.float32)
