"""Which part of a photo is under which pixels of the screen, and what lies over what: input and result in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..geometry import LayerGeometry, window
from ..network import ConvTranspose2d

Places = NDArray[np.intp]
LARGEST_PX = 128.0  # a pixel of the photo on screen, at most
THINNEST_PX = 2  # the whole of a photo on screen, at least: of 20,000 × 1 pixels nothing else would be seen


class Lattice(NamedTuple):
    """``size`` values along an axis, in pixels of the photo: the n-th covers start + n · step and one step."""

    start: float
    step: float
    size: int

    @property
    def end(self) -> float:
        """Where the last value ends."""
        return self.start + self.step * self.size

    def place(self, at: float) -> int | None:
        """The value that covers a place of the photo; None where none does.

        >>> Lattice(1.0, 1.0, 4).place(1.5), Lattice(1.0, 1.0, 4).place(0.5)
        (0, None)
        """
        found = floor((at - self.start) / self.step)
        return found if 0 <= found < self.size else None


def input_lattices(row: LayerGeometry) -> tuple[Lattice, Lattice]:
    """The pixels of the photo itself, along its height and its width."""
    _, height, width = row.input_shape
    return Lattice(0.0, 1.0, height), Lattice(0.0, 1.0, width)


def output_lattices(row: LayerGeometry) -> tuple[Lattice, Lattice]:
    """Each value of the output in the middle of the window it was computed from, as large as one stride.

    So both pictures agree on where things are: the result of a 3×3 kernel without padding begins one pixel further in.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import Conv2d, NetworkSpec
    >>> conv = Conv2d("conv", 1, (3, 3), stride=(2, 1), padding=(0, 1))
    >>> output_lattices(describe(NetworkSpec("", (1, 9, 9), (conv,)))[0])
    (Lattice(start=0.5, step=2, size=4), Lattice(start=0.0, step=1, size=9))
    """
    return _output(row, 0), _output(row, 1)


def _output(row: LayerGeometry, axis: int) -> Lattice:
    layer, size = row.layer, row.output_shape[1 + axis]
    if isinstance(layer, ConvTranspose2d):
        step = 1 / layer.stride[axis]
        middle = layer.dilation[axis] * (layer.kernel[axis] - 1) / 2 - layer.padding[axis]
        return Lattice(0.5 - (middle + 0.5) * step, step, size)
    settings = window(layer)
    if settings is None:
        return Lattice(0.0, 1.0, size)
    kernel, stride, padding, dilation = (pair[axis] for pair in settings)
    return Lattice(dilation * (kernel - 1) / 2 - padding + 0.5 - stride / 2, stride, size)


class Samples(NamedTuple):
    """The ``places`` of a lattice that are shown; on screen they stand side by side from ``begin`` to ``end``."""

    places: Places
    begin: float
    end: float


class Extent(NamedTuple):
    """What there is to see: rows top … bottom, columns left … right, in pixels of the photo."""

    top: float
    left: float
    bottom: float
    right: float


def extent(row: LayerGeometry) -> Extent:
    """The photo, and what of the result reaches beyond it."""
    (up, left), (in_rows, in_columns) = output_lattices(row), input_lattices(row)
    return Extent(min(up.start, 0.0), min(left.start, 0.0), max(up.end, in_rows.end), max(left.end, in_columns.end))


@dataclass(frozen=True, slots=True)
class Viewport:
    """``top`` and ``left`` (pixels of the photo) are in the corner of the room; one of them is ``scale`` px on screen.

    ``room`` is (rows, columns) in pixels of the screen.
    """

    top: float
    left: float
    scale: float
    room: tuple[int, int]

    @classmethod
    def fitted(cls, whole: Extent, room: tuple[int, int]) -> Viewport:
        """All of it, as large as it can be.

        >>> Viewport.fitted(Extent(0, 0, 300, 400), (200, 200))
        Viewport(top=-50.0, left=0.0, scale=0.5, room=(200, 200))
        """
        scale = min(room[0] / (whole.bottom - whole.top), room[1] / (whole.right - whole.left), LARGEST_PX)
        return cls(0.0, 0.0, scale, room).within(whole)

    def zoomed(self, scale: float, at: tuple[float, float] | None = None) -> Viewport:
        """Another scale; what is at the screen's (y, x) stays there, or what is in the middle."""
        y, x = at if at is not None else (self.room[0] / 2, self.room[1] / 2)
        top = self.top + y / self.scale - y / scale
        return replace(self, top=top, left=self.left + x / self.scale - x / scale, scale=scale)

    def moved(self, down: float, right: float) -> Viewport:
        """The photo moved by so many pixels of the screen."""
        return replace(self, top=self.top - down / self.scale, left=self.left - right / self.scale)

    def within(self, whole: Extent) -> Viewport:
        """No smaller than it fits, no larger than LARGEST_PX a pixel, and no more empty room than there must be."""
        least = min(self.room[0] / (whole.bottom - whole.top), self.room[1] / (whole.right - whole.left), LARGEST_PX)
        if not least <= self.scale <= LARGEST_PX:
            return self.zoomed(min(max(self.scale, least), LARGEST_PX)).within(whole)
        top = _held(self.top, whole.top, whole.bottom, self.room[0] / self.scale)
        return replace(self, top=top, left=_held(self.left, whole.left, whole.right, self.room[1] / self.scale))

    def at(self, y: float, x: float) -> tuple[float, float]:
        """The place of the photo under a place of the screen."""
        return self.top + y / self.scale, self.left + x / self.scale

    def on_screen(self, axis: int, place: float) -> float:
        """Where a row (axis 0) or a column of the photo is."""
        return (place - (self.top, self.left)[axis]) * self.scale

    def thickened(self, axis: int, lattice: Lattice) -> bool:
        """Whether all of it would be so thin on screen that it is drawn thicker, as one line of its middle values.

        >>> Viewport(0.0, 0.0, 0.01, (200, 200)).samples(0, Lattice(9999.5, 1.0, 1))
        Samples(places=array([0]), begin=99, end=101)
        """
        return lattice.step * self.scale < 1 and lattice.size * lattice.step * self.scale < THINNEST_PX

    def under(self, axis: int, lattice: Lattice, at: float) -> int | None:
        """The value that is drawn at a row (axis 0) or a column of the screen; None where none is."""
        if self.thickened(axis, lattice):
            places, begin, end = self.samples(axis, lattice)
            return int(places[0]) if places.size and begin <= at < end else None
        return lattice.place((self.top, self.left)[axis] + at / self.scale)

    def samples(self, axis: int, lattice: Lattice, coarse: int = 1) -> Samples:
        """One value for each ``coarse`` pixels of the screen; or every value that is seen, where they are larger.

        >>> view = Viewport(0.0, 0.0, 0.5, (4, 4))
        >>> view.samples(0, Lattice(0.0, 1.0, 100)).places.tolist()
        [1, 3, 5, 7]
        >>> replace(view, scale=2.0).samples(0, Lattice(0.0, 1.0, 100))
        Samples(places=array([0, 1]), begin=0.0, end=4.0)
        """
        origin, room = (self.top, self.left)[axis], self.room[axis]
        if self.thickened(axis, lattice):
            top = floor(self.on_screen(axis, (lattice.start + lattice.end) / 2)) - THINNEST_PX // 2
            count = int(-THINNEST_PX < top < room)
            return Samples(np.full(count, lattice.size // 2, np.intp), top, top + THINNEST_PX)
        if lattice.step * self.scale >= coarse:
            first = max(floor((origin - lattice.start) / lattice.step), 0)
            last = min(ceil((origin + room / self.scale - lattice.start) / lattice.step), lattice.size)
            begin, end = (lattice.start + n * lattice.step for n in (first, max(last, first)))
            return Samples(np.arange(first, last), self.on_screen(axis, begin), self.on_screen(axis, end))
        begin_px = -(round(origin * self.scale) % coarse)  # the same places however far it was moved
        at = np.arange(begin_px, room, coarse)
        places = np.floor((origin + (at + coarse / 2) / self.scale - lattice.start) / lattice.step).astype(np.intp)
        there = np.flatnonzero((places >= 0) & (places < lattice.size))
        if not there.size:
            return Samples(places[:0], 0.0, 0.0)
        begin, end = float(at[there[0]]), float(at[there[-1]] + coarse)
        return Samples(places[there[0] : there[-1] + 1], begin, end)


def _held(begin: float, low: float, high: float, seen: float) -> float:
    """Where a view of length ``seen`` begins, so that it shows as much of low … high as it can."""
    if seen >= high - low:
        return (low + high - seen) / 2
    return min(max(begin, low), high - seen)
