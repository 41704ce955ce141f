"""What is said of the unit under the mouse, and when it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from convviz.session.experiment import State
from convviz.session.outbox import Frame, Gradients
from convviz.ui.look.numbers import exact
from convviz.ui.network.hover_tip import HoverTip
from convviz.ui.network.told import Told, field_of, named


@pytest.fixture
def frame(make_state: Callable[..., State], make_frame: Callable[..., Frame]) -> Frame:
    return make_frame(make_state())


def test_it_is_taken_back_once(show: Callable[..., Any]) -> None:
    room = show(QWidget(), 400, 300)
    told, said = Told(room, room), []
    told.said.connect(said.append)
    tip = room.findChild(HoverTip)
    told.fall_silent()
    assert said == [], "there was nothing to take back"
    told.tell("fc1[3]", "0.5", "   sees the whole input", beside=True)
    assert said == ["fc1[3] = 0.5   sees the whole input"]
    assert tip.isVisible()
    assert tip.text() == "fc1[3]\n0.5"
    told.hide_tip()
    assert not tip.isVisible()
    told.tell("fc1[3]", "0.75", "", beside=True)
    assert tip.isVisible()
    told.tell("fc1[3]", "0.75", "", beside=False)
    assert not tip.isVisible()
    for _ in range(2):
        told.fall_silent()
    assert said[1:] == ["fc1[3] = 0.75", "fc1[3] = 0.75", ""]


def test_units_are_named_with_their_exact_values(frame: Frame) -> None:
    value = exact(float(frame.maps["pool1"][5, 3, 2]))
    assert named(frame, frame.maps, "pool1", (5, 3, 2)) == ("pool1[5] row 3, column 2", value)
    assert np.float32(value) == frame.maps["pool1"][5, 3, 2]


def test_gradients_are_named_as_such(make_state: Callable[..., State], make_frame: Callable[..., Frame]) -> None:
    maps = {"fc1": np.full(200, 0.25, np.float32)}
    frame = make_frame(make_state(), gradients=Gradients(7, maps, {}))
    assert named(frame, maps, "fc1", (3,)) == ("∂ score of 7 / ∂ fc1[3]", "0.25")
    assert named(frame, frame.maps, "fc1", (3,))[0] == "fc1[3]"


def test_pixels_see_nothing(frame: Frame) -> None:
    assert field_of(frame, "input", (0, 1, 1)) == ""
    assert field_of(frame, "conv1", (0, 1, 2)) == "   receptive field 5×5 at rows 1…5, columns 2…6, jump 1"
    assert field_of(frame, "fc2", (1,)) == "   sees the whole input"
