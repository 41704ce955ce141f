"""What is asked about a network beside its activations: which class, which gradients, what covers the input."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .network import Shape

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of one value laid over the input: ``height`` × ``width`` pixels from (``top``, ``left``) on.

    It may reach beyond the input; what lies outside is left out.
    """

    top: int
    left: int
    height: int
    width: int
    value: float = 0.5

    def over(self, picture: Floats) -> Floats:
        """A copy of ``picture`` (C, H, W) with the patch laid over it.

        >>> Patch(-1, 1, 2, 5).over(np.zeros((1, 2, 3), np.float32))[0].tolist()
        [[0.0, 0.5, 0.5], [0.0, 0.0, 0.0]]
        """
        covered = picture.copy()
        rows, columns = (
            slice(max(start, 0), max(start + size, 0))
            for start, size in ((self.top, self.height), (self.left, self.width))
        )
        covered[:, rows, columns] = self.value
        return covered


@dataclass(frozen=True, slots=True)
class Probe:
    """Part of a State, but neither saved nor undone.

    target: the class whose score is explained; None is the one that the network answers.
    gradients: frames hold the gradients of that score.
    effective: frames hold the gradient of the selected unit with respect to the input.
    patch: lies over the input.
    """

    target: int | None = None
    gradients: bool = False
    effective: bool = False
    patch: Patch | None = None

    def class_of(self, scores: Floats) -> int:
        """The class that is explained, where the network's last layer put out ``scores``.

        >>> Probe().class_of(np.array([1, 5, 2], np.float32)), Probe(target=2).class_of(np.zeros(3, np.float32))
        (1, 2)
        """
        if self.target is not None and self.target < scores.size:
            return self.target
        return int(np.argmax(np.nan_to_num(scores, nan=-np.inf))) if scores.size else 0

    def within(self, before: Shape, after: Shape, outputs: int) -> Probe:
        """As far as a network with an input of shape ``after`` and so many ``outputs`` allows."""
        probe = self
        if self.target is not None and self.target >= outputs:
            probe = replace(probe, target=None)
        return replace(probe, patch=None) if self.patch is not None and before != after else probe
