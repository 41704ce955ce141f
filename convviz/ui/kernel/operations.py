"""What the menus do to a kernel: functions of all its slices or of one, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...spec import kernels
from ...spec.errors import InputError
from ...spec.kernel_view import KernelView
from ..look.colours import Floats


@dataclass(frozen=True, slots=True)
class Operation:
    """``function`` takes (S, h, w); ``turns`` says that it moves values to other places."""

    label: str  # in the menu
    text: str  # in the history
    function: Callable[[Floats], Floats]
    turns: bool = False


OPERATIONS = (
    Operation("Rotate by 90°", "rotate", kernels.rotated, turns=True),
    Operation("Rotate by 180°", "rotate by 180°", kernels.rotated_half, turns=True),
    Operation("Flip left and right", "flip left and right", kernels.flipped_horizontally, turns=True),
    Operation("Flip top and bottom", "flip top and bottom", kernels.flipped_vertically, turns=True),
    Operation("Negate", "negate", kernels.negated),
    Operation("Double", "double", partial(kernels.scaled, factor=2.0)),
    Operation("Halve", "halve", partial(kernels.scaled, factor=0.5)),
    Operation("Normalise to sum 0", "normalise to sum 0", partial(kernels.normalised, to=0)),
    Operation("Normalise to sum 1", "normalise to sum 1", partial(kernels.normalised, to=1)),
)


def size(view: KernelView) -> tuple[int, int]:
    """(h, w) of what presets are made for; values that come from no map are one row."""
    high, wide = view.values.shape[1:]
    return (high, wide) if view.cells == high * wide else (1, view.cells)


def changed(view: KernelView, chosen: slice, operation: Operation) -> Floats:
    """All slices (S, h, w), the chosen ones changed.

    Raises:
        InputError: the operation makes no sense for these values.
    """
    values = view.values.copy()
    if view.cells == values[0].size:
        values[chosen] = operation.function(values[chosen])
        return values
    if operation.turns:
        raise InputError(f"{view.layer} reads single numbers, which lie in no map, so there is nothing to turn or flip")
    rows = values.reshape(len(values), 1, -1)
    rows[chosen, :, : view.cells] = operation.function(rows[chosen, :, : view.cells])
    return values


def preset(name: str, rng: np.random.Generator) -> Operation:
    """Fills slices with a preset."""

    def filled(values: Floats) -> Floats:
        place = values.shape[-2], values.shape[-1]
        return np.stack([kernels.preset(name, place, rng) for _ in values])

    return Operation(name, f"preset {name}", filled)


def replaced(view: KernelView, blocks: Floats) -> Floats:
    """All slices replaced by as many blocks.

    Raises:
        InputError: there are more or fewer, or they have another size.
    """
    if blocks.shape != view.values.shape:
        want, got = (f"{len(a)} slices of {a.shape[1]} × {a.shape[2]}" for a in (view.values, blocks))
        raise InputError(f"the pasted text has {got}, this kernel {want}; paste as many of that size, or a single one")
    values = view.values.copy()
    values.reshape(len(values), -1)[:, : view.cells] = blocks.reshape(len(values), -1)[:, : view.cells]
    return values
