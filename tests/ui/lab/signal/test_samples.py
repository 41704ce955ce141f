"""Numbers over bars fit their room."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from convviz.ui.lab.signal.samples import short
from convviz.ui.look.theme import font


@pytest.mark.parametrize("value", [0.0, 1.0, -0.12345, 1234.5678, 1e-9, -3e20, float("inf"), float("nan")])
@pytest.mark.parametrize("room", [0, 8, 16, 24, 60])
def test_it_fits_or_is_not_there(qapp: object, value: float, room: float) -> None:
    metrics = QFontMetricsF(font(11))
    assert not short(value, room, metrics) or metrics.horizontalAdvance(short(value, room, metrics)) <= room


def test_the_most_exact_one_that_fits(qapp: object) -> None:
    metrics = QFontMetricsF(font(11))
    assert short(-0.12341, 100, metrics) == "−0.1234"
    assert short(-0.12345, metrics.horizontalAdvance("−.123"), metrics) == "−.123"
    assert short(-0.12345, metrics.horizontalAdvance("−.12"), metrics) == "−.12"
    assert short(1234.5, metrics.horizontalAdvance("1234"), metrics) in ("1234", "1235", "")
