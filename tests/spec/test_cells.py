"""What a cell takes and what it refuses; blocks there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convviz.spec import cells
from convviz.spec.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("−1", -1.0),
        ("-1", -1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+2", 2.0),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("  0.25\t", 0.25),
        ("1e-999", 0.0),
        ("1000000", 1e6),
        ("-1e6", -1e6),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert cells.value(text) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,5", "'1.5' with a point"),
        ("-0,25", "'-0.25' with a point"),
        ("", "empty"),
        ("   ", "empty"),
        ("abc", "not a number"),
        ("1 2", "not a number"),
        ("1_000", "not a number"),
        ("0x10", "not a number"),
        ("١", "not a number"),  # a digit, but not one of ours
        ("1e", "not a number"),
        ("--1", "not a number"),
        (".", "not a number"),
        ("nan", "not a finite number"),
        ("NaN", "not a finite number"),
        ("inf", "not a finite number"),
        ("-Infinity", "not a finite number"),
        ("∞", "not a finite number"),
        ("1e999", "too large"),
        ("1e38", "too large"),
        ("-1000001", "too large"),
        ("9" * 5000, "not a number"),
    ],
)
def test_refused_in_one_short_sentence(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        cells.value(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


@given(st.floats(-1e6, 1e6, width=32))
def test_every_cell_can_be_typed_as_it_is_written(value: float) -> None:
    array = np.array([[value]], np.float32)
    assert cells.block(cells.text(array))[0].tobytes() == array.tobytes()


@given(
    hnp.arrays(
        np.float32, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6), elements=st.floats(-1e6, 1e6, width=32)
    )
)
def test_blocks_there_and_back(values: np.ndarray) -> None:
    assert cells.block(cells.text(values)).tobytes() == values.tobytes()


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\n3\t4",
        "1\t2\r\n3\t4\r\n",
        "1;2\n3;4\n\n",
        "1 2\n3   4\n",
        "\n\n 1 2 \n 3 4",
        "1\t 2\n 3\t4\n\t\n",
    ],
)
def test_what_spreadsheets_and_people_copy(text: str) -> None:
    assert cells.block(text).tolist() == [[[1.0, 2.0], [3.0, 4.0]]]


def test_blank_lines_and_empty_rows_of_a_spreadsheet_stand_between_blocks() -> None:
    for between in ("\n", "\t\n", " \n\n"):
        assert cells.block(f"1\t2\n{between}3\t4\n").tolist() == [[[1.0, 2.0]], [[3.0, 4.0]]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing to paste"),
        ("\n\t\n", "nothing to paste"),
        ("1\t2\n3", "line 2 of the pasted text has 1 columns, the lines above it 2"),
        ("1\t\n3\t4", "line 1, column 2 of the pasted text: the cell is empty"),
        ("1\t2\n3\tx", "line 2, column 2 of the pasted text: 'x' is not a number"),
        ("0,5;1\n2;3", "line 1, column 1 .* '0.5' with a point"),
        ("1\tnan", "line 1, column 2 .* not a finite number"),
        ("1\t1e38", "line 1, column 2 .* too large"),
        ("1 2\n\n3", "the first has 1 × 2 cells, the one at line 3 has 1 × 1"),
        ("\n".join(["\t".join(["1"] * 100)] * 100), "100 × 100 cells; a kernel here takes at most 64 × 64"),
        ("1\n" * 65, "65 × 1 cells"),
        ("1" * 1_000_001, "1,000,001 characters long"),
    ],
)
def test_blocks_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        cells.block(text)
    assert "\n" not in str(caught.value)


def test_larger_kernels_take_larger_blocks() -> None:
    text = cells.text(np.ones((205, 20), np.float32))
    assert cells.block(text, (205, 64)).shape == (1, 205, 20)
