"""Which units see which: exactly, unit by unit, with borders, dilation and padding modes.

On a chain of layers everything a unit sees in an earlier layer is all combinations of some channels, some rows and
some columns, so each axis is followed by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .geometry import LayerGeometry, describe, window
from .network import Conv2d, Flatten, Linear, NetworkSpec, PaddingMode, Shape, times
from .padding import padded

Index = tuple[int, ...]
Lines = tuple[int, ...]  # rows, columns or channels, in ascending order


class Box(NamedTuple):
    """Rows ``top`` up to ``bottom`` and columns ``left`` up to ``right``, ends excluded; may reach into the padding."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """Some units of one layer: every combination of these channels, rows and columns, each in ascending order.

    A flat layer has its features as ``channels``, and rows and columns are (0,). ``box`` spans from the first to the
    last place that a window reads, padding included; the rows and columns themselves lie inside the map. Where all
    that is read is padding, there are no units, but there is a box.
    """

    channels: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    box: Box

    def __len__(self) -> int:
        """How many units."""
        return len(self.channels) * len(self.rows) * len(self.columns)

    @property
    def sparse(self) -> bool:
        """Whether rows or columns have holes between them, as those of a dilated kernel have."""
        return any(axis and axis[-1] - axis[0] + 1 != len(axis) for axis in (self.rows, self.columns))


NOTHING = Footprint((), (), (), Box(0, 0, 0, 0))


@lru_cache(maxsize=512)
def fields(network: NetworkSpec, layer: str, index: Index) -> dict[str, Footprint]:
    """What one unit sees: its footprint in every earlier layer, in "input", and in its own layer (itself).

    ``index`` is (channel, row, column), or (feature,) in a flat layer. Padding that takes its values from the map
    (reflect, replicate, circular) counts as the places it takes them from. The result is shared: do not change it.

    >>> from convviz.spec.presets import lecture
    >>> seen = fields(lecture(), "conv2", (0, 1, 3))
    >>> seen["input"].box, len(seen["input"]), len(seen["relu1"])
    (Box(top=3, left=9, bottom=22, right=28), 361, 800)

    Raises:
        InputError: the network has no such layer or unit.
    """
    names, rows = _chain(network)
    at = _place(names, layer)
    found = {layer: _unit(network, rows, at, index)}
    for i in range(at, 0, -1):
        found[names[i - 1]] = _before(rows[i - 1], found[names[i]])
    return found


@lru_cache(maxsize=512)
def seen_by(network: NetworkSpec, layer: str, index: Index) -> dict[str, Footprint]:
    """Which units of every later layer see one unit (or pixel, of layer "input"); layers with none are left out.

    The exact inverse of :func:`fields`. Boxes lie inside the map. The result is shared: do not change it.

    >>> from convviz.spec.presets import lecture
    >>> seen_by(lecture(), "input", (0, 9, 0))["pool1"].rows
    (1, 2, 3)
    >>> seen_by(lecture(), "conv2", (5, 0, 0))["pool2"].channels
    (5,)

    Raises:
        InputError: the network has no such layer or unit.
    """
    names, rows = _chain(network)
    at = _place(names, layer)
    footprint = _unit(network, rows, at, index)
    found: dict[str, Footprint] = {}
    for i in range(at, len(rows)):
        footprint = _after(rows[i], footprint)
        if not len(footprint):
            break
        found[names[i + 1]] = footprint
    return found


# --- the chain -----------------------------------------------------------------------------------------------


def _chain(network: NetworkSpec) -> tuple[list[str], tuple[LayerGeometry, ...]]:
    """The names of all maps, "input" first, and the layers between them."""
    rows = describe(network)
    return ["input", *(row.layer.id for row in rows)], rows


def _place(names: list[str], layer: str) -> int:
    if layer not in names:
        raise InputError(f"there is no layer {layer!r}; the layers are {', '.join(names)}")
    return names.index(layer)


def _unit(network: NetworkSpec, rows: tuple[LayerGeometry, ...], at: int, index: Index) -> Footprint:
    shape = rows[at - 1].output_shape if at else network.input_shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        name = rows[at - 1].layer.id if at else "input"
        raise InputError(f"{name} has no unit {tuple(index)}: it is {times(shape)}, counted from 0")
    channel, row, column = index if len(index) == 3 else (index[0], 0, 0)
    return Footprint((channel,), (row,), (column,), Box(row, column, row + 1, column + 1))


def _before(row: LayerGeometry, seen: Footprint) -> Footprint:
    """What some of a layer's units read of its input."""
    layer = row.layer
    if not len(seen):
        return NOTHING
    if isinstance(layer, Linear):
        return _whole(row.input_shape)
    if isinstance(layer, Flatten) and len(row.input_shape) == 3:
        if len(seen.channels) == row.output_shape[0]:
            return _whole(row.input_shape)
        return _unflattened(seen.channels, row.input_shape)
    if window(layer) is None:
        return _of(seen.channels, seen.rows, seen.columns)
    (rows, top, bottom), (columns, left, right) = (
        _read(_axis(row, a), lines) for a, lines in enumerate((seen.rows, seen.columns))
    )
    box = Box(top, left, bottom, right)
    if not rows or not columns:
        return Footprint((), (), (), box)
    return Footprint(_channels(row, seen.channels, forwards=False), rows, columns, box)


def _after(row: LayerGeometry, seen: Footprint) -> Footprint:
    """Which of a layer's units read some of its input."""
    layer = row.layer
    if isinstance(layer, Linear):
        return _whole(row.output_shape)
    if isinstance(layer, Flatten) and len(row.input_shape) == 3:
        return _flattened(seen, row.input_shape)
    if window(layer) is None:
        return seen
    rows, columns = (_readers(_axis(row, a), lines) for a, lines in enumerate((seen.rows, seen.columns)))
    if not rows or not columns:
        return NOTHING
    return _of(_channels(row, seen.channels, forwards=True), rows, columns)


def _of(channels: Lines, rows: Lines, columns: Lines) -> Footprint:
    return Footprint(channels, rows, columns, Box(rows[0], columns[0], rows[-1] + 1, columns[-1] + 1))


@lru_cache(maxsize=64)
def _whole(shape: Shape) -> Footprint:
    count, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    return _of(tuple(range(count)), tuple(range(height)), tuple(range(width)))


def _flattened(seen: Footprint, shape: Shape) -> Footprint:
    if len(seen) == prod(shape):
        return _whole((len(seen),))
    places = np.ix_(np.array(seen.channels), np.array(seen.rows), np.array(seen.columns))
    features = np.ravel_multi_index(np.broadcast_arrays(*places), shape).ravel()
    return _of(tuple(features.tolist()), (0,), (0,))


def _unflattened(features: Lines, shape: Shape) -> Footprint:
    """Where flatten took these from: a single one, or a full block."""
    found = np.unravel_index(np.array(features), shape)
    return _of(*(tuple(np.unique(axis).tolist()) for axis in found))


def _channels(row: LayerGeometry, channels: Lines, *, forwards: bool) -> Lines:
    """Input channels that these output channels read; or, ``forwards``, output channels that read these."""
    layer = row.layer
    if not isinstance(layer, Conv2d):
        return channels
    inputs, outputs = row.input_shape[0] // layer.groups, row.output_shape[0] // layer.groups  # of one group
    here, there = (inputs, outputs) if forwards else (outputs, inputs)
    groups = sorted({channel // here for channel in channels})
    return tuple(channel for group in groups for channel in range(group * there, (group + 1) * there))


# --- one axis ------------------------------------------------------------------------------------------------


class _Axis(NamedTuple):
    """A window that slides along ``size`` lines and stops at ``outputs`` places."""

    size: int
    outputs: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    mode: PaddingMode


def _axis(row: LayerGeometry, axis: int) -> _Axis:
    settings = window(row.layer)
    assert settings is not None
    kernel, stride, padding, dilation = (pair[axis] for pair in settings)
    mode = row.layer.padding_mode if isinstance(row.layer, Conv2d) else "zeros"
    return _Axis(row.input_shape[1 + axis], row.output_shape[1 + axis], kernel, stride, padding, dilation, mode)


@lru_cache(maxsize=256)
def _taps(axis: _Axis) -> NDArray[np.intp]:
    """(outputs, kernel): the line that each tap reads; ``size`` where that is a zero or nothing."""
    lines = np.arange(axis.size)
    around = (axis.padding, axis.padding)
    within = padded(lines, around, axis.mode if axis.padding else "zeros", axis.size)
    places = np.arange(axis.outputs)[:, None] * axis.stride + np.arange(axis.kernel)[None, :] * axis.dilation
    beyond = max(int(places.max()) + 1 - within.size, 0)  # a rounded up last window sticks out
    taps: NDArray[np.intp] = np.append(within, np.full(beyond, axis.size, within.dtype))[places]
    taps.setflags(write=False)
    return taps


@lru_cache(maxsize=2048)
def _read(axis: _Axis, outputs: Lines) -> tuple[Lines, int, int]:
    """The lines that these outputs read, and from where to where, the padding included."""
    read = np.zeros(axis.size + 1, np.bool_)
    read[_taps(axis)[list(outputs)]] = True
    start = outputs[0] * axis.stride - axis.padding
    stop = outputs[-1] * axis.stride - axis.padding + (axis.kernel - 1) * axis.dilation + 1
    return tuple(np.flatnonzero(read[:-1]).tolist()), start, min(stop, axis.size + axis.padding)


@lru_cache(maxsize=2048)
def _readers(axis: _Axis, lines: Lines) -> Lines:
    """The outputs that read any of these lines."""
    wanted = np.zeros(axis.size + 1, np.bool_)
    wanted[list(lines)] = True
    return tuple(np.flatnonzero(wanted[_taps(axis)].any(axis=1)).tolist())
