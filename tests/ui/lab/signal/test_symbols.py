"""Each letter of the size formula is a length in the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Scene
from convviz.ui.lab.signal.layout import signal_layout
from convviz.ui.lab.signal.symbols import lengths


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("W", [("input", -0.5, 8.5, "W = 9")]),
        ("q", [("input", -1.5, -0.5, "p = 1"), ("input", 8.5, 9.5, "p = 1")]),
        ("w", [("kernel", -1.5, 3.5, "w = 3")]),
        ("e", [("kernel", -1, 1, "d = 2")]),
        ("t", [("output", 1, 3, "s = 2")]),
        ("out_w", [("output", 0.5, 7.5, "W′ = 4")]),
        ("H", []),
        ("h", []),
    ],
)
def test_of_a_convolution(
    make_trial: Callable[..., Trial], symbol: str, expected: list[tuple[str, float, float, str]]
) -> None:
    trial = make_trial(np.zeros(9), "conv", [1, 1, 1], s=2, p=1, d=2)
    layout = signal_layout(QRectF(0, 0, 800, 400), Scene(trial, trial.positions))
    found = [(length.part, length.first, length.last, length.text) for length in lengths(layout, symbol)]
    if symbol == "out_w":
        assert [(part, text) for part, _, _, text in found] == [("output", "W′ = 4")]
    else:
        assert found == expected


def test_the_stride_of_a_transposed_convolution_lies_between_inputs(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.zeros(4), "transposed", [1, 1, 1], s=3, p=1)
    layout = signal_layout(QRectF(0, 0, 800, 400), Scene(trial, trial.positions))
    (length,) = lengths(layout, "t")
    assert (length.part, length.last - length.first) == ("input", 3)
    assert [length.part for length in lengths(layout, "q")] == ["output", "output"]
