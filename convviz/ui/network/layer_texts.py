"""What stands in the cells of the layer table, and what stood there before the edits."""

from __future__ import annotations

from ...spec.geometry import LayerGeometry
from ...spec.network import times
from ...spec.receptive_field import one_or_pair

HEADERS = ("layer", "output", "parameters", "products", "field", "jump", "ms")
NAMES = ("", "output", "params", "products", "field", "jump", "")


def texts(rows: tuple[LayerGeometry, ...], before: tuple[LayerGeometry, ...]) -> dict[tuple[int, int], tuple[str, str]]:
    """By (row, column): what stands there, and what stood there in ``before`` where that differs. Not the times."""
    old = {row.layer.id: row for row in before}
    if len(rows) == len(before):  # an activation that became another kind has another name, and is the same row
        old |= {row.layer.id: was for row, was in zip(rows, before, strict=True) if row.layer.id not in old}
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for column in range(len(HEADERS) - 1):
        compared = bool(NAMES[column]) and before is not rows
        for line, row in enumerate(rows):
            was = old.get(row.layer.id)
            now = _text(row, column)
            then = now if not compared or was is row else "new" if was is None else _text(was, column)
            found[line, column] = now, "" if then == now else then
        now, then = _total_text(rows, column), _total_text(before, column)
        found[len(rows), column] = now, "" if not compared or then == now else then
    return found


def _text(row: LayerGeometry, column: int) -> str:
    seen = row.receptive_field
    match HEADERS[column]:
        case "layer":
            return f"{row.layer.id}  {row.layer.setting}".rstrip()
        case "output":
            return times(row.output_shape)
        case "parameters":
            return f"{row.params:,}"
        case "products":
            return f"{row.products:,}"
        case "field":
            return _pair(one_or_pair(seen.size)) if seen else "all"
    return _pair(one_or_pair(seen.jump)) if seen else "–"


def _total_text(rows: tuple[LayerGeometry, ...], column: int) -> str:
    match HEADERS[column]:
        case "layer":
            return "total"
        case "parameters":
            return f"{sum(row.params for row in rows):,}"
        case "products":
            return f"{sum(row.products for row in rows):,}"
    return ""


def added(numbers: list[int]) -> str:
    """A sum as it is written out.

    >>> added([20, 0, 1000])
    '20 + 1,000 = 1,020'
    """
    return f"{' + '.join(f'{n:,}' for n in numbers if n) or '0'} = {sum(numbers):,}"


def _pair(value: int | list[int]) -> str:
    return str(value) if isinstance(value, int) else times(tuple(value))
