"""Which value has the strongest colour."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.lab.why.scale import Scale

VALUES = np.array([[[1, -4]], [[0, 2]], [[0, 0]]], np.float32)


def test_together_and_each() -> None:
    one, own = Scale.together(VALUES), Scale.each(VALUES)
    assert (one.per_map, own.per_map) == (False, True)
    assert one.shares(VALUES).ravel().tolist() == [0.25, -1, 0, 0.5, 0, 0]
    assert own.shares(VALUES).ravel().tolist() == [0.25, -1, 0, 1, 0, 0]
    assert [own.signed(n) for n in range(3)] == [True, False, False]
    assert [own.text(n) for n in range(3)] == ["±4.0", "≤2.0", "≤0"]
    assert one.range == (-4, 4)


def test_lines_of_a_matrix_have_the_colours_of_their_maps() -> None:
    own = Scale.each(VALUES)
    column = own.lined(2).shares(VALUES.reshape(1, -1, 1))
    assert np.array_equal(column.ravel(), own.shares(VALUES).ravel())
    assert np.array_equal(own.lined(1).shares(VALUES.reshape(1, 3, 2)).ravel(), own.shares(VALUES).ravel())


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_so(special: float) -> None:
    values = VALUES.copy()
    values[0, 0, 0] = special
    shares = Scale.each(values).shares(values)
    assert np.array_equal(shares.ravel()[0], special, equal_nan=True)
    assert shares.ravel()[1:].tolist() == [-1, 0, 1, 0, 0]
