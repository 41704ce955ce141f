"""The window about code, without torch: what its pages show, what they ask for, how it closes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convviz.session import editing
from convviz.session.experiment import Focus, State
from convviz.session.lessons import LessonRun
from convviz.spec.code import parameter_rows, to_code
from convviz.spec.code.lessons import LESSONS, lesson
from convviz.spec.network import NetworkSpec
from convviz.ui.code.code_page import ABOUT, NOTHING
from convviz.ui.code.submodules_page import NOT_RUN, RUNNING
from convviz.ui.code.window import LEAST_PX, PAGES, CodeWindow
from convviz.ui.look import theme

MakeState = Callable[..., State]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def room(show: Callable[..., Any]) -> QWidget:
    return show(QWidget(), 900, 700)  # type: ignore[no-any-return]


@pytest.fixture
def window(room: QWidget, make_state: MakeState, show: Callable[..., Any]) -> CodeWindow:
    return show(CodeWindow(make_state(), room), 760, 600)  # type: ignore[no-any-return]


def code(window: CodeWindow) -> str:
    return window.code.text.toPlainText()


def table(window: CodeWindow) -> list[list[str]]:
    model = window.parameters.table.model()
    return [[model.data(model.index(row, column)) for column in range(4)] for row in range(model.rowCount())]


def follow(window: CodeWindow, state: State, qtbot: QtBot) -> None:
    window.show_state(window._state, state)
    qtbot.wait(100)


# --- code ---------------------------------------------------------------------------------------------------------


def test_the_program_of_the_network_or_of_the_selected_layer(
    window: CodeWindow, qtbot: QtBot, make_state: MakeState
) -> None:
    network = make_state().network
    assert code(window) == to_code(network, weights_file="lecture.safetensors")
    qtbot.mouseClick(window.code.parts.buttons["layer"], LEFT)
    assert code(window) == to_code(network, weights_file="lecture-conv1.safetensors", layer="conv1", unit=(0, 14, 14))
    follow(window, make_state(focus=Focus("pool2", (0, 0, 0))), qtbot)
    assert "x = F.max_pool2d(x, kernel_size=2)" in code(window)
    qtbot.mouseClick(window.code.parts.buttons["whole"], LEFT)
    assert code(window) == to_code(network, weights_file="lecture.safetensors")


@pytest.mark.parametrize("focus", [None, Focus("input", (0, 3, 3))])
def test_without_a_layer_it_says_so(
    window: CodeWindow, qtbot: QtBot, make_state: MakeState, focus: Focus | None
) -> None:
    follow(window, make_state(focus=focus), qtbot)
    assert window.code.copy.isEnabled()
    qtbot.mouseClick(window.code.parts.buttons["layer"], LEFT)
    assert code(window) == NOTHING
    assert not window.code.copy.isEnabled()
    assert not window.code.save.isEnabled()
    follow(window, make_state(), qtbot)
    assert "self.conv1" in code(window)
    assert window.code.copy.isEnabled()


def test_an_edit_changes_the_text(window: CodeWindow, qtbot: QtBot, make_state: MakeState) -> None:
    state = make_state()
    edited = editing.with_layer(state, replace(state.network["conv1"], padding=(2, 2)))  # type: ignore[call-arg]
    follow(window, edited, qtbot)
    assert "self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding=2)" in code(window)


def test_many_edits_in_a_row_end_with_the_last(window: CodeWindow, qtbot: QtBot, make_state: MakeState) -> None:
    state = make_state()
    for count in range(2, 40):
        old, state = state, editing.with_layer(state, replace(state.network["conv1"], out_channels=count))  # type: ignore[call-arg]
        window.show_state(old, state)
    qtbot.waitUntil(lambda: "nn.Conv2d(1, 39, kernel_size=5)" in code(window))


def test_copy_and_save_ask_for_what_is_shown(window: CodeWindow, qtbot: QtBot) -> None:
    heard: list[tuple[str, object]] = []
    window.code.copy_wanted.connect(lambda layer, part: heard.append(("copy", layer)) if part is None else None)
    window.code.save_wanted.connect(lambda layer: heard.append(("save", layer)))
    for part in ("whole", "layer"):
        qtbot.mouseClick(window.code.parts.buttons[part], LEFT)
        qtbot.mouseClick(window.code.copy, LEFT)
        qtbot.mouseClick(window.code.save, LEFT)
    assert heard == [("copy", None), ("save", None), ("copy", "conv1"), ("save", "conv1")]


def test_what_is_told_moves_nothing_and_goes_with_what_it_is_about(
    window: CodeWindow, qtbot: QtBot, make_state: MakeState
) -> None:
    place, long = window.code.copy.geometry(), "Copied. The weights lie in /home/" + "somebody/" * 12 + "x.safetensors"
    window.tell(long)
    QApplication.processEvents()
    assert window.code.say.text().replace("\u200b", "") == window.code.say.toolTip() == long
    assert window.code.copy.geometry() == place
    qtbot.mouseClick(window.code.parts.buttons["layer"], LEFT)
    assert window.code.say.text() == ABOUT
    window.tell(long)
    follow(window, make_state(focus=Focus("conv2", (0, 0, 0))), qtbot)
    assert window.code.say.sentence == ""
    assert window.code.copy.geometry() == place


# --- parameters ---------------------------------------------------------------------------------------------------


def test_parameters_as_the_lecture_prints_them(window: CodeWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.tabs.buttons["parameters"], LEFT)
    assert window.parameters.table.isVisible()
    assert table(window)[0] == ["torch.Size([32, 1, 5, 5])", "conv1.weight", "800", "trained"]
    assert table(window)[-1] == ["torch.Size([10])", "fc2.bias", "10", "trained"]
    assert window.parameters.total.text().startswith("Total: 105,506 numbers in 8 parameters.")
    assert window.parameters.loop.toPlainText() == "for k in model.parameters():\n    print(k.size())"


def test_frozen_channels_and_buffers_are_said(window: CodeWindow, qtbot: QtBot, make_state: MakeState) -> None:
    window.choose("parameters")
    state = editing.with_mark(make_state(), "frozen", "conv1", 3)
    follow(window, state, qtbot)
    assert table(window)[0][3] == "1 of 32 channels frozen"
    for channel in range(10):
        state = editing.with_mark(state, "frozen", "fc2", channel)
    follow(window, state, qtbot)
    assert table(window)[-1][3] == "frozen"
    follow(window, editing.started(state, "deep"), qtbot)
    buffers = [line for line in table(window) if line[0] == "(not printed)"]
    assert len(buffers) == 9
    assert {line[3] for line in buffers} == {"buffer: no optimizer sees it"}
    assert "Not seen by it: 227 numbers in 9 buffers" in window.parameters.total.text()


def test_every_number_is_explained(window: CodeWindow, make_state: MakeState) -> None:
    window.choose("parameters")
    model = window.parameters.table.model()
    rows = parameter_rows(make_state().network)
    tips = [model.data(model.index(0, column), Qt.ItemDataRole.ToolTipRole) for column in range(4)]
    assert tips[2] == "32 × 1 × 5 × 5 = 800"
    assert all(tips)
    assert model.rowCount() == len(rows)
    assert all(model.headerData(c, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for c in range(4))


def test_a_network_without_parameters(window: CodeWindow, qtbot: QtBot, make_state: MakeState) -> None:
    window.choose("parameters")
    state = make_state()
    from convviz.spec.network import Flatten
    from convviz.spec.weights import Weights

    follow(
        window, replace(state, network=NetworkSpec("flat", (1, 28, 28), (Flatten("f"),)), weights=Weights({})), qtbot
    )
    assert table(window) == []
    assert window.parameters.total.text().startswith("This network has no parameters")


# --- sub-modules --------------------------------------------------------------------------------------------------


def test_each_lesson_runs_when_it_is_first_seen_and_when_asked(window: CodeWindow, qtbot: QtBot) -> None:
    page, heard = window.submodules, []
    page.run_wanted.connect(heard.append)
    assert heard == []
    qtbot.mouseClick(window.tabs.buttons["submodules"], LEFT)
    assert heard == ["dict"]
    assert page.output.toPlainText() == RUNNING
    assert page.when.text() == "running …"
    qtbot.mouseClick(page.run, LEFT)
    assert heard == ["dict"], "it runs already"
    assert not page.seen.isVisible(), "what is seen is said when it is seen"
    page.show_run("dict", LessonRun("dict", "torch.Size([1])", 2.71))
    assert page.output.toPlainText() == "torch.Size([1])"
    assert re.fullmatch(r"what it printed at \d\d:\d\d:\d\d, in 2\.7 ms", page.when.text())
    assert page.seen.text() == lesson("dict").seen
    assert page.seen.isVisible()
    for found in LESSONS:
        qtbot.mouseClick(page.lessons.buttons[f"lesson_{found.name}"], LEFT)
        assert page.source.toPlainText() == found.source
        page.show_run(found.name, LessonRun(found.name, found.name))
    assert heard == [found.name for found in LESSONS]
    qtbot.mouseClick(page.lessons.buttons["lesson_dict"], LEFT)
    assert page.output.toPlainText() == "dict"
    qtbot.mouseClick(page.run, LEFT)
    assert heard[len(LESSONS) :] == ["dict"]
    assert (page.output.toPlainText(), page.when.text()) == (RUNNING, "running …"), "it is seen that it runs"
    assert "cannot be changed here" in page.run.toolTip()


def test_a_lesson_that_could_not_run_can_be_run_again(window: CodeWindow, qtbot: QtBot) -> None:
    page = window.submodules
    window.choose("submodules")
    page.show_run("dict", None)
    assert page.output.toPlainText() == NOT_RUN
    window.tell("there is not enough memory")
    assert page.output.toPlainText() == f"{NOT_RUN}\n# there is not enough memory"
    window.tell("")
    heard: list[str] = []
    page.run_wanted.connect(heard.append)
    qtbot.mouseClick(page.run, LEFT)
    assert heard == ["dict"]
    page.show_run("dict", None)
    page.show_run("module_list", LessonRun("module_list", "of another lesson"))
    assert page.output.toPlainText() == NOT_RUN


def test_a_run_leaves_the_focus_where_it_is(window: CodeWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.code.text.hasFocus(), "no tab looks chosen twice"
    qtbot.mouseClick(window.tabs.buttons["submodules"], LEFT)
    window.submodules.show_run("dict", LessonRun("dict", "x"))
    qtbot.mouseClick(window.submodules.run, LEFT)
    assert window.submodules.run.hasFocus()
    window.tabs.buttons["code"].setFocus()
    qtbot.mouseClick(window.tabs.buttons["parameters"], LEFT)
    assert window.tabs.buttons["parameters"].hasFocus(), "the mark goes with the choice"
    window.choose("code")
    assert window.tabs.buttons["code"].hasFocus()


# --- the window ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", ["Esc", "Ctrl+W"])
def test_keys_close_it_for_good(room: QWidget, make_state: MakeState, qtbot: QtBot, keys: str) -> None:
    window = CodeWindow(make_state(), room)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.code.text.setFocus()
    qtbot.keySequence(window.code.text, QKeySequence(keys))
    qtbot.waitUntil(lambda: room.findChildren(CodeWindow) == [])


def test_what_is_not_seen_waits(window: CodeWindow, qtbot: QtBot, make_state: MakeState) -> None:
    window.choose("submodules")
    before = code(window)
    state = editing.with_layer(make_state(), replace(make_state().network["conv1"], out_channels=7))  # type: ignore[call-arg]
    follow(window, state, qtbot)
    assert code(window) == before
    window.choose("code")
    assert "nn.Conv2d(1, 7, kernel_size=5)" in code(window)
    window.choose("parameters")
    assert table(window)[0][0] == "torch.Size([7, 1, 5, 5])"


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_it_follows_the_theme(window: CodeWindow, qapp: QApplication, look: theme.Theme) -> None:
    theme.apply(qapp, theme.LIGHT if look is theme.DARK else theme.DARK)
    theme.apply(qapp, look)
    for page, text in (("code", window.code.text), ("submodules", window.submodules.source)):
        window.choose(page)
        shot = text.viewport().grab().toImage()
        assert shot.pixelColor(shot.width() - 5, shot.height() - 5).name() == look.card
    window.choose("parameters")
    assert window.parameters.table.table.dim == look.dim
    assert window.grab().toImage().pixelColor(3, 3).name() == look.window


def test_everything_has_names_and_fits(window: CodeWindow) -> None:
    names = []
    for page in PAGES:
        window.choose(page)
        for size in ((760, 600), LEAST_PX):
            window.resize(*size)
            found = [w for kind in (QAbstractButton, QPlainTextEdit, QTableView) for w in window.findChildren(kind)]
            found = [w for w in found if w.isVisible() and not w.objectName().startswith("qt_")]
            assert window.size().toTuple() == size
            for widget in found:
                assert widget.objectName(), widget
                assert widget.accessibleName(), widget.objectName()
                corner = widget.mapTo(window, QPoint(widget.width() - 1, widget.height() - 1))
                assert window.rect().contains(corner), widget.objectName()
        names += [w.objectName() for w in found]
    assert len(set(names)) > 15


def test_tab_leaves_the_text(window: CodeWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.code.text.setFocus()
    seen = set()
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        seen.add(widget.objectName() if widget is not None else "")
    assert {"code_copy", "code_save", "code_tab", "whole_tab"} <= seen
