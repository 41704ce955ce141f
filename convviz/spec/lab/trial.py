"""One operation done on one input: everything that can be shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..arithmetic import Explanation, explain
from ..geometry import LayerGeometry
from .evaluate import evaluate
from .lab import Lab
from .pose import posed
from .source import FromDrawing, FromPhoto, Grid

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Trial:
    """``values`` (C, H, W) is the input in its pose, ``output`` (D, H′, W′); both read-only.

    ``unmoved`` is the input before it was moved, where that is known.
    """

    lab: Lab
    values: Floats
    output: Floats
    unmoved: Floats | None = None

    @cached_property
    def row(self) -> LayerGeometry:
        """The operation's line of the layer table."""
        return self.lab.row

    @cached_property
    def maps(self) -> Mapping[str, Floats]:
        """As a frame of a network holds them: "input" and the layer."""
        return {"input": self.values, self.lab.layer.id: self.output}

    @property
    def positions(self) -> int:
        """How many places the window takes: each gives one value of every output channel."""
        return int(self.output.shape[1] * self.output.shape[2])

    def explain(self, index: Sequence[int]) -> Explanation:
        """How one value (channel, row, column) of the output came about; of a signal in words of one dimension."""
        found = explain(self.lab.network, self.lab.multiplied, self.maps, self.lab.layer.id, index)
        if self.lab.dims == 2:
            return found
        formula = f"max of {found.values.size} values" if found.kind == "max" else found.formula
        return replace(found, formula=formula, flat=True)


def perform(lab: Lab, drawing: Floats | None = None) -> Trial:
    """Does the operation. ``drawing`` (1, H, W) is what a network receives of the drawing, where that is the input.

    A photo is taken whole, so it should be small.

    Raises:
        InputError: the operation does not fit its input.
    """
    unmoved = source_values(lab, drawing)
    if unmoved is drawing and drawing.flags.writeable:
        unmoved = drawing.copy()  # what a caller draws on stays the caller's
    values = posed(unmoved, lab.pose)
    output = evaluate(lab.row, lab.multiplied, values)
    for array in (unmoved, values, output):
        array.setflags(write=False)
    return Trial(lab, values, output, unmoved)


def source_values(lab: Lab, drawing: Floats | None = None) -> Floats:
    """The input (C, H, W) before it is moved."""
    match lab.source:
        case Grid(values=values):
            return values
        case FromPhoto() as photo:
            return photo_values(photo)
        case FromDrawing():
            return drawing if drawing is not None else np.zeros(lab.shape, np.float32)


def photo_values(source: FromPhoto) -> Floats:
    """All values (C, H, W) of a photo's channels in 0…1."""
    pixels = source.photo.pixels
    match source.channel:
        case "rgb":
            chosen = pixels.astype(np.float32)
        case "grey":
            chosen = grey(pixels)
        case colour:
            at = min(("red", "green", "blue").index(colour), pixels.shape[2] - 1)
            chosen = pixels[:, :, at : at + 1].astype(np.float32)
    return np.ascontiguousarray(chosen.transpose(2, 0, 1)) / np.float32(255)


def grey(pixels: NDArray[np.uint8]) -> Floats:
    """(…, 1) in 0…255 of (…, C): brightness as the eye weighs red, green and blue (ITU-R BT.601)."""
    if pixels.shape[-1] == 1:
        return pixels.astype(np.float32)
    shares = (0.299, 0.587, 0.114)
    total = sum(pixels[..., c : c + 1] * np.float32(share) for c, share in enumerate(shares))
    return np.asarray(total, np.float32)
