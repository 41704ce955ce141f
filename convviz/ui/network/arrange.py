"""How the cards of a network share the room: pure arithmetic, in logical pixels.

A block (a convolution with its pooling and activation) is one column of cards; the flat layers share columns.
Every mosaic has a comfortable size; a column shrinks until its cards fit the height, then all columns shrink until
they fit the width. Below a smallest size nothing shrinks further: the view scrolls sideways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...spec.geometry import LayerGeometry
from ...spec.network import Conv2d, Flatten, Linear
from ..look.theme import GAP
from .mosaic_layout import MosaicLayout, as_maps, grid_columns

HEADER, FOOTER, INSIDE = 30, 22, 10  # px of a card above, below and beside its mosaic
SMALLEST, LARGEST = 0.55, 6.0  # how far a mosaic may leave its comfortable size
LEAST_WIDTH = 132  # px: a card's title and shape must stay readable
INPUT_WIDTH = 104
INPUT_SIDE = 84.0
FLAT_COLUMN = 4  # cards: flat layers stack in one column up to this many


@dataclass(frozen=True, slots=True)
class Place:
    """A card: its rectangle in logical pixels, and the layout of its mosaic in device pixels."""

    layer: str
    x: int
    y: int
    width: int
    height: int
    mosaic: MosaicLayout


def columns_of(rows: Sequence[LayerGeometry]) -> list[list[str]]:
    """The ids of the layers, column by column; the first holds the input.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.presets import lecture
    >>> columns_of(describe(lecture()))[1:]
    [['conv1', 'pool1', 'relu1'], ['conv2', 'pool2', 'relu2'], ['flatten', 'fc1', 'relu3', 'fc2']]
    """
    blocks: list[list[str]] = []
    flat: list[bool] = []
    for row in rows:
        if not blocks or isinstance(row.layer, Conv2d | Flatten | Linear):
            blocks.append([])
            flat.append(len(row.output_shape) == 1)
        blocks[-1].append(row.layer.id)
    columns: list[list[str]] = [["input"]]
    for i, block in enumerate(blocks):
        if i and flat[i] and flat[i - 1] and len(columns[-1]) + len(block) <= FLAT_COLUMN:
            columns[-1] += block
        else:
            columns.append(list(block))
    return columns


def arrange(
    columns: Sequence[Sequence[str]], shapes: dict[str, tuple[int, ...]], area: tuple[int, int], ratio: float
) -> tuple[list[Place], int]:
    """Places for all cards in an ``area`` of (width, height) logical pixels, and the width they need.

    ``ratio`` is device pixels per logical pixel; mosaics are laid out in device pixels so that they are sharp.
    """
    places, needed = _arranged(tuple(map(tuple, columns)), tuple(shapes.items()), area, ratio)
    return list(places), needed


@lru_cache(maxsize=64)  # whoever drags a size comes by the same ones again
def _arranged(
    columns: tuple[tuple[str, ...], ...],
    known: tuple[tuple[str, tuple[int, ...]], ...],
    area: tuple[int, int],
    ratio: float,
) -> tuple[tuple[Place, ...], int]:
    shapes = dict(known)
    width, height = area
    scales = [_fitting(column, shapes, height, ratio) for column in columns]
    low, high = SMALLEST, LARGEST
    for _ in range(12):  # bisection on the common upper limit of the columns' scales
        limit = (low + high) / 2
        low, high = (low, limit) if _total(columns, shapes, scales, limit, ratio) > width else (limit, high)
    scales = [min(scale, low) for scale in scales]
    widths = [_column_width(column, shapes, scale, ratio) for column, scale in zip(columns, scales, strict=True)]
    needed = sum(widths) + GAP * (len(widths) - 1)
    widths = _spread(widths, width - needed)
    places: list[Place] = []
    x = 0
    for column, scale, wide in zip(columns, scales, widths, strict=True):
        grown = _grown(column, shapes, scale, (wide, height), ratio)
        places += _column(column, shapes, grown, ratio, x, wide)
        x += wide + GAP
    return tuple(places), max(needed, width)


def _spread(widths: list[int], spare: int) -> list[int]:
    """Room left over goes to all columns but the input's."""
    if spare <= 0 or len(widths) < 2:
        return widths
    share, rest = divmod(spare, len(widths) - 1)
    return [widths[0], *(w + share + (i < rest) for i, w in enumerate(widths[1:]))]


def _grown(
    column: Sequence[str], shapes: dict[str, tuple[int, ...]], scale: float, area: tuple[int, int], ratio: float
) -> dict[str, float]:
    """A scale for each card: the largest maps first take the room that is left; equal shapes stay equal."""
    scales = dict.fromkeys(column, scale)
    for shape in sorted({shapes[layer] for layer in column}, key=lambda shape: -as_maps(shape)[1]):
        alike = [layer for layer in column if shapes[layer] == shape]
        low, high = scale, LARGEST
        for _ in range(10):
            middle = (low + high) / 2
            last = _column(column, shapes, scales | dict.fromkeys(alike, middle), ratio, 0, 0)[-1]
            wide = round(_mosaic(alike[0], shape, middle, ratio).size[1] / ratio) + 2 * INSIDE
            fits = wide <= area[0] and last.y + last.height <= area[1]
            low, high = (middle, high) if fits else (low, middle)
        scales |= dict.fromkeys(alike, low)
    return scales


def _column(
    column: Sequence[str],
    shapes: dict[str, tuple[int, ...]],
    scales: dict[str, float],
    ratio: float,
    x: int,
    width: int,
) -> list[Place]:
    places = []
    y = 0
    for layer in column:
        mosaic = _mosaic(layer, shapes[layer], scales[layer], ratio)
        high = HEADER + round(mosaic.size[0] / ratio) + FOOTER
        places.append(Place(layer, x, y, width, high, mosaic))
        y += high + GAP
    return places


def _fitting(column: Sequence[str], shapes: dict[str, tuple[int, ...]], height: int, ratio: float) -> float:
    low, high = SMALLEST, LARGEST
    for _ in range(12):
        middle = (low + high) / 2
        bottom = _column(column, shapes, dict.fromkeys(column, middle), ratio, 0, 0)[-1]
        low, high = (low, middle) if bottom.y + bottom.height > height else (middle, high)
    return low


def _total(
    columns: Sequence[Sequence[str]],
    shapes: dict[str, tuple[int, ...]],
    scales: list[float],
    limit: float,
    ratio: float,
) -> int:
    widths = (_column_width(c, shapes, min(s, limit), ratio) for c, s in zip(columns, scales, strict=True))
    return sum(widths) + GAP * (len(columns) - 1)


def _column_width(column: Sequence[str], shapes: dict[str, tuple[int, ...]], scale: float, ratio: float) -> int:
    widest = max(_mosaic(layer, shapes[layer], scale, ratio).size[1] for layer in column)
    return max(round(widest / ratio) + 2 * INSIDE, INPUT_WIDTH if column[0] == "input" else LEAST_WIDTH)


@lru_cache(maxsize=4096)  # the same few sizes are tried again for every layer of a shape
def _mosaic(layer: str, shape: tuple[int, ...], scale: float, ratio: float) -> MosaicLayout:
    count, height, width = as_maps(shape)
    flat = len(shape) != 3
    columns = 2 if layer == "input" and count == 3 else grid_columns(count, flat=flat)  # the free place is for colours
    if flat:
        comfortable, gap = (3.6, 0) if count > 240 else (7.0, 1)
        comfortable = 11.0 if count <= 16 else comfortable
        side = max(round(comfortable * min(scale, 1.0) * ratio), 1)  # room says more about maps than about values
        return MosaicLayout(count, 1, 1, columns, (side, side), max(round(gap * ratio), gap))
    longer = max(height, width)
    comfortable = INPUT_SIDE if layer == "input" else 10.5 * longer**0.37
    pixel = comfortable * (1.0 if layer == "input" else scale) * ratio / longer  # device pixels a value
    pixel = float(round(pixel)) if pixel >= 1.5 else pixel  # whole pixels: all values the same size
    cell = (max(round(height * pixel), 1), max(round(width * pixel), 1))
    return MosaicLayout(count, height, width, columns, cell, max(round(2 * ratio), 1))
