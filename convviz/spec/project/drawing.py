"""Drawings as plain data with their arrays, and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ..opened_image import OpenedImage
from ..preparation import Preparation
from ..strokes import PAD, Drawing, Stroke
from ..weights import Floats
from .arrays import Collected
from .errors import damaged
from .values import Arrays, Table, array_in, get, shown, table_in, whole_numbers

MAX_POINTS = 5_000_000  # of a drawing: more than ten hours with a pen
MOST_CLASSES = 10_000
_NAME = 200  # characters
_FARTHEST = 1e6  # pad units; a mouse leaves the pad by a screen at most
_WIDEST = 4 * PAD
_LONGEST = 4096  # pixels of a picture: strokes over it are drawn on a square of that many


def drawing_table(arrays: Collected, drawing: Drawing, place: str = "drawing") -> dict[str, Any]:
    """All strokes' points are one array, exact and small; ``points`` of a stroke counts its own."""
    strokes = drawing.strokes
    points = np.concatenate([s.points for s in strokes]) if strokes else None
    return {
        "base": None if drawing.base is None else arrays.add(f"{place}/base", drawing.base),
        "points": None if points is None else arrays.add(f"{place}/points", points),
        "strokes": [{"points": len(s.points), "width": float(s.width), "erase": s.erase} for s in strokes],
        **({} if drawing.image is None else {"image": asdict(drawing.image)}),
    }


def drawing_from(table: Table, arrays: Arrays) -> Drawing:
    """The drawing that ``table`` describes.

    Raises:
        InputError: it cannot have been drawn.
    """
    strokes = get(table, "strokes", list)
    base = None if table.get("base") is None else _base(array_in(arrays, table["base"]))
    counts = whole_numbers([get(table_in(s), "points", int) for s in strokes])
    if sum(counts) > MAX_POINTS:
        raise damaged(f"its drawing has over {MAX_POINTS:,} points")
    points = array_in(arrays, table.get("points")) if strokes else np.empty((0, 2), np.float32)
    if points.shape != (sum(counts), 2) or not (np.abs(points) <= _FARTHEST).all():  # NaN is not, either
        raise damaged("the points of its drawing are not those of its strokes, or far outside the pad")
    ends = np.cumsum(counts)
    parts = [points[end - count : end] for end, count in zip(ends, counts, strict=True)]
    return Drawing(
        tuple(_stroke(stroke, part) for stroke, part in zip(strokes, parts, strict=True)), base, _image(table)
    )


def preparation_from(table: Table) -> Preparation:
    """Which steps are on."""
    return Preparation(**{f.name: get(table, f.name, bool) for f in fields(Preparation)})


def _image(table: Table) -> OpenedImage | None:
    """What its picture was; older files do not say."""
    if table.get("image") is None:
        return None
    found = table_in(table["image"])
    label = None if found.get("label") is None else get(found, "label", int)
    if label is not None and not 0 <= label < MOST_CLASSES:
        raise damaged(f"the picture in its drawing is of class {label}")
    return OpenedImage(get(found, "name", str)[:_NAME], label, preparation_from(get(found, "before", dict)))


def _stroke(table: Table, points: Floats) -> Stroke:
    width = table.get("width")
    if not isinstance(width, int | float) or isinstance(width, bool) or not 0 < width <= _WIDEST:
        raise damaged(f"a pen is {shown(width)} wide")
    return Stroke(points, float(width), get(table, "erase", bool))


def _base(array: Floats) -> Floats:
    """The ink of a picture, or its colours, within 0…1 whatever the file says."""
    if (array.ndim != 2 and (array.ndim != 3 or len(array) != 3)) or min(array.shape) < 1 or np.isnan(array).any():
        raise damaged("the picture in its drawing is none")
    if max(array.shape) > _LONGEST:
        raise damaged(f"the picture in its drawing has over {_LONGEST:,} pixels a side")
    if array.min() >= 0 and array.max() <= 1:
        return array
    clipped = array.clip(0.0, 1.0)
    clipped.setflags(write=False)
    return clipped
