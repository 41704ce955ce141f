"""The terms of one number: their values, and the units that they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..network import NetworkSpec
from .explanation import Doubles, Explanation, Index, Kind
from .step import Floats, flattened
from .taps import PADDING


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The part of an Explanation that says what lies where; see there."""

    source: str
    values: Doubles  # (n, h, w)
    channels: tuple[int, ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    labels: tuple[str, ...]
    features: NDArray[np.intp] | None = None


def explained(
    layer: str,
    index: Index,
    kind: Kind,
    formula: str,
    total: float,
    shown: float,
    numbers: str,
    terms: Terms,
    **more: Any,
) -> Explanation:
    """The Explanation of these terms; ``more`` are its ``weights``, ``bias``, ``chosen`` and ``names``."""
    return Explanation(
        layer,
        index,
        kind,
        formula,
        total,
        shown,
        numbers,
        source=terms.source,
        values=terms.values,
        channels=terms.channels,
        rows=terms.rows,
        columns=terms.columns,
        labels=terms.labels,
        features=terms.features,
        **more,
    )


def map_terms(
    source: str, maps: Floats, first: int, channels: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> Terms:
    """Some rows and columns of ``channels`` channels from ``first`` on, of maps (C, H, W); PADDING holds 0."""
    values = maps[first : first + channels, rows[:, None], columns].astype(np.float64)
    values[:, rows == PADDING] = 0.0
    values[:, :, columns == PADDING] = 0.0
    return Terms(
        source,
        values,
        tuple(range(first, first + channels)),
        named(rows),
        named(columns),
        labels(source, channels, first),
    )


def flat_terms(network: NetworkSpec, source: str, values: Floats) -> Terms:
    """All features (F,) of a flat layer: laid out as the maps that were flattened, if there were any."""
    maps = flattened(network, source)
    if maps is None:
        return feature_terms(source, values)
    channels, height, width = layout = maps.row.input_shape
    return Terms(
        source,
        values.astype(np.float64).reshape(layout),
        tuple(range(channels)),
        tuple(range(height)),
        tuple(range(width)),
        labels(maps.source, channels),
        np.arange(values.size).reshape(layout),
    )


def feature_terms(source: str, values: Floats) -> Terms:
    """All features (F,) of a flat layer, one part each."""
    count = values.size
    features = np.arange(count).reshape(count, 1, 1)
    return Terms(
        source,
        values.astype(np.float64).reshape(count, 1, 1),
        tuple(range(count)),
        (0,),
        (0,),
        labels(source, count),
        features,
    )


def single(source: str, place: Index, value: float) -> Terms:
    """One unit, of maps or of a flat layer."""
    values = np.full((1, 1, 1), value)
    if len(place) == 1:
        features = np.full((1, 1, 1), place[0])
        return Terms(source, values, place, (0,), (0,), labels(source, 1, place[0]), features)
    channel, row, column = place
    return Terms(source, values, (channel,), (row,), (column,), labels(source, 1, channel))


@lru_cache(maxsize=256)
def labels(source: str, channels: int, first: int = 0) -> tuple[str, ...]:
    """What parts are called.

    >>> labels("relu1", 2)
    ('relu1[0]', 'relu1[1]')
    """
    return tuple(f"{source}[{channel}]" for channel in range(first, first + channels))


def named(places: NDArray[np.intp]) -> tuple[int | None, ...]:
    """Positions as an Explanation holds them: None in the padding."""
    return tuple(None if place == PADDING else place for place in places.tolist())
