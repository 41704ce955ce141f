"""A small copy of a photo, for what writes all values out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..photo import Photo
from .edits import with_source
from .lab import Lab
from .source import FromPhoto, Grid
from .trial import Trial, perform, photo_values

SIDE = 32  # cells of its longer side, as many as fit with room to be seen


def reduced(lab: Lab) -> Trial:
    """The operation on a copy of its photo of at most 32 × 32 cells, each the value of the pixel in its middle."""
    source = lab.source
    assert isinstance(source, FromPhoto)
    height, width = source.photo.pixels.shape[:2]
    step = max(height, width) / min(SIDE, max(height, width))
    rows, columns = (
        np.minimum(((np.arange(max(round(n / step), 1)) + 0.5) * step).astype(np.intp), n - 1) for n in (height, width)
    )
    pixels = np.ascontiguousarray(source.photo.pixels[np.ix_(rows, columns)])
    values = photo_values(FromPhoto(Photo(pixels), source.channel))
    small = with_source(lab, Grid(values, f"small copy of {source.photo.name}"))
    return perform(replace(small, pose=lab.pose))
