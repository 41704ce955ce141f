"""What is said about a number."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.arithmetic.explanation import Explanation
from convviz.ui.explain import words


def number(total: float, shown: float, kind: str = "sum", **more: object) -> Explanation:
    return Explanation("conv1", (0, 0, 0), kind, "Σ", total, shown, **more)  # type: ignore[arg-type]


def test_the_sum_and_what_torch_computed() -> None:
    found = number(-9.74840212, -9.748402)
    assert words.result(found) == "= −9.7484"
    assert words.compared(found) == "torch −9.748402   Δ 1.2e−07"
    assert words.compared(number(1.0, 1.0)) == "torch 1   Δ 0"


@pytest.mark.parametrize(
    ("total", "shown", "doubtful"),
    [
        (1.0, 1.0 + 1e-7, False),
        (1.0, 1.1, True),
        (np.nan, np.nan, False),
        (np.nan, 1.0, True),
        (np.inf, np.inf, False),
        (np.inf, 1.0, True),
        (0.0, 0.0, False),
    ],
)
def test_a_difference_beyond_rounding_is_doubtful(total: float, shown: float, doubtful: bool) -> None:
    assert words.doubtful(number(total, shown)) == doubtful


def test_numbers_that_are_none_are_said() -> None:
    assert words.result(number(np.nan, np.nan)) == "= NaN"
    assert words.result(number(-np.inf, -np.inf)) == "= −∞"
    assert words.product(np.nan, 2.0) == "NaN × 2 = NaN"
    assert words.product(np.inf, 0.0) == "∞ × 0 = NaN"


def test_a_cell_of_a_flattened_map_is_called_after_the_map() -> None:
    found = number(
        0.0,
        0.0,
        source="flatten",
        values=np.ones((2, 2, 2)),
        weights=np.full((2, 2, 2), -0.5),
        features=np.arange(8).reshape(2, 2, 2),
        rows=(0, 1),
        columns=(0, 1),
        channels=(0, 1),
        labels=("relu2[0]", "relu2[1]"),
    )
    assert words.term(found, 1, (0, 1)) == ("relu2[1] row 0, column 1", "1 × (−0.5) = −0.5")


def test_the_padding_is_named() -> None:
    found = number(
        1.0, 1.0, source="input", values=np.zeros((1, 1, 1)), rows=(None,), columns=(0,), channels=(0,), labels=("a",)
    )
    assert words.term(found, 0, (0, 0))[0] == "in the padding"
