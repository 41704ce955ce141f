"""The result of an operation at the places that are on screen: at once, coarser where that takes long, then finer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, QRectF, QTimer, Signal

from ....spec.geometry import LayerGeometry
from ....spec.lab.lab import Lab
from ....spec.lab.look import Patches, combine, factors, gather, photo_at, photo_of, seen_by
from ....spec.lab.source import Source
from ....spec.lab.viewport import Samples, Viewport, input_lattices, output_lattices
from ...look.colours import Floats
from .whole import Whole

AT_ONCE = 1_200_000  # values read for one picture while the mouse moves: about 8 ms
LARGE = 60_000_000  # bytes of a photo: when it has just been read, what is on screen comes from far away in memory
SUMMED = 8_000_000  # values summed up for one picture while a kernel is dragged
KEPT = 24_000_000  # values that are kept for the next kernel: 96 MB
COARSEST = 32
IDLE_MS = 60  # after the last move


@dataclass(frozen=True, slots=True)
class Sampled:
    """``values`` (D, R, K) at the samples along both axes, one for each ``coarse`` pixels of the screen."""

    values: Floats
    rows: Samples
    columns: Samples
    coarse: int

    @property
    def target(self) -> QRectF:
        """Where they lie, in pixels of the screen from the corner of the room."""
        return QRectF(
            self.columns.begin, self.rows.begin, *(axis.end - axis.begin for axis in (self.columns, self.rows))
        )


def photo_sampled(lab: Lab, row: LayerGeometry, view: Viewport, coarse: int) -> Sampled:
    """The photo itself, as far as it is on screen."""
    rows, columns = (view.samples(axis, lattice, coarse) for axis, lattice in enumerate(input_lattices(row)))
    return Sampled(photo_at(photo_of(lab), rows.places, columns.places), rows, columns, coarse)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is on screen. Only ``lab`` decides about the sums, the others about what is read."""

    lab: Lab = field(compare=False)
    row: LayerGeometry
    source: Source  # compared by identity
    view: Viewport
    outputs: tuple[int, ...]


@dataclass(slots=True)
class _Gathered:
    """Patches of one _Asked in bands of rows."""

    asked: _Asked
    coarse: int
    rows: Samples
    columns: Samples
    bands: list[Patches]


class Sampler(QObject):
    """``show`` answers at once; ``refined`` follows where that was not every pixel, once nothing moved for a while."""

    refined = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: _Asked | None = None
        self._gathered: list[_Gathered] = []
        self._full: Whole | None = None
        self._steps: Generator[None, None, None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)
        self.sampled: Sampled | None = None

    def set_full(self, whole: Whole | None) -> None:
        """All values of the result, which are shown from now on where they are of the right channels."""
        self._full = whole

    def show(self, lab: Lab, row: LayerGeometry, view: Viewport, outputs: tuple[int, ...]) -> Sampled:
        """Some output channels under a viewport."""
        self.stop()
        asked = _Asked(lab, row, lab.source, view, outputs)
        other = self._asked is None or self._asked.source is not lab.source
        hasty = other and photo_of(lab).photo.pixels.size > LARGE
        self._gathered = [one for one in self._gathered if one.asked == asked]
        self._asked = asked
        self.sampled = self._now(asked, AT_ONCE // 4 if hasty else AT_ONCE)
        if self.sampled.coarse > 1:
            self._timer.start(IDLE_MS)
        return self.sampled

    def stop(self) -> None:
        """Nothing is made finer any more."""
        self._timer.stop()
        self._steps = None

    def forget(self) -> None:
        """Keeps nothing in memory."""
        self.stop()
        self._gathered, self._asked, self.sampled = [], None, None

    @property
    def refining(self) -> bool:
        return self._timer.isActive()

    def _now(self, asked: _Asked, at_once: int) -> Sampled:
        if self._full is not None and self._full.covers(asked.outputs):
            rows, columns = _samples(asked, 1)
            return Sampled(self._full.at(asked.outputs, rows.places, columns.places), rows, columns, 1)
        for known in sorted(self._gathered, key=lambda one: one.coarse):
            if known.coarse > 1 or _reads(asked, known.rows, known.columns) <= SUMMED:
                return _summed(known, asked.lab)
        coarse = 1
        while coarse < COARSEST and _reads(asked, *_samples(asked, coarse)) > at_once:
            coarse += 1
        rows, columns = _samples(asked, coarse)
        known = _Gathered(asked, coarse, rows, columns, [_patches(asked, rows, columns)])
        self._gathered.append(known)
        return _summed(known, asked.lab)

    def _step(self) -> None:
        if self._asked is None:
            return
        self._steps = self._steps or self._refine(self._asked)
        try:
            next(self._steps)
            self._timer.start(0)
        except StopIteration:
            self._steps = None
            self.refined.emit()

    def _refine(self, asked: _Asked) -> Generator[None, None, None]:
        """Every pixel, some rows at a time; what was read is kept where it is not too much."""
        rows, columns = _samples(asked, 1)
        known = next((one for one in self._gathered if one.coarse == 1), None)
        reads = _reads(asked, rows, columns)
        step = max(len(rows.places) * AT_ONCE // (2 * max(reads, 1)), 1)
        multiplied = asked.lab.multiplied
        bands, parts = known.bands if known else [], []
        for number, top in enumerate(range(0, len(rows.places), step)):
            if known:
                patches = bands[number]
            else:
                patches = _patches(asked, rows._replace(places=rows.places[top : top + step]), columns)
                if reads <= KEPT:
                    bands.append(patches)
            parts.append(combine(patches, multiplied, asked.outputs))
            yield
        if bands and not known:
            self._gathered.append(_Gathered(asked, 1, rows, columns, bands))
        self.sampled = Sampled(np.concatenate(parts, axis=1), rows, columns, 1)


def _samples(asked: _Asked, coarse: int) -> tuple[Samples, Samples]:
    down, right = output_lattices(asked.row)
    return asked.view.samples(0, down, coarse), asked.view.samples(1, right, coarse)


def _reads(asked: _Asked, rows: Samples, columns: Samples) -> int:
    channels = len(seen_by(asked.row, asked.outputs))
    return channels * factors(asked.row) * len(rows.places) * len(columns.places)


def _patches(asked: _Asked, rows: Samples, columns: Samples) -> Patches:
    channels = seen_by(asked.row, asked.outputs)
    return gather(asked.row, photo_of(asked.lab), rows.places, columns.places, channels)


def _summed(known: _Gathered, lab: Lab) -> Sampled:
    multiplied = lab.multiplied
    parts = [combine(band, multiplied, known.asked.outputs) for band in known.bands]
    values = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    return Sampled(values, known.rows, known.columns, known.coarse)
