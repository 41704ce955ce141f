"""Strokes, and the canvas they become: the same pixels on the pad, in the command line and in training.

Coordinates are *pad units*: the pad is a square of ``PAD`` × ``PAD`` units, x to the right, y down. A stroke is a
polyline swept by a round pen; its coverage of a pixel falls from 1 to 0 across one pixel at the rim (exact
distance to the segment, so the ink is anti-aliased). Ink takes the maximum of what is there and the stroke,
an eraser the minimum of what is there and one minus the stroke, in a picture in colour of each of its channels: the
pen is white there, the eraser black. Both are idempotent and never need the past,
so adding points to a canvas gives, bit for bit, what drawing everything afresh gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .opened_image import OpenedImage
from .resample import Floats, Placement, finer, resample

PAD = 280.0
PEN_WIDTH = 18.0
Doubles = NDArray[np.float64]
Ints = NDArray[np.int_]
_GROUP = 24  # segments drawn at once
MAX_POINTS = 200_000  # of one drawing; a minute of furious scribbling has some 10,000
_PLACED_SIZE = 190.0  # a drawing of unknown units gets this size on the pad: about what people fill


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """One movement of the pen: ``points`` (N, 2) as (x, y) in pad units, ``width`` in pad units.

    ``eq`` is identity, as everywhere in a State: a changed stroke is another object.
    """

    points: Floats  # (N, 2)
    width: float = PEN_WIDTH
    erase: bool = False

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float32)
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise InputError("a stroke must be a list of [x, y] points with at least one point")
        if not np.isfinite(points).all():
            raise InputError("a stroke has a coordinate that is not a finite number")
        if not (math.isfinite(self.width) and self.width > 0):
            raise InputError("the pen width must be a number above 0")
        points.setflags(write=False)
        object.__setattr__(self, "points", points)

    def extended(self, points: Sequence[tuple[float, float]]) -> Stroke:
        """The same stroke drawn on through ``points``."""
        more = np.asarray(points, dtype=np.float32).reshape(-1, 2)
        return Stroke(np.concatenate([self.points, more]), self.width, self.erase)


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Strokes in the order they were made, over an optional ``base``: ink (H, W) in 0…1 from a picture, or a picture
    in colour (3, H, W).

    ``image`` says what the base is where it reaches the network as it is.
    """

    strokes: tuple[Stroke, ...] = ()
    base: Floats | None = None  # (H, W) or (3, H, W)
    image: OpenedImage | None = None

    def __bool__(self) -> bool:
        return bool(self.strokes) or self.base is not None

    @property
    def in_colour(self) -> bool:
        """Whether its picture has colours."""
        return self.base is not None and self.base.ndim == 3

    def with_stroke(self, stroke: Stroke) -> Drawing:
        """The drawing with one more stroke."""
        return Drawing((*self.strokes, stroke), self.base, self.image)


@dataclass(slots=True)
class Canvas:
    """The pad as pixels: ``pixels`` (R, R) float32 in 0…1, (3, R, R) in colour, brought up to date by :meth:`show`.

    It remembers what it drew, and draws only what a longer drawing adds. ``blocks`` enlarges a square picture pixel by
    pixel where R is a multiple of its side; otherwise it is interpolated.

    >>> canvas = Canvas(56)
    >>> ink = canvas.show(Drawing((Stroke(np.array([[140.0, 60.0], [140.0, 220.0]])),)))
    >>> ink.shape, float(ink.max())
    ((56, 56), 1.0)
    """

    resolution: int = 560
    blocks: bool = False
    pixels: Floats = field(init=False)
    _shown: Drawing = field(init=False, default_factory=Drawing)
    _exact: Canvas | None = field(init=False, default=None)  # for a picture that reaches the network as it is

    def __post_init__(self) -> None:
        self.pixels = np.zeros((self.resolution, self.resolution), np.float32)

    def show(self, drawing: Drawing) -> Floats:
        """Makes the pixels show ``drawing`` and returns them, (R, R), or (3, R, R) over a picture in colour.

        The array may be reused by the next call.
        """
        if drawing is self._shown:
            return self.pixels
        start = self._unfinished(drawing)
        if start is None:
            self._begin(drawing.base)
            start = (0, 0)
        first, drawn = start
        for stroke in drawing.strokes[first:]:
            self._draw(stroke, max(drawn - 1, 0))
            drawn = 0
        self._shown = drawing
        return self.pixels

    def ink(self, drawing: Drawing) -> Floats:
        """The ink of ``drawing`` for the preparation, (H, W) or (3, H, W): a picture nobody drew on as it is, else the
        canvas.

        Such a picture is then sampled once, not twice. One that reaches the network as it is stays, to the last bit,
        what it was wherever nobody drew. As from :meth:`show`, the array may be reused.
        """
        base = drawing.base
        if base is not None and not drawing.strokes:
            return base
        if base is None or drawing.image is None:
            return self.show(drawing)
        resolution = finer(max(base.shape[-2:]), self.resolution // 2)  # its pixels are coarse: that is fine enough
        if self._exact is None or self._exact.resolution != resolution:
            self._exact = Canvas(resolution, blocks=True)
        return self._exact.show(drawing)

    def _begin(self, base: Floats | None) -> None:
        """The pixels of a drawing without its strokes."""
        channels = () if base is None else base.shape[:-2]
        if self.pixels.shape[:-2] != channels:
            self.pixels = np.empty((*channels, self.resolution, self.resolution), np.float32)
        self.pixels[:] = 0.0 if base is None else self._placed(base)

    def _unfinished(self, drawing: Drawing) -> tuple[int, int] | None:
        """(stroke, points of it already drawn) where drawing must go on, or None: begin afresh."""
        old, new = self._shown.strokes, drawing.strokes
        if drawing.base is not self._shown.base or len(new) < len(old):
            return None
        common = len(old)
        if all(a is b for a, b in zip(old, new, strict=False)):
            return common, 0
        if any(a is not b for a, b in zip(old[:-1], new, strict=False)):
            return None
        last, longer = old[-1], new[common - 1]
        n = len(last.points)
        same_pen = (last.width, last.erase) == (longer.width, longer.erase)
        if same_pen and len(longer.points) >= n and np.array_equal(last.points, longer.points[:n]):
            return common - 1, n
        return None

    def _placed(self, base: Floats) -> Floats:
        """A picture's ink on the pad: as large as fits, in the middle."""
        height, width = base.shape[-2:]
        if self.blocks and height == width and self.resolution % height == 0:
            times = self.resolution // height
            return base.repeat(times, axis=-2).repeat(times, axis=-1)
        scale = self.resolution / max(height, width)
        if height == width:  # its edge goes on beyond the pad, or it would fade into nothing there
            base = np.pad(base, [(0, 0)] * (base.ndim - 2) + [(1, 1)] * 2, mode="edge")
        top, left = ((self.resolution - size * scale) / 2 for size in base.shape[-2:])
        return resample(base, Placement(scale, (top, left)), (self.resolution, self.resolution))

    def _draw(self, stroke: Stroke, first: int) -> None:
        scale = self.resolution / PAD
        limit = 4.0 * self.resolution  # far outside nothing shows, and squares must stay exact in float32
        points = np.clip(stroke.points[first:] * np.float32(scale), -limit, limit)
        radius = max(stroke.width * scale / 2, 0.5)
        if first == 0:  # a stroke begins as a dot, which must stay, to the last bit, when it is drawn on
            points = np.concatenate([points[:1], points])
        a, b = (np.asarray(end, np.float64) for end in (points[:-1], points[1:]))  # (N, 2) each
        low = np.clip((np.minimum(a, b) - (radius + 1.0)).astype(int), 0, self.resolution)
        high = np.clip((np.maximum(a, b) + (radius + 1.0)).astype(int) + 1, 0, self.resolution)
        for first, last in _groups(low, high):
            self._segments(a[first:last], b[first:last], low[first:last], high[first:last], radius, stroke.erase)

    def _segments(self, a: Doubles, b: Doubles, low: Ints, high: Ints, radius: float, erase: bool) -> None:
        """Draws K segments that lie close together, each a (2,) row of ``a`` and ``b``, in one go."""
        left, top = low.min(axis=0)
        right, bottom = high.max(axis=0)
        if left >= right or top >= bottom:
            return
        step = b - a
        length2 = (step * step).sum(axis=1)
        some = length2 > 1e-12  # a millionth of a pixel is a dot, and its reciprocal no float32
        slope = np.where(some[:, None], step / np.where(some, length2, 1.0)[:, None], 0.0).astype(np.float32)
        (ax, ay), (dx, dy), (sx, sy) = (
            v.T[:, :, None, None] for v in ((0.5 - a).astype(np.float32), step.astype(np.float32), slope)
        )
        x = np.arange(left, right, dtype=np.float32) + ax  # (K, 1, w): pixel centres, from a
        y = np.arange(top, bottom, dtype=np.float32)[:, None] + ay  # (K, h, 1)
        along = np.clip(x * sx + y * sy, 0.0, 1.0)  # (K, h, w)
        x, y = x - along * dx, y - along * dy
        nearest = np.sqrt((x * x + y * y).min(axis=0))  # (h, w)
        coverage = np.clip(np.float32(radius + 0.5) - nearest, 0.0, 1.0)
        there = self.pixels[..., top:bottom, left:right]
        if erase:
            np.minimum(there, 1.0 - coverage, out=there)
        else:
            np.maximum(there, coverage, out=there)


def _groups(low: Ints, high: Ints) -> Iterator[tuple[int, int]]:
    """Splits segments, by their boxes (N, 2), into runs (first, last) that share a box little larger than their own.

    What is drawn does not depend on it: a segment covers nothing outside its box.
    """
    first, count = 0, len(low)
    boxes = np.concatenate([low, high], axis=1).tolist()
    while first < count:
        left, top, right, bottom = boxes[first]
        room = 2 * max((right - left) * (bottom - top), 1)
        last = first + 1
        while last < count and last - first < _GROUP:
            one = boxes[last]
            box = min(left, one[0]), min(top, one[1]), max(right, one[2]), max(bottom, one[3])
            if (box[2] - box[0]) * (box[3] - box[1]) > room:
                break
            left, top, right, bottom = box
            last += 1
        yield first, last
        first = last


def placed(strokes: Iterable[Sequence[Sequence[float]]], width: float = PEN_WIDTH) -> Drawing:
    """A drawing from strokes in any units, y down: its longer side scaled to the pad, in the middle.

    Args:
        strokes: lists of ``[x, y]`` points.
        width: of the pen, in pad units.

    Raises:
        InputError: not points, none at all, not finite, or more than ``MAX_POINTS``.

    >>> drawing = placed([[[0, 0], [0, 2]], [[1, 0], [1, 2]]])
    >>> drawing.strokes[0].points.tolist()
    [[92.5, 45.0], [92.5, 235.0]]
    """
    arrays = [_points(stroke) for stroke in strokes]
    arrays = [a for a in arrays if len(a)]
    if not arrays:
        raise InputError("a drawing has no points")
    everything = np.concatenate(arrays)
    if len(everything) > MAX_POINTS:
        raise InputError(f"a drawing has {len(everything):,} points; at most {MAX_POINTS:,} are read")
    low, high = everything.min(axis=0), everything.max(axis=0)
    with np.errstate(over="ignore"):
        extent = float((high - low).max())
    if not math.isfinite(extent):
        raise InputError("a drawing's coordinates are too large")
    middle = low / 2 + high / 2
    # Subtract, then divide: far from 0, or within 1e-320, the products of the other order overflow or cancel.
    shares = [(a - middle) / (extent or 1.0) for a in arrays]
    return Drawing(tuple(Stroke((s * _PLACED_SIZE + PAD / 2).astype(np.float32), width) for s in shares))


def _points(stroke: object) -> NDArray[np.float64]:
    if not isinstance(stroke, Sequence | np.ndarray) or isinstance(stroke, str | bytes):
        raise InputError("a stroke must be a list of [x, y] points")
    if not len(stroke):
        return np.empty((0, 2))
    try:
        points = np.array(stroke, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise InputError("a stroke must be a list of [x, y] points, each two numbers") from None
    if points.ndim != 2 or points.shape[1] != 2 or not _numbers_only(stroke):
        raise InputError("a stroke must be a list of [x, y] points, each two numbers")
    if not np.isfinite(points).all():
        raise InputError("a stroke has a coordinate that is not a finite number")
    return points


def _numbers_only(stroke: Sequence[object] | NDArray[np.generic]) -> bool:
    """numpy would read "1", true and null as numbers; they are mistakes in a file of drawings."""
    if isinstance(stroke, np.ndarray):
        return stroke.dtype.kind in "iuf"
    return all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool)
        for point in stroke
        for value in cast(Sequence[object], point)
    )
