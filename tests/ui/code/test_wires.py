"""Copying, saving and running from the whole window: the files, the clipboard, and what is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from convviz.paths import copies_folder
from convviz.session import editing
from convviz.session.engine import Engine
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Failure, Frame
from convviz.spec.strokes import Drawing
from convviz.ui.code.submodules_page import NOT_RUN
from convviz.ui.code.window import CodeWindow
from convviz.ui.desk import Desk
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

MakeFrame = Callable[..., Frame]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot, make_state: Callable[..., State]) -> Iterator[MainWindow]:
    """A furnished window whose engine is not started: a test answers in its place."""
    window = MainWindow(Settings())
    window.furnish(make_state(), Engine())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QGuiApplication.clipboard().setText("before")
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


@pytest.fixture
def answer(desk: Desk, qtbot: QtBot, make_frame: MakeFrame) -> Callable[..., Frame]:
    """Puts a frame of the present State, or of another, on screen."""

    def put(state: State | None = None) -> Frame:
        frame = make_frame(state or desk.experiment.state)
        desk.engine.outbox.put_frame(frame)
        qtbot.waitUntil(lambda: desk.code._frame is frame)
        return frame

    return put


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], list[str]]:
    """Answers where to save; returns what was proposed."""

    def answer(path: object) -> list[str]:
        proposed: list[str] = []

        def ask(*given: Any) -> tuple[str, str]:
            proposed.append(Path(given[2]).name)
            return str(path), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return proposed

    return answer


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def copied_file() -> Path:
    (path,) = copies_folder().glob("*.safetensors")
    return path


def run(script: Path) -> str:
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def opened(desk: Desk) -> CodeWindow:
    desk.code.open()
    assert desk.code.window is not None
    return desk.code.window


# --- copying ------------------------------------------------------------------------------------------------------


def test_the_key_copies_what_is_on_screen(
    window: MainWindow, desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], tmp_path: Path
) -> None:
    desk.experiment.commit(editing.with_mark(desk.experiment.state, "muted", "conv1", 3))
    frame = answer()
    qtbot.keySequence(window, QKeySequence("Ctrl+Shift+C"))
    qtbot.waitUntil(lambda: clipboard() != "before")
    path = copied_file()
    assert f'"{path}"' in clipboard()
    assert desk.status.pointed.text() == f"Copied. The weights and this input lie in {path}"
    found = load_file(path)
    assert not found["conv1.weight"][3].any()
    np.testing.assert_array_equal(found["input"][0], frame.maps["input"])
    (tmp_path / "pasted.py").write_text(clipboard(), encoding="utf-8")
    assert run(tmp_path / "pasted.py").startswith("tensor([[")


def test_the_key_copies_the_selected_layer(
    window: MainWindow, desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], tmp_path: Path
) -> None:
    frame = answer()
    desk.intents.select(Focus("conv2", (0, 0, 0)))
    qtbot.keySequence(window, QKeySequence("Ctrl+Alt+C"))
    qtbot.waitUntil(lambda: clipboard() != "before")
    np.testing.assert_array_equal(load_file(copied_file())["input"][0], frame.maps["relu1"])
    (tmp_path / "pasted.py").write_text(clipboard(), encoding="utf-8")
    shape, unit = run(tmp_path / "pasted.py").splitlines()
    assert shape == "torch.Size([1, 64, 4, 4])"
    assert unit.startswith("tensor(")


@pytest.mark.parametrize("way", ["key", "menu"])
@pytest.mark.parametrize("part", ["all", "from the file on"])
def test_what_is_marked_by_hand_runs_where_it_is_pasted(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], tmp_path: Path, way: str, part: str
) -> None:
    answer()
    text = opened(desk).code.text
    head = ""
    if part == "all":
        text.selectAll()
    else:
        whole = text.toPlainText()
        start = whole.index("file = ")
        head = whole[:start]
        cursor = text.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(len(whole), cursor.MoveMode.KeepAnchor)
        text.setTextCursor(cursor)
    if way == "key":
        qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    else:
        at = text.rect().center()
        QApplication.sendEvent(text, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, text.mapToGlobal(at)))
        menu = text.findChild(QMenu, "code_text_menu")
        assert isinstance(menu, QMenu)
        menu.actions()[0].trigger()
        menu.close()
    qtbot.waitUntil(lambda: clipboard() != "before")
    assert "__file__" not in clipboard()
    assert (tmp_path / "pasted.py").write_text(head + clipboard(), encoding="utf-8")
    assert run(tmp_path / "pasted.py").startswith("tensor([[")


def test_a_part_without_the_file_is_copied_at_once(desk: Desk, qtbot: QtBot, answer: Callable[..., Frame]) -> None:
    answer()
    text = opened(desk).code.text
    assert text.find("self.conv1(x)")
    qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "self.conv1(x)"
    assert not list(copies_folder().glob("*"))


def test_the_selected_units_value_is_printed(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], frame_of: Callable[[State], Frame], tmp_path: Path
) -> None:
    desk.intents.select(Focus("conv2", (21, 1, 2)))
    frame = frame_of(desk.experiment.state)
    desk.engine.outbox.put_frame(frame)
    qtbot.waitUntil(lambda: desk.code._frame is frame)
    window = opened(desk)
    qtbot.mouseClick(window.code.parts.buttons["layer"], LEFT)
    assert "print(output[0, 21, 1, 2])  # the selected unit" in window.code.text.toPlainText()
    qtbot.mouseClick(window.code.copy, LEFT)
    qtbot.waitUntil(lambda: clipboard() != "before")
    (tmp_path / "pasted.py").write_text(clipboard(), encoding="utf-8")
    printed = run(tmp_path / "pasted.py").splitlines()[-1]
    assert float(printed.removeprefix("tensor(").rstrip(")")) == pytest.approx(frame.maps["conv2"][21, 1, 2], abs=1e-4)


def test_without_a_selected_layer_nothing_is_copied(desk: Desk, answer: Callable[..., Frame]) -> None:
    answer()
    for focus in (None, Focus("input", (0, 0, 0))):
        desk.experiment.change(focus=focus)
        desk.banner.hide()
        desk.actions_by_name["copy_layer_code"].trigger()
        assert desk.banner.isVisible()
        assert desk.banner.text.text() == "No layer is selected; select one and copy again"
    assert clipboard() == "before"


def test_it_waits_for_the_numbers_of_the_last_edit(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], make_frame: MakeFrame
) -> None:
    desk.actions_by_name["copy_code"].trigger()  # torch is not even there
    assert desk.status.pointed.text() == "Waiting until what is on screen is computed …"
    state = desk.experiment.state
    desk.experiment.change(drawing=Drawing())
    answer(state)  # was under way
    assert desk.code._wish is not None
    frame = answer()
    qtbot.waitUntil(lambda: clipboard() != "before")
    np.testing.assert_array_equal(load_file(copied_file())["input"][0], frame.maps["input"])


def test_a_state_that_never_rests_is_copied_all_the_same(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame]
) -> None:
    desk.actions_by_name["copy_code"].trigger()
    for value in range(5):
        state = desk.experiment.state
        desk.experiment.commit(editing.with_bias_of(state, "conv1", 0, float(value)))
        answer(state)
    qtbot.waitUntil(lambda: clipboard() != "before")


def test_a_wish_ends_with_a_failure(desk: Desk, qtbot: QtBot, answer: Callable[..., Frame]) -> None:
    desk.actions_by_name["copy_code"].trigger()
    desk.engine.outbox.put(Failure("there is not enough memory for this"))
    qtbot.waitUntil(desk.banner.isVisible)
    answer()
    qtbot.wait(50)
    assert clipboard() == "before", "nobody waits for it any more"


def test_a_layer_that_went_meanwhile(desk: Desk, qtbot: QtBot, answer: Callable[..., Frame]) -> None:
    desk.intents.select(Focus("pool1", (0, 0, 0)))
    desk.actions_by_name["copy_layer_code"].trigger()
    desk.experiment.commit(editing.without(desk.experiment.state, "pool1"))
    answer()
    qtbot.waitUntil(desk.banner.isVisible)
    assert "pool1 is no longer in the network" in desk.banner.text.text()
    assert clipboard() == "before"


def test_where_nothing_can_be_written_it_says_so(desk: Desk, qtbot: QtBot, answer: Callable[..., Frame]) -> None:
    copies_folder().parent.mkdir(parents=True, exist_ok=True)
    copies_folder().write_text("in the way")
    answer()
    window = opened(desk)
    qtbot.mouseClick(window.code.copy, LEFT)
    qtbot.waitUntil(desk.banner.isVisible)
    assert "Nothing was copied" in desk.banner.text.text()
    assert window.code.say.sentence.startswith("nothing was copied"), "the banner may be behind this window"
    assert clipboard() == "before"


# --- saving -------------------------------------------------------------------------------------------------------


def test_a_script_runs_where_it_was_saved(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], place: Callable[..., list[str]], tmp_path: Path
) -> None:
    answer()
    window = opened(desk)
    proposed = place(tmp_path / "mine")  # the ending need not be typed
    qtbot.mouseClick(window.code.save, LEFT)
    qtbot.waitUntil(lambda: (tmp_path / "mine.py").exists() and "Saved mine.py" in window.code.say.sentence)
    assert proposed == ["lecture.py"]
    assert desk.status.pointed.text().startswith("Saved mine.py, and beside it mine.safetensors")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("mine.py", "mine.safetensors"):
        (tmp_path / name).rename(moved / name)
    assert run(moved / "mine.py").startswith("tensor([[")
    assert not desk.files.path


def test_a_script_is_not_saved_over_somebodys_weights(
    desk: Desk, qtbot: QtBot, answer: Callable[..., Frame], place: Callable[..., list[str]], tmp_path: Path
) -> None:
    answer()
    (tmp_path / "mine.safetensors").write_bytes(b"precious")
    place(tmp_path / "mine.py")
    qtbot.mouseClick(opened(desk).code.save, LEFT)
    qtbot.waitUntil(desk.banner.isVisible)
    assert "mine.safetensors is there already" in desk.banner.text.text()
    assert (tmp_path / "mine.safetensors").read_bytes() == b"precious"


def test_where_to_save_may_be_left_open(
    desk: Desk, answer: Callable[..., Frame], place: Callable[..., list[str]]
) -> None:
    answer()
    place("")
    desk.code.save(None)
    assert desk.code._wish is None
    assert not desk.banner.isVisible()


# --- the window ---------------------------------------------------------------------------------------------------


def test_the_key_opens_one_window_that_follows(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keySequence(window, QKeySequence("Ctrl+P"))
    first = desk.code.window
    assert first is not None
    assert first.isVisible()
    assert not first.isModal()
    desk.actions_by_name["code"].trigger()
    assert desk.findChildren(CodeWindow) == [first]
    conv1 = desk.experiment.state.network["conv1"]
    desk.experiment.commit(editing.with_layer(desk.experiment.state, replace(conv1, out_channels=8)))  # type: ignore[call-arg]
    qtbot.waitUntil(lambda: "nn.Conv2d(1, 8, kernel_size=5)" in first.code.text.toPlainText())


def test_closed_and_opened_again_it_remembers_nothing(desk: Desk, qtbot: QtBot) -> None:
    opened(desk).choose("parameters")
    desk.code.close()
    assert desk.code.window is None
    again = opened(desk)
    assert again.tabs.current == "code"
    qtbot.waitUntil(lambda: desk.findChildren(CodeWindow) == [again])


def test_it_closes_with_the_main_window(window: MainWindow, desk: Desk) -> None:
    code = opened(desk)
    window.close()
    assert desk.code.window is None
    assert not code.isVisible()


def test_a_lesson_really_runs(desk: Desk, qtbot: QtBot) -> None:
    code = opened(desk)
    code.choose("submodules")
    while desk.engine.step():
        pass
    expected = "torch.Size([123, 456])\ntorch.Size([32, 1, 5, 5])\ntorch.Size([32])"
    qtbot.waitUntil(lambda: code.submodules.output.toPlainText() == expected)


def test_a_lesson_that_fails_says_so(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import submodules

    def fail(_: str) -> str:
        raise MemoryError

    monkeypatch.setattr(submodules, "run", fail)
    code = opened(desk)
    with pytest.MonkeyPatch.context() as quiet:
        quiet.setattr("convviz.session.engine.log.exception", lambda *_: None)
        code.choose("submodules")
        while desk.engine.step():
            pass
    qtbot.waitUntil(lambda: code.submodules.output.toPlainText().startswith(f"{NOT_RUN}\n# "), timeout=5000)
    assert desk.banner.isVisible()


def test_what_a_lesson_prints_after_the_window_closed_is_dropped(desk: Desk, qtbot: QtBot) -> None:
    opened(desk).choose("submodules")
    desk.code.close()
    while desk.engine.step():
        pass
    qtbot.waitUntil(lambda: desk.code._runs == {})
