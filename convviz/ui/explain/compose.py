"""From an explanation to the lines that are shown: which parts, in which order, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...spec.arithmetic.explanation import Explanation
from ...spec.arithmetic.written import written
from . import words
from .cell_table import CellTable
from .sum_layout import AT_FIRST, LINE_HIGH, PART_HIGH, TERM_HIGH, SumLayout
from .sum_paint import Scale, line_width, wrapped
from .table_paint import OF

Order = NDArray[np.intp]


class Line(NamedTuple):
    """A line above the parts: its name, what it says, and its style."""

    name: str
    text: str
    style: str


@dataclass(frozen=True, eq=False)
class Composed:
    """``ranks`` are the parts that are shown, from the top on; ``opened`` is the part whose cells are shown."""

    explanation: Explanation
    width: int
    ranks: Order
    opened: int | None
    everything: bool
    head: tuple[Line, ...]
    layout: SumLayout

    @cached_property
    def scale(self) -> Scale:
        return Scale.of(self.explanation)

    def rank_of(self, part: int | None) -> int | None:
        """Where a part is shown; None where it is not."""
        if part is None:
            return None
        found = np.flatnonzero(self.ranks == part)
        return int(found[0]) if found.size else None

    @property
    def beside(self) -> str:
        """What ends the line of the formula: the bias, where it has no line below the parts."""
        below = "bias" in self.layout.tail or "more" in self.layout.tail
        return "" if below or self.explanation.bias is None else words.bias(self.explanation)

    @property
    def cells(self) -> tuple[int, int]:
        """(rows, columns) of a part."""
        return self.explanation.values.shape[1], self.explanation.values.shape[2]

    def text_of(self, name: str) -> tuple[str, str]:
        """A line of the tail, and its style."""
        if name == "bias":
            return words.bias(self.explanation), "dim"
        if self.everything:
            return "only the strongest", "link"
        hidden = np.setdiff1d(np.arange(len(self.explanation.values)), self.ranks)
        return words.rest(self.explanation, hidden), "link"


def compose(
    explanation: Explanation,
    width: int,
    opened: int | None,
    *,
    everything: bool,
    order: Order | None = None,
    by: str = "torch",
) -> Composed:
    """What to show in ``width`` pixels; ``order`` is that of the parts, by default the strongest first.

    ``by`` is what computed the value that the sum is compared with.
    """
    count, rows, columns = explanation.values.shape
    count = count if rows * columns else 0  # no window reads the unit: there is no term, and no line for one
    ranks = (explanation.order if order is None else order)[: count if everything else min(count, AT_FIRST)]
    bare = explanation.kind in ("max", "mean") and count == 1
    if bare:
        opened = 0
    if opened is not None and (opened >= count or rows * columns == 1) and not bare:
        opened = None
    if opened is not None and opened not in ranks:
        ranks = np.append(ranks[:-1], opened)  # what was opened stays, however weak it has become
    table = None
    if opened is not None:
        grids = 1 if explanation.weights is None or explanation.kind == "mean" else 3
        lines = 2 if any(OF in name for name in explanation.names) else 1
        table = CellTable(width, grids, rows, columns, lines)
    row_high = 0 if bare else _row_high(explanation)
    rank = int(np.flatnonzero(ranks == opened)[0]) if opened is not None else None
    head = _head(explanation, width, by)
    names = tuple(line.name for line in head)
    beside = table is not None and len(ranks) == 1 and _fits_beside(head, explanation, width)
    layout = SumLayout(names, len(ranks), row_high, rank, table, () if beside else _tail(explanation, count))
    return Composed(explanation, width, ranks, opened, everything, head, layout)


def first_opened(explanation: Explanation) -> int | None:
    """The part that is opened unasked: the only one."""
    count, rows, columns = explanation.values.shape
    return 0 if count == 1 and rows * columns > 1 else None


def part_of(explanation: Explanation, channel: int | None) -> int | None:
    """The part of a channel, else the strongest; None where parts have no cells to be opened."""
    if explanation.values[:1].size < 2:
        return None
    return explanation.channels.index(channel) if channel in explanation.channels else int(explanation.order[0])


def _row_high(explanation: Explanation) -> int:
    """Of a part; the only unit has two lines where its row and column and a product do not fit into one."""
    if explanation.values.size == 1 and explanation.weights is not None and explanation.features is None:
        return 2 * LINE_HIGH
    return TERM_HIGH if explanation.values.shape[1:] == (1, 1) else PART_HIGH


def _head(explanation: Explanation, width: int, by: str) -> tuple[Line, ...]:
    """Formula and result, which are seen however many parts there are."""
    doubt = "warning" if words.doubtful(explanation) else "dim"
    lines = (
        Line("formula", explanation.formula, "dim"),
        Line("numbers", explanation.numbers if _says_more(explanation) else "", "text"),
        Line("note", words.note(explanation), "text"),
        Line("result", words.result(explanation), "result"),
        Line("torch", words.compared(explanation, by) if explanation.kind != "picture" else "", doubt),
        Line("where", words.where(explanation), "dim"),
        Line("factors", words.factors(explanation), "dim"),
    )
    return tuple(line._replace(text=text) for line in lines for text in _broken(line, width))


def _fits_beside(head: tuple[Line, ...], explanation: Explanation, width: int) -> bool:
    """Whether the bias fits into the line of the formula: below the table of the only part it would be far away."""
    formula = [line.text for line in head if line.name == "formula"]
    return len(formula) == 1 and line_width(f"{formula[0]}   {words.bias(explanation)}") <= width


def _broken(line: Line, width: int) -> list[str]:
    return [line.text] if line.name == "result" else wrapped(line.text, width)


def _says_more(explanation: Explanation) -> bool:
    """Whether the numbers say what the lines below them do not."""
    if explanation.kind == "sum":
        return explanation.bias is None and explanation.numbers != written(explanation.total)
    return explanation.kind not in ("max", "mean", "picture")


def _tail(explanation: Explanation, count: int) -> tuple[str, ...]:
    names = ["more"] if count > AT_FIRST else []
    names += ["bias"] if explanation.bias is not None and not names else []  # else it ends the line before
    return tuple(names)
