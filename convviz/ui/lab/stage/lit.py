"""What lights up with a cell: its taps, the outputs that use it, the products it takes part in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ....spec.arithmetic.taps import readers, taps_at
from ....spec.geometry import LayerGeometry, window
from ....spec.lab.lab import Lab
from ....spec.lab.links import Taps, channels_seen, places_of, taps_of, users_of
from ....spec.lab.trial import Trial
from ....spec.network import ConvTranspose2d, Pair
from ..scene import Pointer
from .layout import Margins


class Cells(NamedTuple):
    """All cells at one of the ``rows`` and one of the ``columns`` of the ``maps``; each ascending."""

    maps: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


class Lit(NamedTuple):
    """Cells of the input (also in its padding), of the kernel as it is multiplied, and of the output."""

    input: Cells | None = None
    kernel: Cells | None = None
    output: Cells | None = None


def linked(trial: Trial, pointer: Pointer) -> Lit:
    """What belongs to a cell, the cell itself included."""
    match pointer.part:
        case "output":
            return of_output(trial, *pointer.index)
        case "input":
            return of_input(trial, *pointer.index)
        case "kernel":
            return of_kernel(trial, *pointer.index)


def of_output(trial: Trial, d: int, y: int, x: int) -> Lit:
    """Its taps, and the cells of the kernel that meet something there."""
    row, taps = trial.row, taps_of(trial.row, y, x)
    rows, columns = _there(taps.rows), _there(taps.columns)
    cells = Cells(tuple(channels_seen(row, d)), tuple(sorted(rows)), tuple(sorted(columns)))
    kernel = Cells(slices(trial.lab, d), _met(taps.rows), _met(taps.columns))
    return Lit(cells, kernel, Cells((d,), (y,), (x,)))


def of_input(trial: Trial, c: int, y: int, x: int) -> Lit:
    """The outputs that use it, and the cells of a kernel that it meets on the way."""
    row = trial.row
    (rows, i), (columns, j) = _users(row, 0, y), _users(row, 1, x)
    maps = tuple(d for d in range(row.output_shape[0]) if c in channels_seen(row, d))
    seen = channels_seen(row, maps[0]) if maps else range(0)
    kernel = Cells((c - seen.start,) if trial.lab.has_kernels else (0,), i, j)
    return Lit(Cells((c,), (y,), (x,)), kernel, Cells(maps, rows, columns))


def of_kernel(trial: Trial, d: int, c: int, i: int, j: int) -> Lit:
    """Every place of the input that it is multiplied with; ``i`` and ``j`` are those of the kernel as it is shown."""
    row, (i, j) = trial.row, turned(trial.lab, i, j)
    rows, columns = places_of(row, i, j)
    channel = channels_seen(row, d).start + c
    met = Cells((channel,), tuple(sorted(set(rows))), tuple(sorted(set(columns))))
    outputs = (tuple(n for n in range(row.output_shape[1 + a]) if _tap(row, a, n, k)) for a, k in ((0, i), (1, j)))
    return Lit(met, Cells((c,), (i,), (j,)), Cells((d,), *outputs))


def turned(lab: Lab, i: int, j: int) -> tuple[int, int]:
    """Where a cell of the kernel lies when a true convolution has turned it by 180°; and back."""
    kernel = window_size(lab)
    if not (lab.flipped and lab.has_kernels) or kernel is None:
        return i, j
    return kernel[0] - 1 - i, kernel[1] - 1 - j


def window_size(lab: Lab) -> Pair | None:
    """(h, w) of an operation that has a window."""
    return getattr(lab.layer, "kernel", None)


def slices(lab: Lab, d: int) -> tuple[int, ...]:
    """The slices of a kernel, of which a pooling has one."""
    if not lab.has_kernels:
        return (0,) if window_size(lab) else ()
    return tuple(range(len(channels_seen(lab.row, d))))


def margins(row: LayerGeometry) -> tuple[Margins, Margins]:
    """The padding around the input, as far as windows reach, and what a transposed convolution cuts off its output."""
    if isinstance(row.layer, ConvTranspose2d):
        p, q = row.layer.padding
        return Margins(), Margins(p, q, p, q)
    settings = window(row.layer)
    if settings is None:
        return Margins(), Margins()
    kernel, stride, padding, dilation = settings
    size = row.input_shape[1:]
    ends = [
        max(
            padding[a],
            (row.output_shape[1 + a] - 1) * stride[a] - padding[a] + (kernel[a] - 1) * dilation[a] + 1 - size[a],
        )
        for a in (0, 1)
    ]
    return Margins(padding[0], padding[1], ends[0], ends[1]), Margins()


def valid(trial: Trial, pointer: Pointer | None) -> bool:
    """Whether there is such a cell: the sizes may have changed since it was pointed at."""
    if pointer is None:
        return False
    row, index = trial.row, pointer.index
    match pointer.part:
        case "output":
            return _inside(index, row.output_shape)
        case "kernel":
            size = window_size(trial.lab)
            if size is None:
                return False
            return _inside(index, (row.output_shape[0], len(slices(trial.lab, 0)), *size))
        case "input":
            around = margins(row)[0]
            moved = index[0], index[1] + around.top, index[2] + around.left
            high, wide = (
                row.input_shape[1] + around.top + around.bottom,
                row.input_shape[2] + around.left + around.right,
            )
            return _inside(moved, (row.input_shape[0], high, wide))


def _inside(index: Iterable[int], shape: Iterable[int]) -> bool:
    return all(0 <= n < size for n, size in zip(index, shape, strict=True))


def _there(places: Iterable[int | None]) -> set[int]:
    return {place for place in places if place is not None}


def _met(places: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(n for n, place in enumerate(places) if place is not None)


def _users(row: LayerGeometry, axis: int, place: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Along an axis the outputs that use a place, and with which taps; the place may lie in the padding."""
    settings = window(row.layer)
    if 0 <= place < row.input_shape[1 + axis]:
        if settings is None and not isinstance(row.layer, ConvTranspose2d):
            return users_of(row, place, place)[axis], (0,)
        found = readers(row, axis, place)
        return tuple(np.unique(found.outputs).tolist()), tuple(np.unique(found.taps).tolist())
    if settings is None:
        return (), ()
    kernel, stride, padding, dilation = (pair[axis] for pair in settings)
    met = [(place + padding - tap * dilation, tap) for tap in range(kernel)]
    users = [(start // stride, tap) for start, tap in met if start % stride == 0]
    users = [(output, tap) for output, tap in users if 0 <= output < row.output_shape[1 + axis]]
    return tuple(sorted({output for output, _ in users})), tuple(sorted({tap for _, tap in users}))


def _tap(row: LayerGeometry, axis: int, output: int, tap: int) -> bool:
    """Whether a tap of an output meets a value: always, but in a transposed convolution."""
    return not isinstance(row.layer, ConvTranspose2d) or int(taps_at(row, axis, output)[tap]) >= 0


def span(taps: Taps) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of a window, ends excluded; None where it meets nothing."""
    rows, columns = _there(taps.rows), _there(taps.columns)
    return (min(rows), min(columns), max(rows) + 1, max(columns) + 1) if rows and columns else None
