"""Numbers in cells: never a lie, never too wide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.ui.kernel.cell_text import fitted, signed, signed_within, written


@given(st.floats(-1e6, 1e6, width=32), st.integers(2, 10))
def test_it_fits_and_tells_the_sign(value: float, room: int) -> None:
    text = fitted(value, room, len)
    assert len(text) <= room
    if text and value:
        assert text[0] == ("-" if value < 0 else "+")
    assert (text == "0") == (value == 0)


@given(st.floats(-1e6, 1e6, width=32), st.integers(2, 10))
def test_a_minus_is_as_wide_as_a_plus(value: float, room: int) -> None:
    """In a typeface, "-" is narrower than "+"."""
    text = written(value, room, lambda text: len(text) - 0.5 * text.count("-"))
    assert not text.startswith("-")
    other = written(-value, room, lambda text: len(text) - 0.5 * text.count("-"))
    assert text.lstrip("+−") == other.lstrip("+−")


@given(st.floats(-1e6, 1e6, width=32).filter(lambda v: abs(v) > 1e-30), st.sampled_from([signed, fitted]))
def test_it_is_right_to_its_last_digit(value: float, write: object) -> None:
    text = signed(value) if write is signed else fitted(value, 99, len)
    assert float(text) == pytest.approx(value, rel=0.51 if write is fitted else 0.006, abs=1e-12)


def test_odd_numbers() -> None:
    assert [fitted(v, 99, len) for v in (np.nan, np.inf, -np.inf, -0.0)] == ["NaN", "∞", "-∞", "0"]
    assert [signed(v) for v in (np.nan, np.inf, -0.0)] == ["NaN", "∞", "0"]
    assert signed_within(12345.6, 4, len) == "+1e4"
    assert fitted(0.003, 4, len) == "+.00"
    assert [fitted(v, 99, len) for v in (0.005859375, -0.0066, 0.0067)] == ["+6e-3", "-7e-3", "+0.01"]
