"""Softmax and cross-entropy with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.ui.explain.class_chooser import ClassChooser
from convviz.ui.explain.loss_view import LossView


def test_the_lectures_example(show: Callable[..., Any]) -> None:
    view = show(LossView(), 256, 400)
    losses = []
    for scores, target in (([-1, -3, 4], 0), ([-3, 3, -1], 1)):
        view.show_scores(np.array(scores, np.float32), target, target, int(np.argmax(scores)))
        losses.append(view.lines.loss.loss)
    assert np.mean(losses) == pytest.approx(2.5141, abs=5e-5)
    assert "exp(−3)" in view.lines.accessibleDescription()


@pytest.mark.parametrize("scores", [np.zeros(1), np.linspace(-900, 900, 1000), np.array([np.nan, 1.0]), [np.inf, 0]])
def test_any_scores_are_shown(show: Callable[..., Any], scores: Any) -> None:
    view = show(LossView(), 246, 400)
    view.show_scores(np.asarray(scores, np.float32), None, 0, 0)
    view.grab()
    assert view.height() < 700


def test_choosing_a_class_is_told_and_nothing_else(show: Callable[..., Any], qtbot: QtBot) -> None:
    chooser = show(ClassChooser())
    heard: list[object] = []
    chooser.target_chosen.connect(heard.append)
    chooser.show_classes(None, 3, 10)
    assert chooser.currentText() == "predicted (3)"
    assert heard == []
    chooser.setFocus()
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    assert heard == [0]
    chooser.show_classes(7, 3, 10)
    assert chooser.currentText() == "7"
    qtbot.keyClick(chooser, Qt.Key.Key_Home)
    assert heard == [0, None]
    chooser.show_classes(7, 1, 4)
    assert chooser.currentText() == "predicted (1)", "there is no class 7 any more"
    assert chooser.count() == 5
