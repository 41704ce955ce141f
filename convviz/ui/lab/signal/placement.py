"""Where samples, taps and outputs stand on the one scale that all rows of a signal share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ....spec.arithmetic.taps import taps_at
from ....spec.geometry import LayerGeometry, window
from ....spec.network import ConvTranspose2d

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Placement:
    """The scale counts samples of the input, and of a transposed convolution those of its output.

    An output stands under the middle of its window. In a transposed convolution an input stands over the middle of
    what it lays down, so there too the taps of an output stand under the inputs that they are multiplied with.

    >>> Placement(False, 2, 1, 0, 1, inputs=4, outputs=3).output_at(2), Placement(True, 3, 2, 0, 1, 4, 9).input_at(1)
    (2.5, 3.0)
    """

    transposed: bool
    kernel: int
    stride: int
    padding: int
    dilation: int
    inputs: int
    outputs: int

    @property
    def reach(self) -> float:
        """From the first tap of a window to its middle."""
        return self.dilation * (self.kernel - 1) / 2

    @property
    def input_pitch(self) -> int:
        """From one input to the next."""
        return self.stride if self.transposed else 1

    @property
    def output_pitch(self) -> int:
        return 1 if self.transposed else self.stride

    def input_at(self, i: float) -> float:
        """Where an input stands on the common scale of both rows."""
        return i * self.stride - self.padding + self.reach if self.transposed else i

    def output_at(self, o: float) -> float:
        """Where an output stands: in the middle of its window."""
        return o if self.transposed else o * self.stride - self.padding + self.reach

    def tap_at(self, o: float, tap: int) -> float:
        """Where a tap stands while the output ``o`` is computed."""
        if self.transposed:
            return o - tap * self.dilation + self.reach
        return o * self.stride - self.padding + tap * self.dilation

    @property
    def whole(self) -> tuple[float, float]:
        """The part of the scale that holds everything, padding and the outermost windows included."""
        ends = [self.input_at(0), self.input_at(self.inputs - 1), self.output_at(0), self.output_at(self.outputs - 1)]
        ends += [self.tap_at(o, tap) for o in (0, self.outputs - 1) for tap in (0, self.kernel - 1)]
        size = self.outputs if self.transposed else self.inputs
        ends += [-self.padding, size - 1 + self.padding]
        return min(ends) - 0.5, max(ends) + 0.5

    def inputs_between(self, first: float, last: float) -> range:
        """The inputs that stand between two places of the scale."""
        return self._between(first, last, self.input_at(0), self.input_pitch, self.inputs)

    def outputs_between(self, first: float, last: float) -> range:
        """The outputs that stand between two places."""
        return self._between(first, last, self.output_at(0), self.output_pitch, self.outputs)

    def _between(self, first: float, last: float, start: float, pitch: int, count: int) -> range:
        low = max(ceil((first - start) / pitch - 0.5), 0)
        return range(low, max(min(floor((last - start) / pitch + 0.5), count - 1) + 1, low))

    def nearest_input(self, place: float) -> int:
        """The input there, or the sample of its padding: then below 0 or not below ``inputs``."""
        return floor((place - self.input_at(0)) / self.input_pitch + 0.5)

    def nearest_output(self, place: float) -> int:
        """The output there; below 0 or not below ``outputs`` beside them."""
        return floor((place - self.output_at(0)) / self.output_pitch + 0.5)


@lru_cache(maxsize=64)
def placement(row: LayerGeometry) -> Placement:
    """How a layer's samples stand along the width."""
    layer = row.layer
    size = row.input_shape[2], row.output_shape[2]
    if isinstance(layer, ConvTranspose2d):
        return Placement(True, layer.kernel[1], layer.stride[1], layer.padding[1], layer.dilation[1], *size)
    sliding = window(layer)
    if sliding is None:
        return Placement(False, 1, 1, 0, 1, *size)
    kernel, stride, padding, dilation = (pair[1] for pair in sliding)
    return Placement(False, kernel, stride, padding, dilation, *size)


def read_by(row: LayerGeometry, outputs: Places) -> Places:
    """(outputs, kernel): the inputs that windows read, PADDING beside them."""
    if window(row.layer) is None and not isinstance(row.layer, ConvTranspose2d):
        return outputs[:, None]
    return taps_at(row, 1, outputs)


def users(row: LayerGeometry, i: int) -> tuple[int, ...]:
    """The outputs that use the input ``i``, found among few, however long the signal is."""
    near = _near(row, i, i)
    return tuple(near[(read_by(row, near) == i).any(axis=1)].tolist())


def unread(row: LayerGeometry, inputs: range) -> tuple[int, ...]:
    """Those of ``inputs`` that no output reads."""
    if not inputs:
        return ()
    near = _near(row, inputs[0], inputs[-1])
    read = np.isin(np.arange(inputs[0], inputs[-1] + 1), read_by(row, near))
    return tuple((np.flatnonzero(~read) + inputs[0]).tolist())


def _near(row: LayerGeometry, first: int, last: int) -> Places:
    """Outputs among which all are that read an input from ``first`` to ``last``.

    Windows that reach into the padding belong to them, as they may read the signal's other end there.
    """
    place = placement(row)
    span, stride, padding = place.dilation * (place.kernel - 1), place.stride, place.padding
    if place.transposed:
        low, high = first * stride - padding, last * stride - padding + span
        return np.arange(max(low, 0), min(high, place.outputs - 1) + 1)
    low, high = ceil((first + padding - span) / stride), (last + padding) // stride
    ranges = [(low, high), (0, ceil(padding / stride)), ((place.inputs + padding - span) // stride, place.outputs - 1)]
    inside = [np.arange(max(a, 0), min(b, place.outputs - 1) + 1) for a, b in ranges]
    return np.unique(np.concatenate(inside))
