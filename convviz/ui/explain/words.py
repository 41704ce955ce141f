"""What an explanation says in words."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

import numpy as np

from ...spec.arithmetic.explanation import Explanation, Source
from ...spec.arithmetic.written import added, factor, written
from ...spec.channels import channels_of
from ...spec.state import Focus, State
from ..look.numbers import exact, unit_name

ROUGH = 1e-4  # of the terms together: more than this is not rounding


def crumb(focus: Focus) -> str:
    """A unit in a trail.

    >>> crumb(Focus("relu1", (18, 2, 3))), crumb(Focus("fc2", (3,)))
    ('relu1[18,2,3]', 'fc2[3]')
    """
    return f"{focus.layer}[{','.join(map(str, focus.index))}]"


def result(explanation: Explanation) -> str:
    """The sum, in large."""
    return f"= {_digits(explanation.total, 5)}"


def compared(explanation: Explanation, by: str = "torch") -> str:
    """What was computed ``by`` something else, and by how much it differs."""
    shown = exact(explanation.shown + 0.0).replace("-", "−")  # no −0
    return f"{by} {shown}   Δ {_digits(explanation.difference, 2)}"


def doubtful(explanation: Explanation) -> bool:
    """Whether the sum and torch differ by more than rounding explains."""
    apart = explanation.difference
    if isnan(apart):  # both are, or both are infinite
        return not (isnan(explanation.total) and isnan(explanation.shown)) and explanation.total != explanation.shown
    with np.errstate(invalid="ignore", over="ignore"):
        size = float(np.abs(explanation.products).sum()) + abs(explanation.bias or 0.0) + abs(explanation.shown)
    return abs(apart) > ROUGH * max(size, 1e-6)


def silent(state: State) -> str:
    """Why the selected unit is 0 whatever its kernel is; empty where it is not."""
    focus = state.focus
    if focus is None or focus.layer not in state.network:
        return ""
    channels, channel = state.channels, focus.index[0]
    if channel not in channels.silent(focus.layer, channels_of(state.network[focus.layer])):
        return ""
    muted = channels.has("muted", focus.layer, channel)
    return f"{'muted' if muted else 'others are solo'}: this channel puts out 0"


def part_name(explanation: Explanation, part: int) -> str:
    """What a part is called; the only unit by its row and column as well."""
    place = explanation.source_of(part, 0, 0) if explanation.values.size == 1 else None
    return explanation.labels[part] if place is None else _unit(explanation, place)


def factors(explanation: Explanation) -> str:
    """The line above small pictures: what they are, where that is not plain; empty elsewhere."""
    plain = explanation.names[0] == "values" or explanation.weights is None
    count, rows, columns = explanation.values.shape
    return "" if plain or count < 2 or rows * columns < 2 else " × ".join(explanation.names)


def where(explanation: Explanation) -> str:
    """The line above terms that are called after their maps only; empty elsewhere."""
    count, *cells = explanation.values.shape
    if explanation.features is not None or count < 2 or cells != [1, 1] or explanation.source_of(0, 0, 0) is None:
        return ""
    if explanation.flat:
        return f"each at position {explanation.columns[0]}"
    return f"each at row {explanation.rows[0]}, column {explanation.columns[0]}"


def within(value: float, room: float, width: Callable[[str], float]) -> str:
    """A number with as many digits as there is ``room`` for, four at most; its sign is never cut.

    >>> [within(-0.00059891, room, len) for room in (10, 9, 8, 7)]
    ['−0.0005989', '−0.000599', '−0.0006', '−0.0006']
    """
    texts = (_digits(value, digits) for digits in (4, 3, 2))
    return next((text for text in texts if width(text) <= room), _digits(value, 1))


def product(value: float, weight: float | None) -> str:
    """One term with its numbers.

    >>> product(0.5, -0.25), product(0.5, None)
    ('0.5 × (−0.25) = −0.125', '0.5')
    """
    if weight is None:
        return written(value)
    with np.errstate(invalid="ignore", over="ignore"):
        return f"{written(value)} × {factor(weight)} = {written(float(np.multiply(value, weight)))}"


def term(explanation: Explanation, part: int, cell: tuple[int, int]) -> tuple[str, str]:
    """A cell: where it is, and what it adds."""
    place = explanation.source_of(part, *cell)
    value = float(explanation.values[(part, *cell)])
    weight = None if explanation.weights is None else float(explanation.weights[(part, *cell)])
    where = "in the padding" if place is None else named(explanation, part, cell, place)
    return where, product(value, weight)


def named(explanation: Explanation, part: int, cell: tuple[int, int], place: Source) -> str:
    """A unit; one of a flattened map by where it lay in the map."""
    if explanation.features is None or explanation.values[part].size == 1:
        return _unit(explanation, place)
    row, column = explanation.rows[cell[0]], explanation.columns[cell[1]]
    return f"{explanation.labels[part]} row {row}, column {column}"


def _unit(explanation: Explanation, place: Source) -> str:
    """A unit; one of a signal by its position."""
    layer, index = place
    return f"{layer}[{index[0]}] position {index[2]}" if explanation.flat else unit_name(layer, index)


def rest(explanation: Explanation, hidden: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> str:
    """The line for parts that are not shown, with what they add together."""
    with np.errstate(invalid="ignore", over="ignore"):
        together = float(explanation.subtotals[hidden].sum())
    return f"+ {len(hidden):,} more   {written(together)}"


def bias(explanation: Explanation) -> str:
    """The line of the bias."""
    return f"bias {added(explanation.bias or 0.0).strip()}"


def note(explanation: Explanation) -> str:
    """A sentence for kinds that are no sums; empty for the others."""
    match explanation.kind:
        case "max" if explanation.chosen is not None:
            place = explanation.source_of(0, *explanation.chosen)
            where = _unit(explanation, place) if place is not None else "the padding"
            return f"the largest is {where}"
        case "max":
            return "no cell lies inside the map"
        case "mean":
            return f"their sum ÷ {explanation.values.size}"
        case "picture":
            return "a pixel of the input: here the trace ends"
        case "score":
            return "here the gradient begins"
    return ""


def spoken(explanation: Explanation, by: str = "torch") -> str:
    """For a screen reader."""
    parts = [
        explanation.formula,
        explanation.numbers,
        note(explanation),
        result(explanation),
        compared(explanation, by),
    ]
    return ". ".join(part for part in parts if part)


def _digits(value: float, digits: int) -> str:
    """So many significant digits, with a proper minus."""
    if not np.isfinite(value):
        return exact(value).replace("-", "−")
    return "0" if value == 0 else f"{value:.{digits}g}".replace("-", "−")
