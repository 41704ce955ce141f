"""What is said about the field of one unit: size, jump, start, centre, and how they came about layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from ...spec.footprint import Index
from ...spec.geometry import LayerGeometry, describe, window
from ...spec.network import Conv2d, NetworkSpec, times
from .outline import Outline, row_of

NONE = "–"
MEANINGS = {
    "size": "input pixels from the first to the last that a unit of this layer can see, height × width",
    "jump": "input pixels between the fields of two neighbouring units",
    "start": "the input pixel where the field of the first unit, row 0, column 0, begins; negative in the padding",
    "centre": "the middle of this unit's field: start + index · jump + (size − 1) / 2",
    "rows": "the input's rows from the first to the last in this unit's field, and those that the picture has",
    "columns": "the input's columns from the first to the last in this unit's field, and those that the picture has",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: its name, its value, and the formula with the numbers put in."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One layer: its cells in the order of ``COLUMNS``, and the formula behind them."""

    cells: tuple[str, ...]
    why: str


COLUMNS = ("layer", "k", "s", "p", "d", "size", "jump", "start")


def facts(network: NetworkSpec, layer: str, index: Index, shown: Outline) -> tuple[Fact, ...]:
    """The figures of one unit.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.ui.field.outline import outline
    >>> unit = "conv2", (21, 1, 2)
    >>> [f"{fact.name} {fact.value}" for fact in facts(lecture(), *unit, outline(lecture(), *unit))]
    ['size 19', 'jump 3', 'start 0', 'centre 12, 15', 'rows 3…21', 'columns 6…24']
    """
    row, box = row_of(network, layer), shown.box
    field = row.receptive_field if row is not None else None
    grid = row is None or field is not None
    size, jump, start = (field.size, field.jump, field.start) if field else ((1, 1), (1, 1), (0, 0))
    why = row.formulas if row is not None else {"field": "a pixel of the input is itself", "jump": "a pixel"}
    steps = "".join(
        f"\n{name}: {start[a]} + {index[1 + a]}·{jump[a]} + ({size[a]} − 1)/2 = {_half(shown.centre[a])}"
        for a, name in ((0, "row"), (1, "column"))
        if grid
    )
    middle = ", ".join(_half(at) for at in shown.centre) if grid else NONE
    return (
        Fact("size", _pair(size) if grid else "all", f"{MEANINGS['size']}\n{why['field']}"),
        Fact("jump", _pair(jump) if grid else NONE, f"{MEANINGS['jump']}\n{why['jump']}"),
        Fact("start", _pair(start, ", ") if grid else NONE, f"{MEANINGS['start']}\n{why['field']}"),
        Fact("centre", middle, MEANINGS["centre"] + steps),
        Fact("rows", _span(box.top, box.bottom, network.input_shape[1]), MEANINGS["rows"]),
        Fact("columns", _span(box.left, box.right, network.input_shape[2]), MEANINGS["columns"]),
    )


def chain(network: NetworkSpec, layer: str) -> tuple[ChainRow, ...]:
    """One row for the input and for every layer up to ``layer``.

    >>> from convviz.spec.presets import lecture
    >>> for row in chain(lecture(), "pool1"):
    ...     print(*row.cells)
    input – – – – 1 1 0
    conv1 5 1 0 1 5 1 0
    pool1 3 3 0 1 7 3 0
    """
    rows = [ChainRow(("input", NONE, NONE, NONE, NONE, "1", "1", "0"), "a pixel sees itself")]
    for row in describe(network) if layer != "input" else ():
        rows.append(_chain_row(row))
        if row.layer.id == layer:
            break
    return tuple(rows)


def _chain_row(row: LayerGeometry) -> ChainRow:
    slides = window(row.layer)
    settings = tuple(_pair(pair) for pair in slides) if slides else (NONE,) * 4
    field = row.receptive_field
    results = (_pair(field.size), _pair(field.jump), _pair(field.start, ", ")) if field else ("all", NONE, NONE)
    why = f"{row.layer.id}\nfield: {row.formulas['field']}\njump: {row.formulas['jump']}"
    return ChainRow((row.layer.id, *settings, *results), why)


def remark(network: NetworkSpec, layer: str, shown: Outline) -> str:
    """What is special about this field, in a sentence or two; "" where nothing is.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.ui.field.outline import outline
    >>> remark(lecture(), "fc1", outline(lecture(), "fc1", (3,)))
    'It sees the whole input: flatten puts all maps into one list, and from there every unit reads all of it.'
    """
    row = row_of(network, layer)
    if row is None:
        return "A pixel of the input: it sees itself."
    if row.receptive_field is None:
        first = next(r.layer.id for r in describe(network) if r.receptive_field is None)
        if layer == first:
            return f"{layer} takes one value as it is; as a list, it lies on no grid. What it sees is drawn exactly."
        return (
            f"It sees the whole input: {first} puts all maps into one list, and from there every unit reads all of it."
        )
    if not shown.seen.rows or not shown.seen.columns:
        return "It sees nothing of the picture: all that its windows read is padding."
    sentences = []
    height, width = network.input_shape[1:]
    if shown.box.bottom - shown.box.top > height or shown.box.right - shown.box.left > width:
        sentences.append("The field is larger than the picture.")
    if shown.seen.sparse:
        count, rows, columns = len(shown.seen.rows) * len(shown.seen.columns), *_sides(shown)
        sentences.append(
            f"It sees {count} of the {rows}×{columns} pixels of its box, those filled: the rest are holes."
        )
    if shown.box.top < 0 or shown.box.left < 0 or shown.box.bottom > height or shown.box.right > width:
        sentences.append(f"The hatched frame is padding: {_padding(network)}.")
    return " ".join(sentences)


def _padding(network: NetworkSpec) -> str:
    modes = {layer.padding_mode for layer in network if isinstance(layer, Conv2d) and any(layer.padding)}
    others = modes - {"zeros"}
    return f"values taken from inside ({', '.join(sorted(others))})" if others else "no pixel of the picture lies there"


def _sides(shown: Outline) -> tuple[int, int]:
    rows, columns = shown.seen.rows, shown.seen.columns
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def _pair(pair: tuple[int, int], between: str = "×") -> str:
    text = str(pair[0]) if pair[0] == pair[1] else between.join(map(str, pair))
    return text.replace("-", "−")


def _half(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _span(first: int, end: int, side: int) -> str:
    text = f"{first}…{end - 1}"
    inside = max(first, 0), min(end, side) - 1
    if inside != (first, end - 1):
        text += f", in the picture {inside[0]}…{inside[1]}" if inside[0] <= inside[1] else ", none in the picture"
    return text.replace("-", "−")


def side_text(network: NetworkSpec, layer: str) -> str:
    """The size of the field of a layer's units as it is written beside the effective one: "19", "3×5", "28×28"."""
    row = row_of(network, layer)
    field = row.receptive_field if row is not None else None
    if row is not None and field is None:
        return times(network.input_shape[1:])
    return _pair(field.size) if field is not None else "1"
