"""Indices of any library become plain numbers, and what is no whole number is refused, never rounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.indices import indices, whole


@pytest.mark.parametrize("values", [(2, 1, 3), [2, 1, 3], np.array([2, 1, 3], np.uint8), (np.int64(2), True, 3)])
def test_plain_numbers(values: Any) -> None:
    found = indices(values)
    assert found == (2, 1, 3)
    assert [type(number) for number in found] == [int, int, int]


@pytest.mark.parametrize("values", [3, None, "abc", (1.0, 2, 3), (float("nan"),), (slice(None), 0), (None,), ["1"]])
def test_what_is_no_index_is_refused(values: Any) -> None:
    with pytest.raises(InputError, match="whole number"):
        indices(values)


def test_the_sentence_names_what_is_wrong() -> None:
    with pytest.raises(InputError, match=r"a class must be a whole number, not 3\.0"):
        whole(3.0, "a class")
