"""What the status line says of the cell under the mouse."""

from __future__ import annotations

import numpy as np

from ...spec.lab.lab import Lab
from ...spec.lab.signals import DRAWN
from ...spec.lab.source import Grid
from ...spec.lab.trial import Trial
from ...spec.lab.typed import NAME as TYPED
from ...spec.network import Shape
from ..look.numbers import exact, typeset
from .scene import Pointer


def spoken(trial: Trial, pointer: Pointer) -> str:
    """A cell of the input, the kernel or the output, with its value; "" where there is none.

    >>> from convviz.spec.lab.presets import lab
    >>> from convviz.spec.lab.trial import perform
    >>> signal = perform(lab("signal"))
    >>> spoken(signal, Pointer("output", (0, 0, 1))), spoken(signal, Pointer("kernel", (0, 0, 0, 1)))
    ('output[0] position 1 = 12', 'kernel[0] tap 1 = 2')
    >>> spoken(signal, Pointer("input", (0, 0, -1)))
    'input[0] position −1: in the padding'
    """
    flat = trial.lab.dims == 1
    match pointer:
        case Pointer(part="kernel", index=(d, c, i, j)):
            return _kernel(trial, d, c, i, j)
        case Pointer(part="input", index=(c, y, x)):
            name, values = f"input[{c}] {_place(y, x, flat=flat)}", trial.values
        case Pointer(part="output", index=(c, y, x)):
            name, values = f"output[{c}] {_place(y, x, flat=flat)}", trial.output
        case _:
            return ""
    channels, height, width = values.shape
    if not 0 <= c < channels:
        return ""
    inside = 0 <= y < height and 0 <= x < width
    return typeset(f"{name} = {exact(float(values[c, y, x]))}" if inside else f"{name}: in the padding")


def _kernel(trial: Trial, d: int, c: int, i: int, j: int) -> str:
    kernels = trial.lab.weights.get(f"{trial.lab.layer.id}.weight")
    shape = kernels.shape if kernels is not None else (0, 0, 0, 0)
    if kernels is None or not (d < shape[0] and c < shape[1] and i < shape[2] and j < shape[3]):
        return ""
    where = f"tap {j}" if trial.lab.dims == 1 else f"row {i}, column {j}"
    slices = f", slice {c}," if shape[1] > 1 else ""
    return typeset(f"kernel[{d}]{slices} {where} = {exact(float(kernels[d, c, i, j]))}")


def _place(y: int, x: int, *, flat: bool) -> str:
    return f"position {x}" if flat else f"row {y}, column {x}"


def begins(old: Lab, new: Lab) -> bool:
    """Whether another input or example is looked at, rather than the same one after an edit.

    >>> from dataclasses import replace
    >>> from convviz.spec.lab.presets import lab
    >>> begins(lab("signal"), lab("differential")), begins(lab("signal"), replace(lab("signal"), flipped=True))
    (True, False)
    """
    if old.shape != new.shape or old.preset != new.preset:
        return True
    if isinstance(old.source, Grid) and isinstance(new.source, Grid):
        return old.source.name != new.source.name and new.source.name not in (DRAWN, TYPED)
    return type(old.source) is not type(new.source)


def peak(trial: Trial | None, channel: int) -> Pointer | None:
    """The output of a channel with the largest magnitude; of several, the one nearest to the middle.

    >>> from convviz.spec.lab.presets import lab
    >>> from convviz.spec.lab.trial import perform
    >>> peak(perform(lab("signal")), 0)
    Pointer(part='output', index=(0, 0, 2))
    """
    if trial is None:
        return None
    strength = np.abs(trial.output[channel])
    strength = np.where(np.isnan(strength), np.float32(-1), strength)
    rows, columns = np.nonzero(strength == strength.max())
    away = np.hypot(rows - strength.shape[0] // 2, columns - strength.shape[1] // 2)
    at = int(away.argmin())
    return Pointer("output", (channel, int(rows[at]), int(columns[at])))


def within(shape: Shape, pointer: Pointer | None, channel: int) -> Pointer:
    """The selected output of a ``shape`` (D, H′, W′), or the one of ``channel`` nearest to it; else the middle one."""
    _, height, width = shape
    at = pointer.index[-2:] if pointer is not None else (height // 2, width // 2)
    return Pointer("output", (channel, min(at[0], height - 1), min(at[1], width - 1)))
