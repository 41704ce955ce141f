"""What a signal says along its lower rim: the sum of an output, a letter of the formula, which channels are drawn."""

from __future__ import annotations

import numpy as np

from ....spec.arithmetic.written import factor, written
from ....spec.lab.links import places_of
from ....spec.lab.symbol_words import meaning
from ....spec.lab.trial import Trial
from ....spec.network import ConvTranspose2d
from ...look.numbers import plain, typeset
from ..scene import Pointer, Scene
from ..stage.lit import linked, turned
from ..stage.words import counted
from ..stage.words import unread as why_unread
from .kernel_row import Standing
from .layout import SignalLayout
from .placement import unread

MOST_TERMS = 12  # that are written out in one line
MOST_NAMED = 6  # outputs


def words_of(scene: Scene, layout: SignalLayout, seen: Standing) -> tuple[str, ...]:
    """Of the letter, the sample or the tap that is pointed at; else how the output came about; and shorter."""
    trial, pointer = scene.trial, scene.pointer
    if scene.symbol:
        return (meaning(trial.row, scene.symbol, trial.lab.dims),)
    if pointer is not None and pointer.part == "input":
        return tuple(map(typeset, _sample(trial, *pointer.index)))
    if pointer is not None and pointer.part == "kernel":
        return tuple(map(typeset, _tap(trial, *pointer.index)))
    return sum_texts(seen, layout.channel, len(trial.output))


def _sample(trial: Trial, channel: int, _y: int, i: int) -> tuple[str, ...]:
    """Which outputs use it, by name where they are few."""
    name = f"x[{channel}][{i}]" if len(trial.values) > 1 else f"x[{i}]"
    if 0 <= i < trial.values.shape[2]:
        name += f" = {plain(float(trial.values[channel, 0, i]))}"
        if unread(trial.row, range(i, i + 1)):
            return (f"{name}: hatched, as {why_unread(trial.lab)}",)
    else:
        name += ", in the padding,"
    lit = linked(trial, Pointer("input", (channel, 0, i))).output
    assert lit is not None
    count = len(lit.maps) * len(lit.columns)
    lays = "lies on" if isinstance(trial.lab.layer, ConvTranspose2d) else "is used by"
    brief = f"{name} {lays} {counted(count, 'output')}"
    if not 0 < count <= MOST_NAMED:
        return (brief,)
    several = len(trial.output) > 1
    names = (f"y[{d}][{o}]" if several else f"y[{o}]" for d in lit.maps for o in lit.columns)
    return f"{brief}: {', '.join(names)}", brief


def _tap(trial: Trial, d: int, c: int, _i: int, j: int) -> tuple[str, ...]:
    """How many samples it is multiplied with, and where a true convolution has turned it."""
    _, tap = turned(trial.lab, 0, j)
    met = np.array(places_of(trial.row, 0, tap)[1], np.intp)
    inside = int(np.count_nonzero((met >= 0) & (met < trial.values.shape[2])))
    outside = met.size - inside
    beside = f", and padding {'once' if outside == 1 else f'{outside:,} times'}" if outside else ""
    meets = f"meets {counted(inside, 'sample')}{beside}"
    if not trial.lab.has_kernels:
        return (f"tap {j} of the window {meets}",)
    numbers = [n for n, size in ((d, len(trial.output)), (c, trial.row.input_shape[0])) if size > 1]
    name = f"u[{','.join(map(str, numbers))}][{j}]" if numbers else f"u[{j}]"
    value = plain(float(trial.lab.weights[f"{trial.lab.layer.id}.weight"][d, c, 0, j]))
    place = f", turned to tap {tap}," if tap != j else ""
    return (f"{name} = {value}{place} {meets}",)


def drawn_of(scene: Scene, layout: SignalLayout) -> str:
    """Which channels have room, where not all of them have; "" where they have.

    The ones around the channel in hand are drawn.
    """
    texts = []
    for part, count in (("input", len(scene.trial.values)), ("output", len(scene.trial.output))):
        rows = [row.channel for row in layout.rows if row.part == part]
        if len(rows) < count:
            channels = f"{rows[0]} to {rows[-1]}" if len(rows) > 1 else f"{rows[0]}" if rows else "none"
            texts.append(f"{part} channels {channels} of {count:,}")
    return f"drawn: {', '.join(texts)}" if texts else ""


def sum_texts(seen: Standing, channel: int, channels: int) -> tuple[str, ...]:
    """The sum written out, "y[2] = 3·3 + 2·4 = 17", and shorter ones; none where nothing is looked at."""
    if seen.sum is None:
        return ()
    came, name = seen.sum, f"y[{channel}][{seen.index}]" if channels > 1 else f"y[{seen.index}]"
    if came.kind != "sum" or came.weights is None:
        return (f"{name} = {came.numbers or f'{came.formula} = {written(came.total)}'}",)
    counted = f"{name} = Σ of {came.values.size} products"
    brief = f"{counted} = {written(came.total)}"
    if came.bias is not None:
        brief = f"{counted} + bias = {came.numbers}"
    if came.values.size > MOST_TERMS:
        return (brief,)
    terms = zip(came.weights.ravel().tolist(), came.values.ravel().tolist(), strict=True)
    text = " + ".join(f"{factor(weight)}·{factor(value)}" for weight, value in terms)
    bias = f" + {factor(came.bias)}" if came.bias else ""
    return f"{name} = {text}{bias} = {written(came.total)}", brief
