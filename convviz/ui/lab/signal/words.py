"""What a signal says along its lower rim: the sum of an output, a letter of the formula, which channels are drawn."""

from __future__ import annotations

from ....spec.arithmetic.written import factor, written
from ....spec.lab.symbol_words import meaning
from ...look.numbers import plain, typeset
from ..scene import Scene
from ..stage.words import unread as why_unread
from .kernel_row import Standing
from .layout import SignalLayout
from .placement import unread

MOST_TERMS = 12  # that are written out in one line


def words_of(scene: Scene, layout: SignalLayout, seen: Standing) -> tuple[str, ...]:
    """Of the letter that is pointed at; of a sample that is hatched; else how the output came about, and shorter."""
    trial, pointer = scene.trial, scene.pointer
    if scene.symbol:
        return (meaning(trial.row, scene.symbol, trial.lab.dims),)
    if pointer is not None and pointer.part == "input" and 0 <= pointer.index[2] < trial.values.shape[2]:
        channel, _, i = pointer.index
        if unread(trial.row, range(i, i + 1)):
            name, value = f"x[{channel}][{i}]" if len(trial.values) > 1 else f"x[{i}]", trial.values[pointer.index]
            return (typeset(f"{name} = {plain(float(value))}: hatched, as {why_unread(trial.lab)}"),)
    return sum_texts(seen, layout.channel, len(trial.output))


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
