"""Values as images of one pixel a cell; kept as long as the same array is shown."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from ...look.colours import ZERO, Floats, image, indices, table, value_range
from ...look.theme import Theme

KEPT_CELLS = 2**23  # of all arrays together


class Pictures(NamedTuple):
    """``colours`` (C, H, W) are indices of the table, ``images`` one a map."""

    colours: NDArray[np.uint8]
    images: tuple[QImage, ...]


class _Entry(NamedTuple):
    values: Floats  # held, so that no other array can have its id
    pictures: Pictures


_kept: OrderedDict[tuple[int, str, bool], _Entry] = OrderedDict()


def pictures(values: Floats, theme: Theme, *, greyed: bool = False) -> Pictures:
    """What read-only ``values`` (C, H, W) look like; ``greyed`` shows the negative ones in grey."""
    key = id(values), theme.name, greyed
    entry = _kept.get(key)
    if entry is None:
        entry = _kept[key] = _Entry(values, coloured(values, strongest_of(values), theme, greyed=greyed))
        while sum(held.values.size for held in _kept.values()) > KEPT_CELLS and len(_kept) > 2:
            _kept.popitem(last=False)
    else:
        _kept.move_to_end(key)
    return entry.pictures


def coloured(values: Floats, extreme: float, theme: Theme, *, greyed: bool = False) -> Pictures:
    """The same, made anew, with ``extreme`` as the value of the strongest colour."""
    shown = indices(np.asarray(values, np.float32), extreme)
    colours = (grey_table if greyed else table)(theme)[shown]
    return Pictures(shown, tuple(image(part) for part in colours))


def strongest_of(values: Floats) -> float:
    """The value that has the strongest colour."""
    return value_range(values).high


@lru_cache(maxsize=4)
def grey_table(theme: Theme) -> NDArray[np.uint32]:
    """The colours of values with the negative ones in grey: what ReLU lets fall."""
    colours = table(theme).copy()
    card, dim = QColor(theme.card), QColor(theme.dim)
    for n in range(1, ZERO):
        share = 0.75 * (ZERO - n) / (ZERO - 1)
        mixed = [
            round(a + (b - a) * share)
            for a, b in ((card.red(), dim.red()), (card.green(), dim.green()), (card.blue(), dim.blue()))
        ]
        colours[n] = 0xFF000000 | mixed[0] << 16 | mixed[1] << 8 | mixed[2]
    colours.setflags(write=False)
    return colours
