"""Numbers in cells are short and never wrong in their sign."""

from __future__ import annotations

import pytest

from convviz.ui.lab.stage.digits import fitted


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (7.0, ["7", "7", "7"]),
        (-0.2, ["−0.2", "−0.2", "−.2"]),
        (0.0625, ["0.0625", ".062", ".06"]),
        (123.456, ["123", "123", "123"]),
        (-1e-8, ["−1e−8", "≈0", "≈0"]),
        (float("nan"), ["NaN", "NaN", "NaN"]),
        (float("-inf"), ["−∞", "−∞", "−∞"]),
        (0.0, ["0", "0", "0"]),
        (-0.0, ["0", "0", "0"]),
    ],
)
def test_with_room_for_six_four_and_three(value: float, texts: list[str]) -> None:
    assert [fitted(value, room, len) for room in (6, 4, 3)] == texts


def test_where_nothing_fits_there_is_nothing() -> None:
    assert fitted(0.5, 1, len) == ""
