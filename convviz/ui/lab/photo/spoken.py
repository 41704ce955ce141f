"""What the status line says of the pixel under the mouse."""

from __future__ import annotations

import numpy as np

from ....spec.lab.lab import Lab
from ....spec.lab.look import output_at, photo_at, photo_of
from ...look.colours import Floats
from ...look.numbers import typeset
from .marks import Place
from .whole import Whole


def spoken(
    lab: Lab, outputs: tuple[int, ...], pixel: Place | None, place: Place | None, full: Whole | None = None
) -> str:
    """The photo's pixel and the result's value that lie on each other, with their values; ``full`` is the result."""
    parts = []
    if pixel is not None:
        values = photo_at(photo_of(lab), np.array(pixel[:1]), np.array(pixel[1:]))[:, 0, 0]
        parts.append(f"photo row {pixel[0]}, column {pixel[1]} = {listed(values)}")
    if place is not None:
        if full is not None:
            found = full.at(outputs, np.array(place[:1]), np.array(place[1:]))[:, 0, 0]
        else:
            found = output_at(lab, np.array(place[:1]), np.array(place[1:]), outputs)[:, 0, 0]
        which = f"result[{outputs[0]}]" if len(outputs) == 1 else "result"
        parts.append(f"{which} row {place[0]}, column {place[1]} = {listed(found)}")
    return typeset("  →  ".join(parts))


def listed(values: Floats) -> str:
    """One value, or three of a colour.

    >>> listed(np.array([0.25], np.float32)), listed(np.array([0.25, 1.0, 0.125], np.float32))
    ('0.25', '(0.25, 1, 0.125)')
    """
    texts = [f"{value:.5g}" for value in values.tolist()]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
