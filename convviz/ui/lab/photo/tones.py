"""How the values of a result become a picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from ....spec.lab.strongest import strongest
from ...look.colours import Floats, Range, grey_image, image, indices, picture_image, table
from ...look.theme import Theme

TONES: dict[str, tuple[str, str]] = {  # by name: what the switch says, and its tool tip
    "signed": ("Signed", "Negative values towards blue, positive ones towards orange, zero is the card's colour"),
    "clip": ("0 … 1", "Values as brightness: 0 and less is black, 1 and more is white"),
    "offset": ("½ + v/2", "Half the value above a grey of one half: 0 is grey, −1 black, 1 white"),
}
LEGENDS = {"clip": "0 black … 1 white", "offset": "−1 black · 0 grey · 1 white"}


def colour_range(values: Floats) -> Range:
    """What signed colours span: 99.5 % of the values.

    >>> colour_range(np.array([-1.0, 3.0], np.float32))
    Range(low=-3.0, high=3.0)
    """
    extreme = strongest(values)
    with np.errstate(invalid="ignore"):
        negative = bool(((values < 0) & np.isfinite(values)).any())
    return Range(-extreme if negative else 0.0, extreme)


def picture(values: Floats, tone: str, shown: Range, theme: Theme) -> QImage:
    """A QImage of (1, H, W) values, or in colour of (3, H, W), which "signed" shows with an offset."""
    if len(values) == 3:
        return picture_image(values if tone == "clip" else _offset(values))
    if tone == "signed":
        return image(np.take(table(theme), indices(values[0], max(abs(shown.low), abs(shown.high)))))
    return grey_image(values[0] if tone == "clip" else _offset(values[0]))


def _offset(values: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return values * np.float32(0.5) + np.float32(0.5)
