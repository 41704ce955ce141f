"""Numbers as people type and paste them; sentences where they cannot be meant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convviz.spec.cells import MAX_CHARACTERS
from convviz.spec.errors import InputError
from convviz.spec.lab.typed import MOST_SHOWN, parsed, written

SIGNAL = [[[1, 2, 3, 4]]]
PICTURE = [[[1, 2], [3, 4]]]
READ = {
    "1, 2, 3, 4": SIGNAL,
    "(1, 2, 3, 4)": SIGNAL,
    "[1,2,3,4]": SIGNAL,
    "1 2  3 4": SIGNAL,
    "1\t2\t3\t4\n": SIGNAL,
    "1; 2; 3; 4": SIGNAL,
    "1\n2\n3\n4\n": SIGNAL,
    "  1, 2, 3, 4,  ": SIGNAL,
    "1 2\n3 4": PICTURE,
    "1\t2\r\n3\t4\r\n": PICTURE,
    "1;2\n3;4": PICTURE,
    "1, 2\n3, 4\n\n\n": PICTURE,
    "1 2\n3 4\n\n5 6\n7 8": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    "1, 2\n\n3, 4": [[[1, 2]], [[3, 4]]],
    "1\t2\n\t\n3\t4": [[[1, 2]], [[3, 4]]],
    "−1.5, 1e-3, .25": [[[-1.5, 0.001, 0.25]]],
    "7": [[[7]]],
    "[[1, 2], [3, 4]]": PICTURE,
    "[[1,2],[3,4]]": PICTURE,
    "[[1 2]\n [3 4]]": PICTURE,
    "((1, 2),\n (3, 4))": PICTURE,
    "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    "[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    "[[[1, 2],\n  [3, 4]],\n [[5, 6],\n  [7, 8]]]": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    "[1 2]\n\n[3 4]": [[[1, 2]], [[3, 4]]],
    "[[1], [2], [3], [4]]": SIGNAL,
}
REFUSED = {
    "": "there are no numbers",
    "  \n\n": "there are no numbers",
    "1, , 3": "line 1, number 2: the cell is empty",
    "1,,3": "line 1, number 2: the cell is empty",
    "1\t\t3": "line 1, number 2: the cell is empty",
    "1,5": "'1,5' has a comma; write 1.5 for one number, or 1, 5 for two",
    "1,5 2,5": "line 1, number 1: '1,5' has a comma",
    "1,5, 2,5, 3": "line 1, number 1: '1,5' has a comma",
    "1, 2,5, 3": "line 1, number 2: '2,5' has a comma",
    "1\t2,5": "line 1, number 2: '2,5' has a comma",
    "1, NaN": "line 1, number 2: 'NaN' is not a finite number",
    "1, inf": "is not a finite number",
    "1, 1e999": "too large",
    "1, 2e6": "too large",
    "1, two": "line 1, number 2: 'two' is not a number",
    "a1,5": "'a1,5' is not a number",
    "[[1, 2], [3]]": "line 2 has 1 number",
    "1_0, 2": "'1_0' is not a number",
    "1 2\n3": "line 2 has 1 number, the lines above it 2",
    "1 2\n3 4\n\n5 6": "channel 0 has 2 × 2 numbers, channel 1 1 × 2",
    "1 2\n3 4\n\n5 6 7\n8 9 1": "line 4 has 3 numbers",
    "1 " * MAX_CHARACTERS: "characters long",
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    grid = parsed(text)
    assert grid.values.tolist() == np.array(READ[text], np.float32).tolist()
    assert grid.name == "typed numbers"


@pytest.mark.parametrize("text", REFUSED, ids=[text[:20] or "nothing" for text in REFUSED])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        parsed(text)
    assert REFUSED[text] in str(error.value)


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(2, 5)),
        elements=st.floats(-1e6, 1e6, width=32),
    )
)
def test_what_is_written_is_read_back_to_the_last_bit(values: np.ndarray) -> None:
    assert np.array_equal(parsed(written(values)).values, values)


def test_too_many_numbers_are_not_written() -> None:
    assert written(np.zeros((1, 1, MOST_SHOWN), np.float32)).count("0") == MOST_SHOWN
    assert written(np.zeros((1, 1, MOST_SHOWN + 1), np.float32)) == ""


@pytest.mark.parametrize("text", ["1", ",", "a", "]", "] ", "](", "1,5 ", "\n"])
def test_no_text_takes_long(text: str) -> None:
    with pytest.raises(InputError):  # what looks again from every character on would take hours
        parsed("[x" + text * (MAX_CHARACTERS // len(text) - 2))


def test_many_numbers_are_read_at_once() -> None:
    values = np.arange(100_000, dtype=np.float32)
    assert np.array_equal(parsed(" ".join(map(str, range(100_000)))).values[0, 0], values)
