"""What a drag does to a number, and cells on top of a slice that moves on."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.kernel.gesture import FULL_PX, NumberDrag, Touch


def test_the_full_range_and_a_tenth_of_it() -> None:
    drag = NumberDrag(-1.0, 100.0, 1.0)
    assert drag.moved(100.0 - FULL_PX, fine=False) == 1.0
    assert drag.moved(100.0 - FULL_PX - 60, fine=True) == pytest.approx(1.1)
    assert drag.moved(100.0, fine=False) == pytest.approx(-1.9)


def test_a_click_that_trembles_changes_nothing() -> None:
    drag = NumberDrag(0.123456789, 50.0, 1.0)
    for y in (51.0, 48.0, 50.0, 52.9):
        assert drag.moved(y, fine=False) == 0.123456789
    assert not drag.started


@pytest.mark.parametrize("start", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_starts_from_zero(start: float) -> None:
    assert NumberDrag(start, 0.0, 1.0).moved(-60.0, fine=False) == 1.0


def test_limits_and_a_kernel_of_zeros() -> None:
    assert NumberDrag(0.0, 0.0, 1e6).moved(-10_000.0, fine=False) == 1e6
    assert NumberDrag(0.0, 0.0, 0.0).moved(-60.0, fine=False) == 1.0


def test_touched_cells_stay_when_the_slice_moves_on() -> None:
    start = np.zeros((2, 2), np.float32)
    touch = Touch(start, "paint")
    touch.set((0, 1), 5.0)
    touch.base = np.full((2, 2), 3.0, np.float32)
    assert touch.values.tolist() == [[3.0, 5.0], [3.0, 3.0]]
    touch.restore()
    assert touch.values.tolist() == [[3.0, 0.0], [3.0, 3.0]]
    assert not start.any()
