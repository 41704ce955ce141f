"""Whole-window stories about editing, with the real engine: what moves under the mouse, and what is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
)

from convviz.session.experiment import State
from convviz.spec.state import differs
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial
from convviz.ui.desk import COMPUTED
from convviz.ui.layer.value_box import STEP_PX
from convviz.ui.recovery import Recovery

LEFT = Qt.MouseButton.LeftButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Button = QMessageBox.StandardButton
Story = Any  # the window of conftest.py


def same_network(one: State, other: State) -> bool:
    """Whether two States have the same layers with the same bits in their weights, origin and marks."""
    return (
        one.network == other.network
        and same(one.weights, other.weights)
        and same(one.origin.weights, other.origin.weights)
        and one.channels == other.channels
        and one.kept.keys() == other.kept.keys()
    )


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Where to save, and what to open, when the window asks."""

    def answer(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    return answer


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Button], list[str]]:
    """What to do about unsaved work; the questions that were asked."""

    def answers(button: Button) -> list[str]:
        asked: list[str] = []

        def ask(box: QMessageBox) -> Button:
            asked.append(box.text())
            return button

        monkeypatch.setattr(QMessageBox, "exec", ask)
        return asked

    return answers


# --- under the mouse ----------------------------------------------------------------------------------------------


def test_a_dragged_cell_moves_everything_after_it(story: Story) -> None:
    before, start = story.settled(), story.state
    story.select("conv1", 4, 12, 12, page="value")
    story.cell((2, 2), 20, 40, release=False)
    during = story.settled()
    for layer in list(during.maps)[1:]:
        assert not np.array_equal(during.maps[layer], before.maps[layer]), layer
    other = [channel for channel in range(32) if channel != 4]
    assert np.array_equal(during.maps["conv1"][other], before.maps["conv1"][other])
    assert during.score_changes is not None
    assert np.allclose(during.score_changes, during.scores - before.scores, atol=1e-4)
    assert story.texts == []
    grid = story.desk.workspace.inspector.kernel.grid
    story.mouse(grid, MOVE, grid.cell_center((2, 2)) - QPoint(0, 60))
    further = story.settled()
    assert not np.array_equal(further.scores, during.scores), "each move is followed"
    story.mouse(grid, RELEASE, grid.cell_center((2, 2)) - QPoint(0, 60))
    assert story.texts == ["kernel cell (2, 2), conv1[4]"]
    story.keys("Ctrl+Z")
    assert same_network(story.state, start)
    after = story.settled()
    assert all(np.array_equal(after.maps[layer], before.maps[layer]) for layer in before.maps)
    assert after.score_changes is None
    story.keys("Ctrl+Y")
    assert np.array_equal(story.settled().scores, further.scores)


@pytest.mark.parametrize(("layer", "setting"), [("pool1", "stride"), ("conv2", "stride"), ("conv1", "kernel")])
def test_a_setting_dragged_there_and_back_leaves_no_trace(story: Story, layer: str, setting: str) -> None:
    before, start = story.settled(), story.state
    story.select(layer, 0, 1, 1, page="layer")
    box = story.desk.workspace.inspector.layer.settings.numbers[setting].boxes[0]
    at, value = QPoint(box.width() // 2, box.height() // 2), box.value
    story.mouse(box, PRESS, at)
    seen = {value}
    for steps in (-2, -1, 1, 2, 1):
        story.mouse(box, MOVE, at + QPoint(2 * steps * STEP_PX, 0))
        seen.add(box.value)
        frame = story.settled()
        assert list(frame.maps) == list(before.maps)
    assert len(seen) > 1
    story.mouse(box, MOVE, at)
    story.mouse(box, RELEASE, at)
    assert box.value == value
    assert story.texts == []
    assert not differs(story.state, start, *COMPUTED)
    after = story.settled()
    assert all(np.array_equal(after.maps[name], before.maps[name]) for name in before.maps)


# --- anything at all ----------------------------------------------------------------------------------------------


class Editor:
    """Does random edits of the network with mouse, keys and menus."""

    def __init__(self, story: Story, seed: int) -> None:
        self._story, self._rng = story, np.random.default_rng(seed)

    def act(self) -> None:
        acts = (self._cell,) * 4 + (self._setting,) * 4 + (self._mark,) * 2 + (self._menu,) * 2
        acts += (self._operation, self._history, self._history, self._bias)
        acts[self._rng.integers(len(acts))]()

    def _pick(self, names: list[str]) -> str:
        return names[int(self._rng.integers(len(names)))]

    def _select(self, page: str, *, kernels: bool = False) -> bool:
        shapes = self._story.desk.workspace.layers._shapes
        state = self._story.state
        names = [layer.id for layer in state.network if not kernels or f"{layer.id}.weight" in state.weights]
        names = [name for name in names if name in shapes]  # the cards wait for their frame
        if not names:
            return False
        name = self._pick(names)
        index = tuple(int(self._rng.integers(n)) for n in shapes[name])
        self._story.select(name, *index, page=page)
        return True

    def _cell(self) -> None:
        if not self._select("value", kernels=True):
            return
        panel = self._story.desk.workspace.inspector.kernel
        if not panel.isVisible():
            return  # a batch norm has weights, but no kernels
        rows, columns = panel.grid.values.shape
        cell = int(self._rng.integers(rows)), int(self._rng.integers(columns))
        self._story.cell(cell, *(int(up) for up in self._rng.integers(-30, 31, 3)))

    def _setting(self) -> None:
        if not self._select("layer"):
            return
        fields = self._story.desk.workspace.inspector.layer.settings.numbers.values()
        shown = [box for field in fields if field.isVisible() for box in field.boxes]
        if shown:
            box = shown[int(self._rng.integers(len(shown)))]
            box.setFocus()
            up = self._rng.random() < 0.5
            self._story.qtbot.keyClick(box, Qt.Key.Key_Up if up else Qt.Key.Key_Down)

    def _bias(self) -> None:
        if self._select("value", kernels=True):
            panel = self._story.desk.workspace.inspector.kernel
            if panel.isVisible():
                panel.bias_edited.emit(float(self._rng.normal()))
                panel.edit_finished.emit("bias")

    def _mark(self) -> None:
        if self._select("value", kernels=True):
            self._story.keys(self._pick(["U", "S", "F"]))

    def _operation(self) -> None:
        if self._select("value", kernels=True):
            panel = self._story.desk.workspace.inspector.kernel
            panel.commands.preset_chosen.emit(self._pick(["box", "random", "zero"]))

    def _menu(self) -> None:
        if self._select("layer"):
            names = ["insert_ReLU", "insert_Conv2d", "insert_MaxPool2d", "insert_BatchNorm2d", "insert_Linear"]
            names += ["remove_layer", "move_earlier", "move_later", "reset_layer", "reset_kernel", "reset_network"]
            self._story.desk.actions_by_name[self._pick(names)].trigger()

    def _history(self) -> None:
        self._story.keys(self._pick(["Ctrl+Z", "Ctrl+Z", "Ctrl+Y"]))


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_random_edits_and_back(story: Story, seed: int) -> None:
    story.settled()
    stack, editor = story.desk.history.stack, Editor(story, seed)
    states = [story.state]

    def follow(at: int) -> None:
        if at == stack.count():  # a new edit, or the last one again
            states[at:] = [story.state]

    stack.indexChanged.connect(follow)
    for number in range(200):
        editor.act()
        assert len(states) == stack.count() + 1
        if number % 10 == 9:
            story.settled()
    story.settled()
    assert len(states) > 40, "most of them are edits"
    stack.indexChanged.disconnect(follow)
    while stack.index() < stack.count():
        story.desk.history.redo()
    for at in range(stack.count(), -1, -1):
        assert same_network(story.state, states[at]), stack.text(at)
        story.desk.history.undo()
    story.settled()
    for at in range(stack.count() + 1):
        assert same_network(story.state, states[at]), stack.text(at)
        story.desk.history.redo()
    story.settled()


# --- files --------------------------------------------------------------------------------------------------------


def test_saved_closed_and_opened_in_another_window(
    story: Story, open_story: Callable[..., Story], tmp_path: Path, place: Any, answer: Any
) -> None:
    story.settled()
    asked = answer(Button.Cancel)
    status = story.desk.status.file
    assert (story.window.windowTitle(), story.window.isWindowModified(), status.text()) == ("convviz", False, "")
    story.select("conv2", 9, 1, 2, page="value")
    story.cell((1, 1), 25)
    story.keys("F")
    story.select("conv1", 9, 1, 2, page="layer")
    story.desk.network_intents.change_kind("pool2", "AvgPool2d")
    assert (story.window.isWindowModified(), status.text()) == (True, "not saved")
    place(tmp_path / "mine")
    story.keys("Ctrl+Shift+S")
    story.qtbot.waitUntil(lambda: status.text() == "mine.convviz · saved")
    assert story.window.windowTitle() == "mine.convviz[*] — convviz"
    assert not story.window.isWindowModified()
    story.keys("U")
    assert (story.window.isWindowModified(), status.text()) == (True, "mine.convviz · changed since saved")
    story.keys("Ctrl+S")
    story.qtbot.waitUntil(lambda: not story.window.isWindowModified())
    kept, scores = story.state, story.settled().scores
    assert story.window.close()
    assert asked == []
    second = open_story(name="lenet5")
    second.settled()
    assert [action.text() for action in second.desk.header.recent.actions()] == ["mine.convviz"]
    second.desk.open(tmp_path / "mine.convviz")
    second.qtbot.waitUntil(lambda: second.state.network.name == "lecture")
    assert same_network(second.state, kept)
    assert second.state.focus == kept.focus
    assert second.state.preparation == kept.preparation
    strokes = zip(second.state.drawing.strokes, kept.drawing.strokes, strict=True)
    assert all(np.array_equal(one.points, other.points) and one.width == other.width for one, other in strokes)
    assert np.array_equal(second.settled().scores, scores)
    assert second.window.windowTitle() == "mine.convviz[*] — convviz"
    assert not second.window.isWindowModified()
    assert second.texts == []
    second.select("conv1", 0, 1, 2, page="value")
    second.desk.wires.reset("network")
    second.settled()
    answer(Button.Discard)


@pytest.mark.parametrize("button", [Button.Save, Button.Discard, Button.Cancel])
def test_closing_with_unsaved_work_asks(story: Story, tmp_path: Path, place: Any, answer: Any, button: Button) -> None:
    story.settled()
    asked = answer(button)
    story.select("conv1", 4, 12, 12, page="value")
    story.cell((2, 2), 30)
    place(tmp_path / "mine.convviz")
    assert story.window.close() == (button != Button.Cancel)
    assert len(asked) == 1
    assert story.window.isVisible() == (button == Button.Cancel)
    assert (tmp_path / "mine.convviz").exists() == (button == Button.Save)
    assert Recovery().orphans() == []
    if button == Button.Cancel:
        story.settled()
        answer(Button.Discard)


KILLED = """
import os, signal, sys
from PySide6.QtWidgets import QApplication
app = QApplication(["convviz"])
from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings
window = MainWindow(Settings())
desk = window.furnish(starting_state()[0], Engine())
desk.network_intents.edit_bias("conv1", 5, 1.25)
desk.network_intents.finish("bias, conv1[5]")
desk.network_intents.change_kind("relu1", "Tanh")
desk.files.autosave()
desk.files._writer.stop(finish=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_what_a_killed_window_held_is_restored(story: Story, tmp_path: Path, place: Any) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", KILLED], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    story.settled()
    story.desk.files.offer_recovery(story.desk.banner.offer)
    assert "restored" in story.desk.banner.text.text()
    story.click(QPushButton, "banner_restore")
    story.qtbot.waitUntil(lambda: any(layer.kind == "Tanh" for layer in story.state.network))
    assert story.state.weights["conv1.bias"][5] == 1.25
    story.settled()
    assert not story.desk.banner.isVisible()
    assert story.window.isWindowModified()
    assert story.desk.status.file.text() == "not saved"
    place(tmp_path / "mine.convviz")
    story.keys("Ctrl+S")
    story.qtbot.waitUntil(lambda: not story.window.isWindowModified())
    assert Recovery().orphans() == []
    story.window.close()
    folder = Recovery().file.parent
    assert list(folder.iterdir()) == []


def test_weights_of_torch_are_imported_with_a_report(story: Story, tmp_path: Path, place: Any) -> None:
    import torch

    story.settled()
    start = story.state
    theirs = initial(start.network, 99)
    state_dict = {f"module.{name}": torch.from_numpy(array.copy()) for name, array in theirs.items()}
    torch.save({"state_dict": state_dict, "epoch": 3}, tmp_path / "theirs.pt")
    place(tmp_path / "theirs.pt")
    story.keys("Ctrl+I")
    story.qtbot.waitUntil(lambda: same(story.state.weights, theirs))
    assert story.state.network is start.network
    story.settled()
    assert "all 8 arrays" in story.desk.banner.text.text()
    story.click(QPushButton, "banner_report")
    report = story.part(QPlainTextEdit, "report_text")
    assert "conv1.weight ← module.conv1.weight" in report.toPlainText()
    report.window().close()
    assert story.texts == ["weights theirs.pt"]
    story.keys("Ctrl+Z")
    assert same_network(story.state, start)
    (tmp_path / "theirs.pt").write_bytes(b"PK\x03\x04 no more")
    story.desk.open(tmp_path / "theirs.pt")
    story.qtbot.waitUntil(lambda: "theirs.pt" in story.desk.banner.text.text())
    assert same_network(story.state, start)
    story.settled()


# --- while it trains ----------------------------------------------------------------------------------------------


def test_edits_reach_a_training_and_frozen_kernels_stay(story: Story) -> None:
    from convviz.core.data import Images, Split, finish, written
    from convviz.core.steering import Steering
    from convviz.core.training import train
    from convviz.spec.training import TrainingSettings

    story.settled()
    state, steering, records = story.state, Steering(), []
    settings = TrainingSettings(1000, 10, 0.001, "adamw", average=0.9, augmentation=0.0, schedule="constant")
    digits = finish(written(40, seed=4))
    split = Split("few", digits, Images(digits.images[:0], digits.labels[:0]))
    story.desk.bridge.progressed.connect(lambda message: message.done or records.append(message.value))
    story.desk.engine.run(
        lambda: train(state.network, split, settings, start=state.weights, steering=steering), steering
    )

    def snapshot(edits: int, after: Weights | None = None) -> Weights:
        """The next weights that hold so many edits, of a later step than ``after``."""
        del records[:]

        def later(weights: Weights | None) -> bool:
            return weights is not None and (
                after is None or not np.array_equal(weights["fc2.weight"], after["fc2.weight"])
            )

        def arrived() -> bool:
            steering.want_weights()
            return any(later(record.weights) and record.edits >= edits for record in records)

        story.qtbot.waitUntil(arrived, timeout=30_000)
        assert all(record.edits <= edits for record in records)
        return next(record.weights for record in records if later(record.weights) and record.edits == edits)

    story.qtbot.waitUntil(lambda: len(records) > 3, timeout=30_000)
    story.select("conv1", 5, 12, 12, page="value")
    story.click(QAbstractButton, "frozen_toggle")
    assert story.state.channels.has("frozen", "conv1", 5)
    before = snapshot(0)  # may be of a step that ended before the engine heard of the freeze
    first = snapshot(0, after=snapshot(0, after=before))
    story.cell((2, 2), 20, 40)  # of the frozen kernel
    story.select("conv1", 6, 12, 12, page="value")
    story.cell((1, 1), 30)
    edited = story.state.weights["conv1.weight"]
    second = snapshot(3)
    assert second["conv1.weight"][5, 0, 2, 2] == edited[5, 0, 2, 2], "frozen: exactly what was set"
    assert abs(second["conv1.weight"][6, 0, 1, 1] - edited[6, 0, 1, 1]) < 0.1, "a few steps further"
    third = snapshot(3, after=second)
    assert np.array_equal(third["conv1.weight"][5], second["conv1.weight"][5])
    rest = np.ones((5, 5), bool)
    rest[2, 2] = False
    assert np.array_equal(first["conv1.weight"][5, 0][rest], second["conv1.weight"][5, 0][rest])
    assert not np.array_equal(third["conv1.weight"][7], second["conv1.weight"][7]), "the others are trained"
    assert story.desk.engine.steered
    story.keys("Ctrl+Z")
    story.keys("Ctrl+Z")
    fourth = snapshot(5)
    assert fourth["conv1.weight"][5, 0, 2, 2] == state.weights["conv1.weight"][5, 0, 2, 2], "an undone edit, too"
    story.desk.engine.cancel(1)
    story.qtbot.waitUntil(lambda: not story.desk.engine.steered, timeout=30_000)
    story.settled()


# --- in the midst of a drag ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", ["Ctrl+Right", "Alt+5", "Ctrl+S", "Ctrl+Z", "U", "Delete"])
def test_a_key_in_the_midst_of_a_drag_loses_nothing(story: Story, tmp_path: Path, place: Any, keys: str) -> None:
    place(tmp_path / "mine.convviz")
    story.settled()
    start = story.state
    story.select("conv1", 4, 12, 12, page="value")
    story.cell((2, 2), 30, release=False)
    story.keys(keys)
    grid = story.desk.workspace.inspector.kernel.grid
    story.mouse(grid, MOVE, grid.cell_center((2, 2)) - QPoint(0, 40))
    story.mouse(grid, RELEASE, grid.cell_center((2, 2)) - QPoint(0, 40))
    assert all("conv1[4]" in text or text == "clear" for text in story.texts), story.texts
    story.desk.history.finish()
    assert len(story.texts) >= (keys != "Ctrl+Z")
    story.settled()
    while story.desk.history.stack.canUndo():
        story.keys("Ctrl+Z")
    assert same_network(story.state, start)
    story.settled()


@pytest.mark.parametrize("act", ["insert_Conv2d", "remove_layer", "insert_ReLU"])
def test_what_is_inserted_or_left_is_selected_everywhere(story: Story, act: str) -> None:
    story.select("conv2", 3, 1, 1, page="layer")
    story.desk.actions_by_name[act].trigger()
    story.settled()
    focus, workspace = story.state.focus, story.desk.workspace
    assert focus is not None
    assert focus.layer != "conv2"
    assert workspace.inspector.title.text().startswith(focus.layer)
    marked = [layer for layer, card in workspace.layers.cards.items() if card.mosaic._selected is not None]
    assert marked == [focus.layer]
    (row,) = workspace.table.selectionModel().selectedRows()
    assert workspace.table.table.rows[row.row()].layer.id == focus.layer
