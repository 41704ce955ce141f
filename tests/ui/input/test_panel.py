"""The left side follows States and Frames; only what the user does is emitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convviz.session import editing
from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.adapt import untrained
from convviz.spec.preparation import Preparation
from convviz.spec.strokes import Drawing
from convviz.ui.input.panel import THICKEST, THINNEST, InputPanel

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def panel(show: Callable[..., Any], tools: dict[str, QAction]) -> InputPanel:
    return show(InputPanel(tools), 256, 720)  # type: ignore[no-any-return]


def test_showing_a_state_emits_nothing(panel: InputPanel, make_state: MakeState, make_frame: MakeFrame) -> None:
    for signal in (panel.pad.drawing_changed, panel.pad.stroke_finished, panel.strip.preparation_edited):
        signal.connect(lambda *args: pytest.fail(f"emitted {args}"))
    old = None
    first = make_state()
    for new in (first, replace(first, drawing=Drawing()), replace(first, preparation=Preparation(crop=False))):
        panel.show_state(old, new)
        panel.show_frame(make_frame(new))
        assert panel.pad.drawing is new.drawing
        assert panel.strip.thumbs["crop"].isChecked() == new.preparation.crop
        old = new


def test_the_prediction_is_the_most_probable_class(
    panel: InputPanel, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state()
    panel.show_state(None, state)
    for winner in (0, 7):
        panel.show_frame(make_frame(state, probabilities=np.eye(10, dtype=np.float32)[winner]))
        assert panel.prediction.text().endswith(str(winner))
    panel.show_frame(make_frame(state, probabilities=np.full(10, np.nan, np.float32)))
    assert "not numbers" in panel.prediction.text()
    panel.show_frame(make_frame(replace(state, drawing=Drawing())))
    assert not any(character.isdigit() for character in panel.prediction.text()), "nothing drawn, nothing predicted"


def test_the_pen_has_the_width_of_the_slider(panel: InputPanel, qtbot: QtBot) -> None:
    heard: list[float] = []
    panel.pen_width_changed.connect(heard.append)
    qtbot.keyClick(panel.pen, Qt.Key.Key_Home)
    qtbot.keyClick(panel.pen, Qt.Key.Key_Right)
    assert heard == [THINNEST, THINNEST + 1]
    assert panel.pad.pen_width == THINNEST + 1
    for wanted, got in ((0.0, THINNEST), (1e6, THICKEST), (22.4, 22)):
        panel.set_pen_width(wanted)
        assert panel.pad.pen_width == panel.pen.value() == got


def test_buttons_trigger_the_windows_actions(panel: InputPanel, tools: dict[str, QAction], qtbot: QtBot) -> None:
    heard: list[str] = []
    for name in ("open", "sample", "eraser", "clear"):
        tools[name].triggered.connect(lambda _=False, name=name: heard.append(name))
        button = panel.findChild(QToolButton, f"{name}_button")
        assert isinstance(button, QToolButton)
        assert not button.icon().isNull() or button.text()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["open", "sample", "eraser", "clear"]


def test_everything_is_inside_at_the_smallest_window(panel: InputPanel) -> None:
    panel.resize(210, 530)
    for widget in (panel.pad, panel.pen, panel.strip, panel.prediction, panel.bars):
        corner = widget.mapTo(panel, QPoint(widget.width() - 1, widget.height() - 1))
        assert panel.rect().contains(corner), widget.objectName()
        assert widget.width() > 40


def test_layers_that_need_training_are_named_beside_the_bars(panel: InputPanel, make_state: MakeState) -> None:
    state = make_state()
    panel.show_state(None, state)
    assert panel.untrained.text() == ""
    wide = editing.with_layer(state, replace(state.network["conv2"], padding=(2, 2)))  # type: ignore[call-arg]
    panel.show_state(state, wide)
    assert panel.untrained.text() == "fc1 needs training"
    assert "fc1" in panel.untrained.toolTip()
    fresh = editing.started(wide, "deep")
    panel.show_state(wide, fresh)
    text = panel.untrained.text()
    assert text == "4 layers need training"
    assert all(layer in panel.untrained.toolTip() for layer in untrained(fresh.network, fresh.kept))
    panel.show_state(fresh, state)
    assert panel.untrained.text() == ""


def test_the_note_has_room_beside_any_prediction(
    panel: InputPanel, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state()
    wide = editing.with_layer(state, replace(state.network["conv2"], padding=(2, 2)))  # type: ignore[call-arg]
    panel.show_state(None, wide)
    panel.show_frame(make_frame(wide, probabilities=np.eye(10, dtype=np.float32)[8]))
    panel.resize(256, 720)
    panel.layout().activate()
    assert panel.prediction.geometry().right() < panel.untrained.x()
    assert panel.untrained.width() >= 100
