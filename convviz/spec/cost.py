"""What a network costs, and what a change of it does to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .geometry import LayerGeometry, describe
from .network import NetworkSpec, Pair, Shape, times


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters and products of the whole network, the receptive field, and a layer's output.

    ``field`` is that of a unit of the last layer whose units do not see the whole input; None where there is none.
    """

    params: int
    products: int
    field: Pair | None
    output: Shape


class Change(NamedTuple):
    """One figure before and after, as text."""

    name: str
    before: str
    after: str
    changed: bool


def cost(spec: NetworkSpec, layer_id: str | None = None) -> Cost:
    """What a network costs; ``output`` is that of the given layer, of the last one where it has no such layer.

    >>> from convviz.spec.presets import lecture
    >>> cost(lecture(), "conv1")
    Cost(params=105506, products=1333200, field=(22, 22), output=(32, 24, 24))
    """
    return cost_of(describe(spec), layer_id, spec.input_shape)


def cost_of(rows: Sequence[LayerGeometry], layer_id: str | None, input_shape: Shape) -> Cost:
    """The same from a geometry that is there already."""
    outputs = {row.layer.id: row.output_shape for row in rows}
    last = rows[-1].output_shape if rows else input_shape
    fields = [row.receptive_field.size for row in rows if row.receptive_field]
    return Cost(
        sum(row.params for row in rows),
        sum(row.products for row in rows),
        fields[-1] if fields else None,
        input_shape if layer_id == "input" else outputs.get(layer_id or "", last),
    )


def change(before: Cost, after: Cost) -> list[Change]:
    """The figures of both side by side.

    >>> from dataclasses import replace
    >>> from convviz.spec.presets import lecture
    >>> old = lecture()
    >>> new = old.with_layer(replace(old["conv1"], kernel=(3, 3)))
    >>> for line in change(cost(old, "conv1"), cost(new, "conv1")):
    ...     print(*line)
    parameters 105,506 104,994 True
    products 1,333,200 1,067,088 True
    field 22×22 20×20 True
    output 32×24×24 32×26×26 True
    """
    return [Change(*names, names[1] != names[2]) for names in zip(_NAMES, _texts(before), _texts(after), strict=True)]


_NAMES = ("parameters", "products", "field", "output")


def _texts(shown: Cost) -> tuple[str, ...]:
    field = times(shown.field) if shown.field else "all"
    return f"{shown.params:,}", f"{shown.products:,}", field, times(shown.output)
