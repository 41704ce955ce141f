"""The Lab in the window: widgets reach the history, actions reach widgets, and it follows when it is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QMenu, QSlider, QToolButton

from convviz.spec.lab.pose import Pose
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import FromDrawing, Grid
from convviz.ui.input.pad import DrawingPad
from convviz.ui.lab.pages import SPECS

LEFT = Qt.MouseButton.LeftButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
INTERACTIVE = (QAbstractButton, QSlider, QComboBox, DrawingPad)
Story = Any  # the window of conftest.py


@pytest.fixture
def in_lab(story: Story) -> Story:
    story.keys("Ctrl+2")
    return story


def test_it_is_made_when_it_is_first_shown_and_follows_then(story: Story) -> None:
    assert story.desk.lab.workspace is None
    story.desk.lab.intents.choose_preset("signal")
    assert story.desk.workspaces.name == "lab", "the edit is seen there"
    workspace = story.desk.lab.workspace
    assert workspace.trial.output.ravel().tolist() == [7, 12, 17]
    story.keys("Ctrl+1")
    trial = workspace.trial
    story.desk.experiment.change(lab=PRESETS["relu"].make())
    assert workspace.trial is trial, "nobody sees it"
    story.keys("Ctrl+2")
    assert workspace.trial.lab.preset == "relu"


@pytest.mark.parametrize("name", [spec.name for spec in SPECS if spec.title])
def test_everything_that_can_be_used_has_a_name(in_lab: Story, name: str) -> None:
    in_lab.desk.lab.intents.choose_preset("stride-padding")
    in_lab.desk.lab.workspace.choose_page(name)
    found = [w for kind in INTERACTIVE for w in in_lab.window.findChildren(kind) if w.isVisible()]
    nameless = [w for w in found if not w.objectName() or not w.accessibleName()]
    assert nameless == [w for w in nameless if w.objectName().startswith("qt_")], nameless
    names = [w.objectName() for w in found if not w.objectName().startswith("qt_")]
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)


def test_a_dragged_setting_can_be_undone_midway(in_lab: Story) -> None:
    box = in_lab.desk.lab.workspace.operation.settings.numbers["stride"].boxes[0]
    at = QPoint(box.width() // 2, box.height() // 2)
    in_lab.mouse(box, PRESS, at)
    in_lab.mouse(box, MOVE, at + QPoint(14, 0))
    assert in_lab.state.lab.layer.stride == (3, 3)
    assert in_lab.desk.actions_by_name["undo"].isEnabled()
    in_lab.mouse(box, RELEASE, at + QPoint(14, 0))
    assert in_lab.texts == ["Lab: stride 3"]


def test_the_kind_is_chosen_from_a_list(in_lab: Story) -> None:
    box = in_lab.desk.lab.workspace.operation.kind.box
    box.setFocus()
    in_lab.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert in_lab.state.lab.layer.kind == "ConvTranspose2d"
    assert in_lab.texts == ["Lab: transposed convolution"]
    in_lab.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert in_lab.state.lab.layer.kind == "MaxPool2d"


def test_a_refused_setting_is_told(in_lab: Story) -> None:
    in_lab.desk.lab.workspace.operation.refused.emit("too large; make it smaller")
    assert in_lab.desk.banner.text.text() == "Too large; make it smaller"


def test_bias_and_reset(in_lab: Story) -> None:
    in_lab.desk.lab.intents.choose_preset("five-filters")
    workspace = in_lab.desk.lab.workspace
    in_lab.keys("PgDown")
    in_lab.keys("PgDown")
    assert workspace.channel == 2
    workspace.side.bias_edited.emit(0.25)
    workspace.side.edit_finished.emit("bias")
    assert in_lab.state.lab.weights["conv.bias"].tolist() == [0, 0, 0.25, 0, 0]
    workspace.side.reset_wanted.emit()
    assert not in_lab.state.lab.weights["conv.bias"].any()
    in_lab.keys("PgUp")
    assert workspace.channel == 1
    assert in_lab.texts[1:] == ["Lab: bias", "Lab: reset kernel 2"]


def test_presets_are_in_the_menu(in_lab: Story) -> None:
    menu = in_lab.part(QMenu, "menu_presets")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [preset.title for preset in PRESETS.values()]
    menu.actions()[0].trigger()
    assert in_lab.state.lab.preset == next(iter(PRESETS))


def test_equivariance_moves_the_input_in_one_edit(in_lab: Story) -> None:
    from convviz.spec.lab.pose import UNMOVED, Pose

    in_lab.desk.lab.workspace.choose_page("equivariance")
    page = in_lab.desk.lab.workspace.page
    before = in_lab.desk.lab.workspace.trial.output
    for right in (1.0, 2.0):
        page.pose_previewed.emit(Pose(right=right))
    page.pose_finished.emit("shift the input")
    after = in_lab.desk.lab.workspace.trial.output
    assert np.array_equal(after[:, :, 2:], before[:, :, :-2])
    assert in_lab.texts == ["Lab: shift the input"]
    in_lab.keys("Ctrl+Z")
    assert in_lab.state.lab.pose == UNMOVED


def test_pen_and_eraser_are_those_of_the_other_pad(in_lab: Story) -> None:
    pad = in_lab.desk.lab.workspace.source.pad
    in_lab.keys("E")
    in_lab.keys("]")
    assert pad.erasing
    assert pad.pen_width == in_lab.desk.workspace.input.pad.pen_width
    assert isinstance(in_lab.state.lab.source, FromDrawing)


def test_what_is_under_the_mouse_is_told_and_follows(in_lab: Story) -> None:
    in_lab.desk.lab.intents.choose_preset("signal")
    side, status = in_lab.desk.lab.workspace.side, in_lab.desk.status
    side.kernel.grid.cell_hovered.emit((0, 0))
    assert status.pointed.text() == "kernel[0] tap 0 = 3"
    in_lab.desk.lab.intents.edit_kernel(0, np.array([[[5, 2]]], np.float32))
    assert status.pointed.text() == "kernel[0] tap 0 = 5"
    side.kernel.grid.cell_hovered.emit(None)
    assert status.pointed.text() == ""


def test_the_keyboard_is_on_the_outputs_at_first(in_lab: Story) -> None:
    page = in_lab.desk.lab.workspace.page
    assert QApplication.focusWidget() is page.view
    in_lab.desk.lab.intents.choose_source(Grid(np.ones((1, 5, 5), np.float32)), "ones")
    before = in_lab.desk.lab.workspace.side.sum.explanation
    in_lab.qtbot.keyClick(page.view, Qt.Key.Key_Right)
    in_lab.qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert in_lab.desk.lab.workspace.side.sum.explanation is not before


def test_the_bar_of_workspaces(story: Story) -> None:
    story.click(QToolButton, "workspace_lab_tab")
    assert story.desk.workspaces.name == "lab"
    story.keys("Ctrl+1")
    assert story.desk.header.workspaces.current == "network"
    assert story.desk.settings.workspace == "network"


def test_a_moved_input_is_said_on_every_page_and_put_back(in_lab: Story) -> None:
    workspace, intents = in_lab.desk.lab.workspace, in_lab.desk.lab.intents
    moved = workspace.middle.moved
    assert not moved.isVisible()
    intents.move(Pose(2, 3, 15))
    intents.finish()
    for page in ("operation", "pooling", "sharing"):
        workspace.choose_page(page)
        assert moved.isVisible()
        assert moved.text.text() == "input moved: 3 right, 2 down, 15° clockwise"
    workspace.choose_page("equivariance")
    assert not moved.isVisible(), "the page shows it by itself"
    workspace.choose_page("operation")
    in_lab.click(QToolButton, "moved_put_back")
    assert not moved.isVisible()
    assert in_lab.state.lab.pose == Pose()
    in_lab.keys("Ctrl+Z")
    assert moved.isVisible()
    intents.choose_source(Grid(np.array([[[1, 2, 3, 4]]], np.float32)), "typed numbers")
    assert workspace.trial.values.ravel().tolist() == [1, 2, 3, 4]
    assert not moved.isVisible()


def test_a_pause_of_fast_playing_explains_where_the_window_stands(in_lab: Story) -> None:
    in_lab.desk.lab.intents.choose_preset("five-filters")
    workspace = in_lab.desk.lab.workspace
    transport = workspace.page.transport
    assert transport.speed_per_s == 60
    in_lab.keys("Space")
    in_lab.until(lambda: transport.filled > 30)
    in_lab.keys("Space")
    assert not transport.playing
    row, column = divmod(transport.filled - 1, 26)
    assert workspace.side.sum.explanation.index == (0, row, column)
    assert workspace.side.sum_place.text() == f"output 0 · row {row}, column {column}"


def test_the_box_names_an_example_while_it_is_one(in_lab: Story) -> None:
    intents, box = in_lab.desk.lab.intents, in_lab.desk.lab.workspace.middle.presets
    intents.choose_preset("signal")
    assert box.currentText() == "(1, 2, 3, 4) ⊛ (3, 2)"
    intents.edit_kernel(0, np.array([[[5, 2]]], np.float32))
    intents.finish()
    assert box.currentIndex() == -1
    assert box.placeholderText() == "changed: (1, 2, 3, 4) ⊛ (3, 2)"
    in_lab.keys("Ctrl+Z")
    assert box.currentData() == "signal"
    assert in_lab.part(QMenu, "menu_presets").title().replace("&", "") == "Examples"


def test_an_example_of_which_nothing_is_left_is_named_no_more(in_lab: Story) -> None:
    intents, box = in_lab.desk.lab.intents, in_lab.desk.lab.workspace.middle.presets
    intents.choose_preset("signal")
    intents.edit_kernel(0, np.array([[[5, 2]]], np.float32))
    intents.choose_kind("ReLU")
    assert box.placeholderText().startswith("changed: "), "its input is there"
    intents.choose_source(Grid(np.ones((1, 1, 9), np.float32)), "ones")
    assert (box.currentIndex(), box.placeholderText()) == (-1, "Examples")
    in_lab.keys("Ctrl+Z")
    assert box.placeholderText().startswith("changed: ")


def test_equal_sides_of_another_example_are_linked(in_lab: Story) -> None:
    intents, fields = in_lab.desk.lab.intents, in_lab.desk.lab.workspace.operation.settings.numbers
    intents.choose_preset("max-pool-1x2")
    assert not fields["kernel"].linked, "1 × 2"
    intents.choose_preset("max-pool-2d")
    assert fields["kernel"].linked
    field = fields["stride"]
    linked = field.linked
    in_lab.qtbot.mouseClick(field.link, LEFT, pos=QPoint(8, 6))
    intents.edit_layer(replace(in_lab.state.lab.layer, ceil_mode=True), "ceil mode")
    intents.finish()
    assert field.linked is not linked, "settings of the same example stay as they were linked"


def test_the_status_line_says_what_was_taken_back(in_lab: Story) -> None:
    intents, told = in_lab.desk.lab.intents, in_lab.desk.status.pointed
    intents.choose_preset("signal")
    intents.edit_layer(replace(in_lab.state.lab.layer, stride=(1, 2)), "stride 2")
    intents.finish()
    in_lab.keys("Ctrl+Z")
    assert told.text() == "undone: stride 2"
    in_lab.keys("Ctrl+Shift+Z")
    assert told.text() == "done again: stride 2"
    in_lab.keys("Ctrl+Z")
    in_lab.keys("Ctrl+Z")
    assert told.text() == "undone: (1, 2, 3, 4) ⊛ (3, 2)"
    in_lab.keys("Ctrl+Z")
    assert told.text() == "undone: (1, 2, 3, 4) ⊛ (3, 2)", "there was nothing more"
    in_lab.keys("Ctrl+1")
    in_lab.desk.intents.draw_sample()
    in_lab.keys("Ctrl+Z")
    assert told.text().startswith("undone: ")
    assert in_lab.desk.workspaces.name == "network"
