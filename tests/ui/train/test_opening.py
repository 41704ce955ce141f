"""An empty pad begins with a digit; what draws curves is read before it is needed, but never under the pen."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Experiment, State
from convviz.spec.strokes import Drawing
from convviz.ui.train import opening


def test_only_an_empty_pad_gets_a_digit(make_state: Callable[..., State]) -> None:
    experiment = Experiment(make_state())
    drawn = experiment.state.drawing
    assert opening.draw_first(experiment) == ""
    assert experiment.state.drawing is drawn
    experiment.change(drawing=Drawing())
    assert opening.draw_first(experiment).startswith("a 3 is on the pad"), "nobody else drew it"
    assert experiment.state.drawing


def test_what_is_needed_later_is_read_once_the_mouse_is_up(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = [Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton]
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: down.pop(0))
    monkeypatch.setattr(opening, "IDLE_MS", 1)
    owner = QObject()
    opening.import_when_idle(owner)
    qtbot.waitUntil(lambda: not down)  # asked twice: the first time somebody was drawing
    assert "convviz.ui.train.curves.page" in sys.modules
    owner.deleteLater()
