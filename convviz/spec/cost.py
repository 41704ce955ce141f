"""What a network costs, and what a change of it does to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .geometry import LayerGeometry, describe
from .network import NetworkSpec, Pair, Shape, times


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters, products and receptive field of the whole network; the field and the output of one layer.

    ``field`` is that of a unit of the last layer whose units do not see the whole input; None where there is none.
    ``layer_field`` is that of a unit of the layer; None where it sees the whole input.
    """

    params: int
    products: int
    field: Pair | None
    layer_field: Pair | None
    output: Shape


class Change(NamedTuple):
    """One figure before and after, as text; ``part`` is what it is of: "network" or "layer"."""

    part: str
    name: str
    before: str
    after: str
    changed: bool


def cost(spec: NetworkSpec, layer_id: str | None = None) -> Cost:
    """What a network costs, and one of its layers; the last one where it has no such layer.

    >>> from convviz.spec.presets import lecture
    >>> cost(lecture(), "conv1")
    Cost(params=105506, products=1333200, field=(22, 22), layer_field=(5, 5), output=(32, 24, 24))
    """
    return cost_of(describe(spec), layer_id, spec.input_shape)


def cost_of(rows: Sequence[LayerGeometry], layer_id: str | None, input_shape: Shape) -> Cost:
    """The same from a geometry that is there already."""
    row = next((row for row in rows if row.layer.id == layer_id), rows[-1] if rows else None)
    if layer_id == "input" or row is None:
        own: Pair | None = (1, 1)
        output = input_shape
    else:
        own, output = row.receptive_field.size if row.receptive_field else None, row.output_shape
    fields = [row.receptive_field.size for row in rows if row.receptive_field]
    return Cost(
        sum(row.params for row in rows),
        sum(row.products for row in rows),
        fields[-1] if fields else None,
        own,
        output,
    )


def change(before: Cost, after: Cost) -> list[Change]:
    """The figures of both side by side.

    >>> from dataclasses import replace
    >>> from convviz.spec.presets import lecture
    >>> old = lecture()
    >>> new = old.with_layer(replace(old["conv1"], kernel=(3, 3)))
    >>> for line in change(cost(old, "conv1"), cost(new, "conv1")):
    ...     print(*line)
    layer field 5×5 3×3 True
    layer output 32×24×24 32×26×26 True
    network field 22×22 20×20 True
    network parameters 105,506 104,994 True
    network products 1,333,200 1,067,088 True
    """
    return [Change(*names, old, new, old != new) for names, old, new in _lines(before, after)]


def _lines(before: Cost, after: Cost) -> Iterator[tuple[tuple[str, str], str, str]]:
    return zip(_NAMES, _texts(before), _texts(after), strict=True)


_NAMES = (
    ("layer", "field"),
    ("layer", "output"),
    ("network", "field"),
    ("network", "parameters"),
    ("network", "products"),
)


def _texts(shown: Cost) -> tuple[str, ...]:
    field, own = (times(size) if size else "all" for size in (shown.field, shown.layer_field))
    return own, times(shown.output), field, f"{shown.params:,}", f"{shown.products:,}"
