"""A look at some places of a photo, before and after the operation: exactly the values that all of it would have there.

The values that the windows read are gathered once a viewport; a kernel that is dragged costs only the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ..arithmetic import Explanation, explain
from ..arithmetic.taps import PADDING, counted, taps_at
from ..errors import InputError
from ..geometry import LayerGeometry, window
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU
from .lab import Lab
from .links import channels_seen
from .source import FromPhoto

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
BAND_BYTES = 1 << 18  # rows are turned into values so many at a time that they stay in the cache
_GREY = (0.299, 0.587, 0.114)


class Patches(NamedTuple):
    """What windows read at ``rows`` × ``columns`` of the output: ``values`` (C, h, R, w, K), of channels ``first``…"""

    row: LayerGeometry
    rows: Places
    columns: Places
    first: int
    values: Floats


def same_result(a: Lab, b: Lab) -> bool:
    """Whether two Labs compute the same of the same."""
    same = a.source is b.source and a.weights is b.weights and a.flipped == b.flipped
    return same and a.layer == b.layer and a.shape == b.shape


def seen_by(row: LayerGeometry, outputs: Sequence[int]) -> range:
    """The input channels that are gathered for some output channels."""
    seen = [channels_seen(row, d) for d in outputs]
    return range(min(s.start for s in seen), max(s.stop for s in seen))


def factors(row: LayerGeometry) -> int:
    """How many values of one channel an output is made of."""
    kernel = getattr(row.layer, "kernel", (1, 1))
    return int(kernel[0] * kernel[1])


def gather(row: LayerGeometry, source: FromPhoto, rows: Places, columns: Places, channels: range) -> Patches:
    """Reads what :func:`combine` needs, of these channels of the input."""
    down, right = _taps(row, 0, rows), _taps(row, 1, columns)  # (R, h), (K, w)
    fill = -np.inf if isinstance(row.layer, MaxPool2d) else 0.0
    lines, line_of = _distinct(down.T.ravel())
    places, place_of = _distinct(right.T.ravel())
    values = photo_at(source, lines, places, channels)
    values[:, lines == PADDING] = fill
    values[:, :, places == PADDING] = fill
    if line_of is not None:
        values = np.take(values, line_of, axis=1)
    if place_of is not None:
        values = np.take(values, place_of, axis=2)
    shape = (len(channels), down.shape[1], len(rows), right.shape[1], len(columns))
    return Patches(row, rows, columns, channels.start, values.reshape(shape))


def _distinct(places: Places) -> tuple[Places, Places | None]:
    """The places that have to be read, and which of them stands where; None where all are read as they are."""
    if places.size < 2:
        return places, None
    found, which = np.unique(places, return_inverse=True)
    return (found, which) if found.size < 0.75 * places.size else (places, None)


def _taps(row: LayerGeometry, axis: int, outputs: Places) -> Places:
    if window(row.layer) is None and not isinstance(row.layer, ConvTranspose2d):
        return outputs[:, None]
    return taps_at(row, axis, outputs)


def photo_at(source: FromPhoto, rows: Places, columns: Places, channels: range | None = None) -> Floats:
    """(C, rows, columns): the input's values there, as :func:`photo_values` has them of the whole photo.

    Any place may be named more than once; a negative one counts from the end.
    """
    pixels = source.photo.pixels
    height, width, colours = pixels.shape
    read = _read(source, channels)
    flat = pixels.reshape(height, width * colours)
    across = np.concatenate([np.mod(columns, width) * colours + colour for colour in read])
    tables = _tables(source.channel == "grey" and colours == 3)
    together = len(tables) == 3
    result = np.empty((1 if together else len(read), len(rows), len(columns)), np.float32)
    step = max(BAND_BYTES // max(4 * across.size, flat.shape[1], 1), 1)
    for top in range(0, len(rows), step):
        lines = flat[rows[top : top + step]]
        bytes_ = np.take(lines, across, axis=1).reshape(len(lines), len(read), len(columns))
        target = result[:, top : top + step]
        if together:
            _weigh(bytes_, target[0])
        else:
            np.take(tables[0], bytes_.transpose(1, 0, 2), out=target, mode="clip")
    return result


def _read(source: FromPhoto, channels: range | None) -> tuple[int, ...]:
    """Which colours of the photo."""
    colours = source.photo.pixels.shape[2]
    match source.channel:
        case "rgb":
            return tuple(range(colours) if channels is None else channels)
        case "grey":
            return tuple(range(colours))
        case colour:
            return (min(("red", "green", "blue").index(colour), colours - 1),)


@lru_cache(maxsize=2)
def _tables(weighed: bool) -> tuple[Floats, ...]:
    """The value of each byte: of a channel, or the share of each colour in the brightness."""
    every = np.arange(256).astype(np.float32)
    if weighed:
        return tuple(every * np.float32(share) for share in _GREY)
    return (every / np.float32(255),)


def _weigh(colours: NDArray[np.uint8], target: Floats) -> None:
    """Brightness, in the order in which ``trial.grey`` adds it up."""
    red, green, blue = _tables(True)
    np.take(red, colours[:, 0], out=target, mode="clip")
    target += np.take(green, colours[:, 1], mode="clip")
    target += np.take(blue, colours[:, 2], mode="clip")
    target /= np.float32(255)


def combine(patches: Patches, weights: Mapping[str, Floats], outputs: Sequence[int]) -> Floats:
    """(D, R, K): the values of some output channels; ``weights`` are those that are multiplied.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> from convviz.spec.photo import Photo
    >>> photo = Photo(np.array([[[0], [255], [0], [0]]], np.uint8))
    >>> (row,) = describe(NetworkSpec("", (1, 1, 4), (Conv2d("conv", 1, (1, 2), bias=False),)))
    >>> patches = gather(row, FromPhoto(photo), np.array([0]), np.array([0, 1]), range(1))
    >>> combine(patches, {"conv.weight": np.array([[[[3, 2]]]], np.float32)}, (0,)).tolist()
    [[[2.0, 3.0]]]
    """
    row = patches.row
    shape = (len(outputs), len(patches.rows), len(patches.columns))
    result = np.zeros(shape, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        for n, d in enumerate(outputs):
            seen = channels_seen(row, d)
            values = patches.values[seen.start - patches.first : seen.stop - patches.first]
            match row.layer:
                case Conv2d() | ConvTranspose2d():
                    _sum(patches, weights[f"{row.layer.id}.weight"][d], values, result[n])
                    if row.layer.bias:
                        result[n] += weights[f"{row.layer.id}.bias"][d]
                case MaxPool2d():
                    np.maximum.reduce(values[0], axis=(0, 2), out=result[n])
                case AvgPool2d():
                    _mean(patches, values[0], result[n])
                case ReLU():
                    np.maximum(values[0, 0, :, 0], np.float32(0), out=result[n])
                case _:
                    raise InputError(f"the Lab has no {row.layer.kind}")
    return result


def _sum(patches: Patches, kernel: Floats, values: Floats, result: Floats) -> None:
    """Adds tap by tap in the order of :func:`evaluate`, some rows at a time, without a matrix product."""
    _, high, rows, wide, columns = values.shape
    step = max(BAND_BYTES // max(8 * columns, 1), 1)
    spare = np.empty((min(step, rows), columns), np.float32)
    there = None
    if isinstance(patches.row.layer, ConvTranspose2d) and not np.isfinite(kernel).all():
        there = [_taps(patches.row, a, at) != PADDING for a, at in enumerate((patches.rows, patches.columns))]
    for top in range(0, rows, step):
        target = result[top : top + step]
        term = spare[: len(target)]
        for i in range(high):
            for j in range(wide):
                for c in range(len(values)):
                    np.multiply(values[c, i, top : top + step, j], kernel[c, i, j], out=term)
                    if there is not None:  # where no value lies under the tap, nothing is added, not 0 · ∞
                        term[~(there[0][top : top + step, i, None] & there[1][:, j])] = 0
                    target += term


def _mean(patches: Patches, values: Floats, result: Floats) -> None:
    for i in range(values.shape[0]):
        for j in range(values.shape[2]):
            result += values[i, :, j]
    heights, widths = (counted(patches.row, a, at).sum(axis=1) for a, at in enumerate((patches.rows, patches.columns)))
    result /= (heights[:, None] * widths).astype(np.float32)


def output_at(lab: Lab, rows: Places, columns: Places, outputs: Sequence[int]) -> Floats:
    """(D, rows, columns): the result at some places of a photo.

    Raises:
        InputError: the input is no photo, or the operation does not fit it.
    """
    row = lab.row
    patches = gather(row, photo_of(lab), rows, columns, seen_by(row, outputs))
    return combine(patches, lab.multiplied, outputs)


def photo_of(lab: Lab) -> FromPhoto:
    """The Lab's photo.

    Raises:
        InputError: its input is none.
    """
    if not isinstance(lab.source, FromPhoto):
        raise InputError("the Lab's input is no photo; open one first")
    return lab.source


class _Read:
    """Stands for a whole array, of which only a few values are ever made: those that are indexed."""

    def __init__(self, source: FromPhoto) -> None:
        self.shape, self._source = source.shape, source

    def __getitem__(self, index: tuple[Any, Any, Any]) -> Any:
        channels, rows, columns = index
        down, right = (np.atleast_1d(np.asarray(places)).ravel() for places in (rows, columns))
        found = photo_at(self._source, down, right)[channels]
        return found if np.ndim(rows) else found[0, 0]


class _Shown:
    """Stands for a whole output, of which one value is known."""

    def __init__(self, shape: tuple[int, ...], value: float) -> None:
        self.shape, self._value = shape, value

    def __getitem__(self, _index: tuple[int, ...]) -> float:
        return self._value


def explain_at(lab: Lab, index: Sequence[int]) -> Explanation:
    """How one value (channel, row, column) of a photo's result came about; the photo is read only there.

    Raises:
        InputError: the output has no such value, or the input is no photo.
    """
    row, source = lab.row, photo_of(lab)
    d, y, x = index
    inside = all(0 <= place < size for place, size in zip(index, row.output_shape, strict=True))
    value = output_at(lab, np.array([y]), np.array([x]), (d,)).item() if inside else 0.0
    maps = {"input": _Read(source), row.layer.id: _Shown(row.output_shape, value)}
    return explain(lab.network, lab.multiplied, cast("Mapping[str, Floats]", maps), row.layer.id, index)
