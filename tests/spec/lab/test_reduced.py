"""A photo's small copy keeps its sides' ratio and its values."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.lab.colours import with_input
from convviz.spec.lab.lab import drawn_lab
from convviz.spec.lab.reduced import SIDE, reduced
from convviz.spec.lab.source import FromPhoto
from convviz.spec.lab.trial import photo_values
from convviz.spec.photo import Photo


@pytest.mark.parametrize(
    ("size", "expected"), [((64, 128), (16, 32)), ((5, 7), (5, 7)), ((1, 3000), (1, 32)), ((3000, 1), (32, 1))]
)
def test_at_most_so_many_cells(size: tuple[int, int], expected: tuple[int, int]) -> None:
    pixels = np.arange(size[0] * size[1] * 3, dtype=np.uint32).reshape(*size, 3).astype(np.uint8)
    lab = with_input(drawn_lab(), FromPhoto(Photo(pixels), "rgb"))
    small = reduced(lab)
    assert small.values.shape == (3, *expected)
    assert max(small.values.shape) <= SIDE
    whole = photo_values(FromPhoto(Photo(pixels), "rgb"))
    assert np.isin(small.values, whole).all()
