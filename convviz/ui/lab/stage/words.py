"""What the stage says: captions of its parts, and the cell that is pointed at."""

from __future__ import annotations

from ....spec.arithmetic import Explanation
from ....spec.arithmetic.written import factor, written
from ....spec.lab.lab import Lab
from ....spec.lab.links import channels_seen
from ....spec.lab.symbol_words import meaning
from ....spec.lab.trial import Trial
from ....spec.network import AvgPool2d, ConvTranspose2d, MaxPool2d, ReLU, times
from ...look.numbers import plain, typeset
from ..scene import Pointer, Scene
from .lit import linked, turned, valid

MOST_SUMS = 4  # of input channels, that are written out


def captions(trial: Trial, channel: int) -> tuple[str, str, str]:
    """Of the input, the kernel and the output; "" where there is no kernel.

    >>> from convviz.spec.lab.presets import lab
    >>> from convviz.spec.lab.trial import perform
    >>> captions(perform(lab("conv-4-5")), 2)
    ('input 4×10×3', 'kernel 2 of 5 · 4×2×3', 'output 5×9×1')
    """
    lab, layer = trial.lab, trial.lab.layer
    middle = ""
    if lab.has_kernels:
        size = (len(channels_seen(trial.row, channel)), *getattr(layer, "kernel", ()))
        count = trial.output.shape[0]
        middle = f"kernel {channel} of {count} · {times(size)}" if count > 1 else f"kernel {times(size)}"
    elif isinstance(layer, MaxPool2d | AvgPool2d):
        middle = f"{'largest' if isinstance(layer, MaxPool2d) else 'mean'} of {times(layer.kernel)}"
    return f"input {times(trial.values.shape)}", middle, f"output {times(trial.output.shape)}"


def said(scene: Scene, *, brief: bool = False) -> str:
    """The letter that is pointed at; else the cell, its value, and what it belongs to; "" where there is nothing.

    ``brief``: sums are not written out.
    """
    trial, pointer = scene.trial, scene.pointer
    if scene.symbol:
        return meaning(trial.row, scene.symbol, trial.lab.dims)
    if pointer is None or not valid(trial, pointer):
        return ""
    match pointer.part:
        case "output":
            return typeset(_output(trial, pointer, brief=brief))
        case "input":
            return typeset(_input(trial, pointer))
        case "kernel":
            return typeset(_kernel(trial, pointer))


def _output(trial: Trial, pointer: Pointer, *, brief: bool) -> str:
    d, y, x = pointer.index
    where = f"output {d} · row {y}, column {x}"
    if not brief and trial.lab.has_kernels and 1 < len(channels_seen(trial.row, d)) <= MOST_SUMS:
        return f"{where}: {_sums(trial, pointer)}"
    return f"{where} = {plain(float(trial.output[d, y, x]))}{_how(trial, pointer)}"


def _how(trial: Trial, pointer: Pointer) -> str:
    lit = linked(trial, pointer)
    layer = trial.lab.layer
    if isinstance(layer, ReLU):
        return f" = max(0, {plain(float(trial.values[pointer.index]))})"
    assert lit.kernel is not None
    count = len(lit.kernel.maps) * len(lit.kernel.rows) * len(lit.kernel.columns)
    match layer:
        case MaxPool2d():
            return f": the largest of {counted(count, 'value')}"
        case AvgPool2d():
            return f": the mean of {counted(count, 'value')}"
    more = " + bias" if getattr(layer, "bias", False) else ""
    return f": {counted(count, 'product')}{more}"


def _sums(trial: Trial, pointer: Pointer) -> str:
    """What each input channel adds: "input[0] 6 + input[1] 3 = 9"."""
    found = trial.explain(pointer.index)
    sums = [f"{label} {factor(value)}" for label, value in zip(found.labels, found.subtotals.tolist(), strict=True)]
    sums += [f"bias {factor(found.bias)}"] if found.bias else []
    return f"{' + '.join(sums)} = {written(found.total)}"


def _input(trial: Trial, pointer: Pointer) -> str:
    c, y, x = pointer.index
    _, height, width = trial.values.shape
    lit = linked(trial, pointer).output
    assert lit is not None
    count = len(lit.maps) * len(lit.rows) * len(lit.columns)
    used = counted(count, "output")
    if not (0 <= y < height and 0 <= x < width):
        return f"padding {c} · row {y}, column {x}, used by {used}"
    value = plain(float(trial.values[c, y, x]))
    if not count:
        return f"input {c} · row {y}, column {x} = {value}: hatched, as {unread(trial.lab)}"
    lays = "lies on" if isinstance(trial.lab.layer, ConvTranspose2d) else "is used by"
    return f"input {c} · row {y}, column {x} = {value} {lays} {used}"


def unread(lab: Lab) -> str:
    """Why a value of the input is hatched."""
    return "all it makes is cut off" if isinstance(lab.layer, ConvTranspose2d) else "no window reads it"


def _kernel(trial: Trial, pointer: Pointer) -> str:
    d, c, i, j = pointer.index
    lit = linked(trial, pointer).output
    assert lit is not None
    count = len(lit.rows) * len(lit.columns)
    if not trial.lab.has_kernels:
        return f"row {i}, column {j} of the window: {counted(count, 'position')}"
    value = plain(float(trial.lab.weights[f"{trial.lab.layer.id}.weight"][d, c, i, j]))
    place = ""
    if trial.lab.flipped:
        place = ", turned to row {}, column {}".format(*turned(trial.lab, i, j))
    return f"kernel {d}, channel {c} · row {i}, column {j} = {value}{place}: {counted(count, 'product')}"


def counted(count: int, word: str) -> str:
    """ "1 output", "2 outputs"."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def bias_of(lab: Lab, channel: int) -> str:
    """What is added to every output of a channel; "" where nothing is."""
    biases = lab.weights.get(f"{lab.layer.id}.bias") if getattr(lab.layer, "bias", False) else None
    return typeset(f"+ bias {float(biases[channel]):.3g}") if biases is not None else ""


def winner(found: Explanation) -> tuple[int, int] | None:
    """(row, column) of the input that a max pooling took; None for padding, or where nothing is chosen."""
    if found.chosen is None:
        return None
    row, column = found.rows[found.chosen[0]], found.columns[found.chosen[1]]
    return None if row is None or column is None else (row, column)
