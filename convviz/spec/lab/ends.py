"""The strongest colours of signed values, apart from all that needs numpy: a window is on screen before that is."""

from __future__ import annotations

from typing import NamedTuple


class Ends(NamedTuple):
    """Of the scale, as ``#rrggbb``: the strongest colours of both signs, and that of zero between them."""

    below: str
    zero: str
    above: str


ON_LIGHT = Ends("#1659b5", "#ffffff", "#c44e00")
ON_DARK = Ends("#4aa8ff", "#1b1e24", "#ffa24a")
