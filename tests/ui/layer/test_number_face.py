"""The track under a number is where the number stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from convviz.spec.limits import Range
from convviz.ui.layer.number_face import PAD_PX, NumberFace, place
from convviz.ui.look import theme


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_the_track_is_filled_up_to_the_value(
    show: Callable[..., Any], pixel: Callable[..., QColor], qapp: QApplication, look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    face = NumberFace("it", "It", str)
    face.set_value(5)
    face.set_range(Range(1, 9, str))
    show(face, 100, 26)
    y = face.height() - 5
    left, right = (pixel(face, QPoint(x, y)).name() for x in (PAD_PX + 10, 100 - PAD_PX - 10))
    assert (left, right) == (look.accent, look.line)
    face.set_range(None)
    assert pixel(face, QPoint(PAD_PX + 10, y)).name() == look.line


def test_where_a_value_stands() -> None:
    assert [place(Range(1, 5, str), n) for n in (1, 3, 5)] == [0.0, 0.5, 1.0]
    assert place(Range(0, 0, str), 0) == 0.0
    assert place(Range(1, 4096, str), 4096) == pytest.approx(1.0)
    assert place(Range(1, 4096, str), 0) == 0.0


def test_the_value_can_be_read_out(show: Callable[..., Any]) -> None:
    face = show(NumberFace("it", "It", lambda n: f"{n / 1000:g}"), 100, 26)
    face.set_value(250)
    assert face.accessibleDescription() == "0.25"
