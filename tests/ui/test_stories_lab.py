"""Whole-window stories about the Lab: what a person does there is followed at once, kept, saved and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QToolButton

from convviz.spec.lab.source import FromDrawing
from convviz.spec.lab.trial import Trial
from convviz.ui.lab.workspace import LabWorkspace

LEFT = Qt.MouseButton.LeftButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Story = Any  # the window of conftest.py


def lab(story: Story) -> LabWorkspace:
    workspace = story.desk.lab.workspace
    assert isinstance(workspace, LabWorkspace)
    return workspace


def trial(story: Story) -> Trial:
    found = lab(story).trial
    assert found is not None
    return found


def output(story: Story) -> list[float]:
    return trial(story).output.ravel().tolist()  # type: ignore[no-any-return]


def choose_preset(story: Story, name: str) -> None:
    """As a person does: opens the list and presses Return on a line."""
    box = lab(story).middle.presets
    box.setFocus()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(box.findData(name), 0))
    story.qtbot.keyClick(view, Qt.Key.Key_Return)
    box.hidePopup()
    story.window.activateWindow()
    story.qtbot.waitUntil(story.window.isActiveWindow)


@pytest.fixture
def in_lab(story: Story) -> Story:
    story.keys("Ctrl+2")
    assert story.desk.workspaces.name == "lab"
    return story


def test_the_lectures_first_example(in_lab: Story) -> None:
    choose_preset(in_lab, "signal")
    assert output(in_lab) == [7, 12, 17]
    assert in_lab.desk.workspaces.name == "lab"
    assert len(in_lab.texts) == 1
    in_lab.keys("Ctrl+Z")
    assert isinstance(in_lab.state.lab.source, FromDrawing)
    in_lab.keys("Ctrl+Y")
    assert output(in_lab) == [7, 12, 17]


def test_a_dragged_kernel_cell_is_followed_and_is_one_edit(in_lab: Story) -> None:
    choose_preset(in_lab, "signal")
    grid = lab(in_lab).side.kernel.grid
    at = grid.cell_center((0, 0))
    in_lab.reach(grid, at)
    in_lab.mouse(grid, PRESS, at)
    seen = [output(in_lab)]
    for up in (10, 20, 30):
        in_lab.mouse(grid, MOVE, at - QPoint(0, up))
        kernel = in_lab.state.lab.weights["conv.weight"].ravel()
        expected = np.convolve((1, 2, 3, 4), kernel[::-1], "valid")
        assert np.allclose(output(in_lab), expected)
        seen.append(output(in_lab))
    in_lab.mouse(grid, RELEASE, at - QPoint(0, 30))
    assert seen[0] != seen[1] != seen[2] != seen[3]
    assert len(in_lab.texts) == 2
    assert in_lab.texts[1].startswith("Lab: kernel cell (0, 0)")
    in_lab.keys("Ctrl+Z")
    assert output(in_lab) == [7, 12, 17]


def test_play_runs_to_the_end(in_lab: Story) -> None:
    choose_preset(in_lab, "signal")
    transport = lab(in_lab).page.transport
    lab(in_lab).setFocus()
    assert transport.filled == 3
    in_lab.keys("Space")
    assert transport.playing
    assert transport.filled < 3
    in_lab.until(lambda: not transport.playing)
    assert transport.filled == 3
    in_lab.keys(",")
    assert transport.filled == 2
    in_lab.keys(".")
    assert transport.filled == 3


def test_space_presses_a_button_that_has_the_keyboard(in_lab: Story) -> None:
    button = lab(in_lab).side.sense.buttons["convolution"]
    button.setFocus()
    in_lab.qtbot.keyClick(button, Qt.Key.Key_Space)
    assert in_lab.state.lab.flipped
    assert not lab(in_lab).page.transport.playing


def test_both_workspaces_share_the_drawing(in_lab: Story) -> None:
    before = output(in_lab)
    pad = lab(in_lab).source.pad
    start = QPoint(pad.width() // 4, pad.height() // 4)
    in_lab.mouse(pad, PRESS, start)
    in_lab.mouse(pad, MOVE, start + QPoint(60, 80))
    assert output(in_lab) != before, "the map follows the pen"
    in_lab.mouse(pad, RELEASE, start + QPoint(60, 80))
    assert in_lab.texts == ["stroke"]
    in_lab.arrived()
    in_lab.keys("Ctrl+1")
    in_lab.settled()
    in_lab.keys("Ctrl+Z")
    assert in_lab.desk.workspaces.name == "network", "the drawing is seen in both"
    in_lab.keys("Ctrl+2")
    assert output(in_lab) == before


def test_undo_brings_the_workspace_of_its_edit(in_lab: Story) -> None:
    choose_preset(in_lab, "dilation")
    in_lab.keys("Ctrl+1")
    in_lab.select("conv1", 4, 12, 12, page="value")
    in_lab.cell((2, 2), 20, 40)
    in_lab.settled()
    in_lab.keys("Ctrl+Z")
    assert in_lab.desk.workspaces.name == "network"
    in_lab.keys("Ctrl+Z")
    assert in_lab.desk.workspaces.name == "lab"
    in_lab.keys("Ctrl+Y")
    assert in_lab.desk.workspaces.name == "lab"
    assert trial(in_lab).output.shape == (1, 12, 22)
    in_lab.keys("Ctrl+Y")
    assert in_lab.desk.workspaces.name == "network"


def test_an_edit_of_the_lab_computes_no_network(in_lab: Story) -> None:
    frame = in_lab.arrived()
    heard: list[object] = []
    in_lab.desk.bridge.frame_arrived.connect(heard.append)
    for name in ("signal", "five-filters", "max-pool-2d"):
        choose_preset(in_lab, name)
    in_lab.desk.lab.intents.choose_kind("ReLU")
    in_lab.qtbot.wait(100)
    assert heard == []
    assert in_lab.frame is frame


def test_actions_of_the_other_workspace_are_off(in_lab: Story) -> None:
    actions = in_lab.desk.actions_by_name
    assert actions["play"].isEnabled()
    assert not actions["page_value"].isEnabled()
    assert not actions["fields"].isEnabled()
    assert actions["sample"].isEnabled(), "the drawing is the input"
    choose_preset(in_lab, "signal")
    assert not actions["sample"].isEnabled(), "nobody would see it"
    in_lab.keys("Ctrl+1")
    assert actions["sample"].isEnabled()
    assert actions["fields"].isEnabled()
    assert not actions["play"].isEnabled()


def test_saved_and_opened_again(
    in_lab: Story, open_story: Callable[..., Story], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lab.convviz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    choose_preset(in_lab, "stride-padding")
    in_lab.click(QToolButton, "kernel_sense_convolution")
    expected = output(in_lab)
    in_lab.keys("Ctrl+S")
    in_lab.until(path.exists)
    second = open_story()
    second.desk.open(path)
    second.until(lambda: second.state.lab.preset == "stride-padding")
    second.keys("Ctrl+2")
    assert second.state.lab.flipped
    assert output(second) == expected


def test_the_workspace_is_remembered(in_lab: Story, open_story: Callable[..., Story]) -> None:
    in_lab.window.close()
    second = open_story()
    assert second.desk.workspaces.name == "lab"
    assert output(second)


def test_a_kernel_of_the_lab_is_worth_asking_about(in_lab: Story) -> None:
    intents, files = in_lab.desk.lab.intents, in_lab.desk.files
    choose_preset(in_lab, "five-filters")
    intents.choose_kind("MaxPool2d")
    intents.choose_kind("Conv2d")
    assert not files.worth_asking, "it is an example, which is there again at once"
    intents.edit_kernel(0, np.ones((1, 3, 3), np.float32))
    intents.finish()
    assert files.worth_asking
