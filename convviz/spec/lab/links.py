"""What belongs together: the taps of an output, the outputs that use an input, all places one kernel cell meets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arithmetic.taps import PADDING, readers, taps_at
from ..geometry import LayerGeometry, window
from ..network import Conv2d, ConvTranspose2d

Lines = tuple[int, ...]


class Taps(NamedTuple):
    """Rows and columns of the input, one a tap, where a window lies.

    Those outside 0…size − 1 lie in the padding. None: the tap of a transposed convolution that meets no input there.
    """

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]


def taps_of(row: LayerGeometry, y: int, x: int) -> Taps:
    """Where the taps of the output at (y, x) lie.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> (row,) = describe(NetworkSpec("", (1, 3, 5), (Conv2d("conv", 1, (3, 3), (2, 2), (2, 1)),)))
    >>> taps_of(row, 0, 1)
    Taps(rows=(-2, -1, 0), columns=(1, 2, 3))
    """
    return Taps(_along(row, 0, y), _along(row, 1, x))


def _along(row: LayerGeometry, axis: int, output: int) -> tuple[int | None, ...]:
    if isinstance(row.layer, ConvTranspose2d):
        places = taps_at(row, axis, output)
        return tuple(None if place == PADDING else place for place in places.tolist())
    settings = window(row.layer)
    if settings is None:
        return (output,)
    kernel, stride, padding, dilation = (pair[axis] for pair in settings)
    return tuple(output * stride - padding + tap * dilation for tap in range(kernel))


def users_of(row: LayerGeometry, y: int, x: int) -> tuple[Lines, Lines]:
    """The rows and the columns of the outputs that use the input at (y, x)."""
    if window(row.layer) is None and not isinstance(row.layer, ConvTranspose2d):
        return (y,), (x,)
    rows, columns = (np.unique(readers(row, axis, place).outputs) for axis, place in enumerate((y, x)))
    return tuple(rows.tolist()), tuple(columns.tolist())


def places_of(row: LayerGeometry, i: int, j: int) -> tuple[Lines, Lines]:
    """The rows and the columns of the input that the kernel cell (i, j) is multiplied with, over all positions.

    Those outside 0…size − 1 lie in the padding.
    """
    rows, columns = (_met(row, axis, tap) for axis, tap in enumerate((i, j)))
    return rows, columns


def _met(row: LayerGeometry, axis: int, tap: int) -> Lines:
    outputs = range(row.output_shape[1 + axis])
    if isinstance(row.layer, ConvTranspose2d):
        found = taps_at(row, axis, np.arange(len(outputs)))[:, tap]
        return tuple(found[found != PADDING].tolist())
    settings = window(row.layer)
    if settings is None:
        return tuple(outputs)
    _, stride, padding, dilation = (pair[axis] for pair in settings)
    first = tap * dilation - padding
    return tuple(range(first, first + len(outputs) * stride, stride))


def channels_seen(row: LayerGeometry, channel: int) -> range:
    """The input channels that an output channel reads: those of its group, or for pooling and ReLU its own."""
    layer = row.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return range(channel, channel + 1)
    seen = row.input_shape[0] // layer.groups
    first = channel // (layer.out_channels // layer.groups) * seen
    return range(first, first + seen)
