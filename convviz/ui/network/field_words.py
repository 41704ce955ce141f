"""What a unit sees, in words."""

from __future__ import annotations

from ...spec.geometry import LayerGeometry
from ...spec.network import Pair, times
from .mosaic_layout import Index


def sees(row: LayerGeometry, index: Index) -> str:
    """The receptive field of one unit of a layer, as the status line says it; padding counts as rows and columns.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.presets import lecture
    >>> sees(describe(lecture())[3], (0, 3, 3))
    'receptive field 19×19 at rows 9…27, columns 9…27, jump 3'
    >>> sees(describe(lecture())[-1], (0,))
    'sees the whole input'
    """
    field = row.receptive_field
    if field is None or len(index) != 3:
        return "sees the whole input"
    top, left, bottom, right = field.box(index[1], index[2])
    where = f"rows {top}…{bottom - 1}, columns {left}…{right - 1}"
    return f"receptive field {times(field.size)} at {where}, jump {_one_or_both(field.jump)}"


def _one_or_both(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)
