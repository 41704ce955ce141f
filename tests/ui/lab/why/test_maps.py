"""How maps are named."""

from __future__ import annotations

import numpy as np

from convviz.ui.lab.why.maps import Maps
from convviz.ui.lab.why.scale import Scale

VALUES = np.arange(12, dtype=np.float32).reshape(4, 1, 3)


def test_a_channel_has_its_number_and_where_it_has_one_its_range() -> None:
    assert Maps.of(VALUES).label(2) == ("2", "2")
    assert Maps.of(VALUES, Scale.each(VALUES)).label(2) == ("2  ≤8.0", "2")
    assert Maps.of(VALUES).describe((2, 0, 1)) == "channel 2, row 0, column 1: 7"


def test_a_slice_is_named_after_its_kernel_and_its_channel() -> None:
    assert Maps.of(VALUES, seen=1).label(2) == ("2", "2")
    assert Maps.of(VALUES, seen=2).label(3) == ("1,1", "1,1")
    assert Maps.of(VALUES, seen=2).describe((3, 0, 1)) == "kernel 1, channel 1, row 0, column 1: 10"
