"""Whole-window stories of the history while the time machine shows the past."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from convviz.spec.weight_edit import same

from .test_stories_train import Story, in_train, learns, pause, running, trainer

__all__ = ["in_train", "running"]  # fixtures
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def edited(running: Story) -> Story:
    """A run that waits; a kernel was set by hand since."""
    learns(running, 20)
    pause(running)
    running.keys("Ctrl+1")
    running.select("conv1", 4, 12, 12, page="value")
    running.trained = running.state.weights
    running.cell((1, 1), 20, 60)
    running.until(lambda: running.texts[-1] != running.texts[0])
    running.mine = running.state.weights
    assert not same(running.mine, running.trained)
    running.keys("Ctrl+3")
    return running


def look_back(story: Story) -> None:
    trainer(story).scrub(trainer(story).checkpoints[0])
    assert trainer(story).cursor == 0


def shows(story: Story, weights: object) -> bool:
    return trainer(story).cursor is None and same(story.state.weights, weights)


def test_keys_undo_and_do_again_from_the_past(edited: Story) -> None:
    look_back(edited)
    edited.keys("Ctrl+Z")
    assert shows(edited, edited.trained)
    edited.keys("Ctrl+Right")
    assert shows(edited, edited.trained)
    look_back(edited)
    edited.keys("Ctrl+Y")
    assert shows(edited, edited.mine)


def test_the_list_is_walked_and_clicked_from_the_past(edited: Story) -> None:
    edited.keys("Ctrl+H")
    rows = edited.desk.edits.list
    edited.qtbot.waitUntil(rows.hasFocus)
    for key, weights in ((Qt.Key.Key_Up, edited.trained), (Qt.Key.Key_Down, edited.mine)):
        look_back(edited)
        edited.qtbot.keyClick(rows, key)
        assert shows(edited, weights)
    for row, weights in ((1, edited.trained), (2, edited.mine), (2, edited.mine)):
        look_back(edited)
        place = rows.visualRect(rows.model().index(row, 0)).center()
        edited.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
        assert shows(edited, weights)


def test_a_kernel_that_is_set_in_the_past_is_set_now(edited: Story) -> None:
    look_back(edited)
    edited.keys("Ctrl+1")
    early = edited.state.weights
    edited.cell((0, 2), 20, 60)
    assert trainer(edited).cursor == 0
    value = edited.state.weights["conv1.weight"][4, 0, 0, 2]
    assert value != early["conv1.weight"][4, 0, 0, 2]
    edited.keys("Ctrl+3")
    edited.keys("Ctrl+Right")
    while trainer(edited).cursor is not None:
        edited.keys("Ctrl+Right")
    now = edited.state.weights["conv1.weight"][4, 0].copy()
    assert now[0, 2] == value
    assert now[1, 1] == edited.mine["conv1.weight"][4, 0, 1, 1]
    edited.keys("Ctrl+Z")
    assert shows(edited, edited.mine)
