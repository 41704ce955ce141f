"""Curves that grow: a row is appended in constant time, and what was handed out never changes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ...spec.training.curves import EPOCH, LAYER, STEP, Curves, Floats
from ...spec.training.news import LayerFigures

_LEAST = 256  # rows that a table has room for


class Table:
    """Rows in an array with room to grow; what is read is a view of it, and rows that were read are not written again.

    >>> table = Table(2)
    >>> table.append((1.0, 2.5))
    >>> before = table.rows()
    >>> table.append((2.0, 2.0))
    >>> before.tolist(), len(table.rows())
    ([[1.0, 2.5]], 2)
    """

    def __init__(self, columns: int, rows: Floats | None = None) -> None:
        self._room = np.empty((_LEAST, columns), np.float32)
        self._count = 0
        if rows is not None:
            self._fill(rows)

    def append(self, row: tuple[float, ...]) -> None:
        if self._count == len(self._room):
            self._fill(self._room)
        self._room[self._count] = row
        self._count += 1

    def cut(self, step: float) -> None:
        """Forgets the rows after ``step``."""
        left = int(np.searchsorted(self._room[: self._count, 0], step, side="right"))
        if left < self._count:
            self._fill(self._room[:left])  # what was read may still show the rows that are overwritten from now on

    def rows(self) -> Floats:
        view = self._room[: self._count]
        view.setflags(write=False)
        return view

    def _fill(self, rows: Floats) -> None:
        """Into an array of its own, with as much room again."""
        room = np.empty((max(_LEAST, 2 * len(rows)), rows.shape[1]), np.float32)
        room[: len(rows)] = rows
        self._room, self._count = room, len(rows)


class Log:
    """What one run has measured so far.

    >>> log = Log(Curves())
    >>> for step in (1, 2, 3):
    ...     log.step(step, step / 2, 2.3, 0.1, 0.002)
    >>> log.cut(2)
    >>> log.curves.last_step
    2
    """

    def __init__(self, curves: Curves) -> None:
        self._steps, self._epochs = Table(len(STEP), curves.steps), Table(len(EPOCH), curves.epochs)
        self._layers = {name: Table(len(LAYER), rows) for name, rows in curves.layers.items()}
        self._curves: Curves | None = curves

    @property
    def curves(self) -> Curves:
        """All of it, as it is now; the same object until something is measured."""
        if self._curves is None:
            layers = MappingProxyType({name: table.rows() for name, table in self._layers.items()})
            self._curves = Curves(self._steps.rows(), self._epochs.rows(), layers)
        return self._curves

    def step(self, step: int, epoch: float, loss: float, accuracy: float, rate: float) -> None:
        with np.errstate(over="ignore"):  # a loss on its way to infinity
            self._steps.append((step, epoch, loss, accuracy, rate))
        self._curves = None

    def epoch(
        self,
        step: int,
        epoch: float,
        train: tuple[float, float],
        test: tuple[float, float],
    ) -> None:
        """``train`` and ``test`` are (loss, accuracy)."""
        with np.errstate(over="ignore"):
            self._epochs.append((step, epoch, *train, *test))
        self._curves = None

    def layers(self, step: int, figures: Mapping[str, LayerFigures]) -> None:
        with np.errstate(over="ignore"):
            for name, row in figures.items():
                self._layers.setdefault(name, Table(len(LAYER))).append((step, *row))
        self._curves = None

    def cut(self, step: int) -> None:
        """Forgets what was measured after that step."""
        for table in (self._steps, self._epochs, *self._layers.values()):
            table.cut(step)
        self._curves = None
