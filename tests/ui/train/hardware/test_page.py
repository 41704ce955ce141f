"""The page about the hardware: its cards, with a real engine a turn at a time, and what a child says by hand."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convviz.cli import main
from convviz.session.engine import Engine
from convviz.session.experiment import State
from convviz.session.signal import Signal
from convviz.session.training.child import ChildTraining
from convviz.spec.channels import Channels
from convviz.spec.errors import InputError
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings
from convviz.spec.training.plan import Plan
from convviz.spec.training.processes import ChildEnded, ChildSaid, ChildStepped
from convviz.spec.training.source import DataSource
from convviz.spec.weights import initial, load
from convviz.ui.look import theme
from convviz.ui.train.hardware import words
from convviz.ui.train.hardware.page import HardwarePage
from convviz.ui.train.hardware.terminal import Terminal
from convviz.ui.train.hardware.wrapped import FLAGS, Wrapped

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(trainer: Any, make_state: Callable[..., State], show: Callable[..., Any]) -> Iterator[HardwarePage]:
    trainer.engine, trainer.edit_wanted = Engine(), Signal[[str, State]]()
    made = HardwarePage(trainer)
    show(made, 690, 600)
    made.show_state(None, make_state("lenet5"))
    made.refresh(frozenset({"status", "data", "checkpoints"}))
    yield made
    made.bench.close()
    made.files.stop()
    assert made.child.close(30)


def _until(page: HardwarePage, qtbot: QtBot, true: Callable[[], bool]) -> None:
    def turn() -> bool:
        page.trainer.engine.step()
        return true()

    qtbot.waitUntil(turn, timeout=60_000)


def test_it_says_what_computes(page: HardwarePage, qtbot: QtBot) -> None:
    lines = page.machine.lines
    _until(page, qtbot, lambda: "cores" in lines["devices"].text())
    assert lines["where"].text() == "CPU, Run 1"
    assert lines["speed"].text() == "12,000 images/s, 5.3 ms a step"
    assert lines["moving"].text() == "nothing to move on the CPU"
    assert lines["ring"].text() == "20 checkpoints, 1.0 MB"


def test_before_a_run_it_says_when_it_will_know(idle: Any) -> None:
    assert words.speed(idle) == "measured while a training runs"
    assert words.moving(idle) == "measured when the data is loaded"
    assert words.ring(idle) == "none yet"


def test_what_moving_data_costs(trainer: Any) -> None:
    assert trainer.data is not None
    trainer.data, trainer.run = replace(trainer.data, move_ms=0.4), replace(trainer.run, device="cuda:0")
    assert words.moving(trainer) == "0.40 ms a batch, 7.5 % of a step"
    trainer.data = replace(trainer.data, move_ms=0.0)
    assert words.moving(trainer) == "nothing to move"


def test_a_step_is_as_long_as_its_batch_was(trainer: Any) -> None:
    trainer.data = replace(trainer.data, move_ms=0.4)
    trainer.batch = 32.0  # halved since it began
    assert words.speed(trainer) == "12,000 images/s, 2.7 ms a step"
    assert words.moving(trainer) == "0.40 ms a batch, 15.0 % of a step"


def test_speeds_are_measured_and_can_be_cancelled(page: HardwarePage, qtbot: QtBot) -> None:
    card = page.speeds
    qtbot.mouseClick(card.button, LEFT)
    assert card.button.text() == "Cancel"
    _until(page, qtbot, lambda: card.bars.bars[1].value is not None)
    qtbot.mouseClick(card.button, LEFT)
    qtbot.waitUntil(lambda: card.button.text() == "Measure")
    assert card.bars.bars[0].text.endswith("/s")
    assert card.bars.bars[-1].value is None
    assert "times as fast" in card.note.text()
    qtbot.keyClick(card.button, Qt.Key.Key_Space)
    _until(page, qtbot, lambda: card.bars.bars[0].value is not None)
    assert card.button.going


def test_another_network_forgets_what_was_measured(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    qtbot.mouseClick(page.speeds.button, LEFT)
    _until(page, qtbot, lambda: page.speeds.bars.bars[0].value is not None)
    page.show_state(page._state, make_state("lecture"))
    qtbot.waitUntil(lambda: not page.speeds.button.going)
    assert all(bar.value is None for bar in page.speeds.bars.bars)


def test_the_same_network_under_other_names_keeps_what_was_measured(page: HardwarePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.speeds.button, LEFT)
    _until(page, qtbot, lambda: page.speeds.bars.bars[0].value is not None)
    state = page._state
    assert state is not None
    page.show_state(state, replace(state, network=replace(state.network, name="other", classes=())))
    assert page.speeds.bars.bars[0].value is not None


def test_a_batch_is_split_and_labelled_as_simulated(page: HardwarePage, qtbot: QtBot) -> None:
    card = page.scatter
    qtbot.mouseClick(card.button, LEFT)
    _until(page, qtbot, lambda: card.bars.bars[0].value is not None)
    assert [bar.text for bar in card.bars.bars] == ["25", "25"]
    assert "torch.Size([25, 1, 28, 28]) 1" in card.lines.toPlainText()
    assert card.note.text().startswith("Simulated")
    card.gpus.setFocus()
    qtbot.keyClick(card.gpus, Qt.Key.Key_End)
    _until(page, qtbot, lambda: len(card.bars.bars) == 8)
    assert [bar.text for bar in card.bars.bars] == ["7"] * 7 + ["1"]


def test_bars_are_as_long_as_their_values(page: HardwarePage, qtbot: QtBot, pixel: Callable[..., Any]) -> None:
    card = page.scatter
    card.gpus.set_value(8)
    qtbot.mouseClick(card.button, LEFT)
    _until(page, qtbot, lambda: len(card.bars.bars) == 8)
    first, last = card.bars.bar_rect(0), card.bars.bar_rect(7)
    assert last.width() == pytest.approx(first.width() / 7)
    inside = QPoint(round(first.center().x()), round(first.center().y()))
    below = QPoint(inside.x(), round(last.center().y()))
    assert pixel(card.bars, inside) != pixel(card.bars, below)


def test_a_number_that_is_too_large_is_refused(page: HardwarePage, qtbot: QtBot) -> None:
    said: list[str] = []
    page.refused.connect(said.append)
    page.scatter.gpus.setFocus()
    qtbot.keyClicks(page.scatter.gpus, "9")
    qtbot.keyClick(page.scatter.gpus.editor, Qt.Key.Key_Return)
    assert said == ["GPUs: 9 is not from 1 to 8"]


# --- several processes -------------------------------------------------------------------------------------------


class FakeChild:
    """Starts nothing."""

    def __init__(self, page: HardwarePage) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.refuses = ""
        page.child.start = self.start  # type: ignore[method-assign]

    def start(self, *values: Any) -> None:
        if self.refuses:
            raise InputError(self.refuses)
        self.asked.append(values)


def test_what_processes_say_is_followed_to_their_network(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    child, card, edits = FakeChild(page), page.processes, []
    page.trainer.edit_wanted.connect(lambda text, state: edits.append((text, state)))
    settings = TrainingSettings(seed=5)
    page.show_state(page._state, make_state("lenet5", plan=Plan(settings)))
    qtbot.mouseClick(card.button, LEFT)
    network, weights, asked, source, count, device, frozen = child.asked[0]
    assert (network, asked, source, count, device) == (lenet5(), settings, DataSource(), 2, "cpu")
    assert frozen == frozenset()
    assert (weights["conv1.weight"] == initial(lenet5(), 5)["conv1.weight"]).all()
    assert card.button.text() == "Cancel"
    for news in (ChildSaid("starting"), ChildStepped(10, 40, 1, 2.0, 900.0), ChildStepped(20, 40, 1, 1.0, 950.0, 0.5)):
        page._heard(news)
    assert card.curve.points == [(10, 2.0), (20, 1.0)]
    assert card.note.text() == "epoch 1, step 20 of 40, loss 1, 50.0 % right, 950 images/s in 2 processes"
    assert not card.take.isEnabled()
    learnt = initial(lenet5(), 9)
    page._heard(ChildEnded("done", network=lenet5(), weights=learnt))
    assert card.button.text() == "Train"
    qtbot.mouseClick(card.take, LEFT)
    assert edits[0][0] == "training in several processes"
    assert edits[0][1].weights is learnt


def test_the_number_of_processes_is_theirs_and_not_that_of_the_box(page: HardwarePage, qtbot: QtBot) -> None:
    child, card = FakeChild(page), page.processes
    qtbot.mouseClick(card.button, LEFT)
    card.count.setFocus()
    qtbot.keyClick(card.count, Qt.Key.Key_Up)
    page._heard(ChildStepped(10, 40, 1, 2.0, 900.0))
    assert (child.asked[0][4], card.count.value) == (2, 3)
    assert card.note.text().endswith("in 2 processes")


def test_what_was_trained_for_another_experiment_is_neither_listed_nor_shown(
    page: HardwarePage, qtbot: QtBot, make_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeChild(page)
    card, told, cancelled = page.processes, [], []
    monkeypatch.setattr(page.child, "cancel", lambda: cancelled.append(True))
    page.told.connect(told.append)
    qtbot.mouseClick(card.button, LEFT)
    page._heard(ChildStepped(10, 40, 1, 2.0, 900.0))
    page.leave_experiment()
    assert cancelled == [True]
    page._heard(ChildEnded("done", network=lenet5(), weights=initial(lenet5()), run=make_run()))
    assert page.trainer.asked == []
    assert told == ["the training in several processes has ended: another experiment is open"]
    assert (card.button.text(), card.take.isEnabled(), card.curve.points) == ("Train", False, [])
    qtbot.mouseClick(card.button, LEFT)
    page._heard(ChildEnded("done", network=lenet5(), weights=initial(lenet5()), run=make_run()))
    assert [name for name, *_ in page.trainer.asked] == ["adopt"], "that of this experiment is"
    page.leave_experiment()
    assert not card.take.isEnabled()


def test_processes_that_die_are_a_sentence_and_can_be_started_again(page: HardwarePage, qtbot: QtBot) -> None:
    child, said = FakeChild(page), []
    page.refused.connect(said.append)
    child.refuses = "there is no room"
    qtbot.mouseClick(page.processes.button, LEFT)
    assert said == ["there is no room"]
    assert page.processes.button.text() == "Train"
    child.refuses = ""
    qtbot.mouseClick(page.processes.button, LEFT)
    page._heard(ChildEnded("Segmentation fault"))
    assert said[-1] == "the training in several processes has ended: Segmentation fault"
    assert page.processes.note.text() == "Segmentation fault"
    qtbot.mouseClick(page.processes.button, LEFT)
    page._heard(ChildEnded("cancelled; nothing of it is kept", cancelled=True))
    assert len(said) == 2


@pytest.mark.parametrize("kept", [100, 200])
def test_a_run_that_died_can_be_gone_on_from(page: HardwarePage, make_run: Callable[..., Any], kept: int) -> None:
    FakeChild(page)
    said: list[str] = []
    page.refused.connect(said.append)
    run = make_run(status="failed")
    run = replace(run, checkpoints=tuple(point for point in run.checkpoints if point.step <= kept))
    page._heard(ChildEnded("a process was lost; start all of them again", run=run))
    way = f"; Show it, then Resume here goes on from step {kept}"
    assert said[-1] == f"the training in several processes has ended{way}: a process was lost; start all of them again"
    page._heard(ChildEnded("a process was lost", run=replace(run, checkpoints=())))
    assert said[-1].endswith("has ended before any of its weights were kept: a process was lost")


def test_the_commands_follow_the_plan_and_can_be_copied(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    plan = Plan(TrainingSettings(epochs=3), DataSource("mnist"))
    page.show_state(page._state, make_state("lenet5", plan=plan))
    page.processes.count.setFocus()
    qtbot.keyClick(page.processes.count, Qt.Key.Key_Up)
    text = page.processes.commands.toPlainText()
    here = "torchrun --standalone --nproc-per-node 3 -m convviz train --network lenet5 --data mnist --epochs 3"
    assert text.splitlines()[0] == here
    assert "--nnodes 2 --nproc-per-node 3" in text
    assert "HOST:29500" in text
    assert page.processes.host.isVisible()
    assert page.processes.host.text().startswith("HOST: ")
    qtbot.mouseClick(page.processes.copy, LEFT)
    assert QGuiApplication.clipboard().text() == text


def test_frozen_layers_are_in_the_commands_and_left_alone(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    state, card, child = make_state("lenet5"), page.processes, FakeChild(page)
    page.show_state(page._state, state)
    assert "--freeze" not in card.commands.toPlainText()
    frozen = frozenset({("fc1", 7)} | {("conv1", channel) for channel in range(6)})
    page.show_state(state, replace(state, channels=Channels(frozen=frozen)))
    assert card.commands.toPlainText().count("--freeze conv1,fc1:7") == 2, "as soon as they are frozen"
    qtbot.mouseClick(card.button, LEFT)
    assert child.asked[0][-1] == frozen


def test_where_there_are_no_commands_nothing_is_said_of_their_host(
    page: HardwarePage, make_state: Callable[..., State]
) -> None:
    page.show_state(page._state, make_state("lenet5", plan=Plan(source=DataSource("handwriting"))))
    assert not page.processes.host.isVisible()
    page.show_state(page._state, make_state("lenet5"))
    assert page.processes.host.isVisible()


def test_a_curve_of_very_many_steps_stays_small(page: HardwarePage) -> None:
    curve = page.processes.curve
    for step in range(10_000):
        curve.add(step, 10_000, 1.0 / (1 + step))
    curve.add(10_000, 10_000, float("nan"))
    assert len(curve.points) <= 2000
    assert curve.place(0, 1.0).x() < curve.place(5_000, 0.0).x() < curve.width()


@pytest.mark.parametrize("width", [478, 690])
def test_nothing_is_cut_in_the_smallest_window(
    page: HardwarePage, width: int, qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    page.resize(width, 445)
    page.machine.lines["devices"].show_text("CPU (2 cores, 23.5 GB), NVIDIA RTX 4090 Laptop GPU (cuda:0, 16 GB)")
    source = DataSource("mnist", Path("/home/somebody/a folder/with a long name/of its own/for the data"))
    page.show_state(page._state, make_state("lenet5", plan=Plan(TrainingSettings(epochs=3), source, "screen")))
    page.processes.show_news(ChildSaid("loading MNIST: 25 %; " + "a sentence that goes on and on " * 5))
    cards = (page.machine, page.speeds, page.scatter, page.processes)
    qtbot.waitUntil(lambda: all(card.width() > 300 for card in cards))
    assert (page.speeds.x() == 0) is (width == 478), "one below the other, or two in a row"
    qtbot.waitUntil(lambda: not page.processes.commands.verticalScrollBar().maximum())
    for card in cards:
        assert card.width() >= 300
        qtbot.waitUntil(lambda card=card: card.height() >= card.minimumSizeHint().height())
        for text in card.findChildren(Wrapped):
            room = QFontMetrics(theme.font(text._size_px)).boundingRect(text.rect(), int(FLAGS), text.text())
            assert text.rect().contains(room)
        for label in card.findChildren(QLabel):
            assert label.width() >= label.sizeHint().width()
        for child in card.findChildren(object):
            if getattr(child, "isVisible", bool)() and child.parent() is card:
                assert card.rect().contains(child.geometry()), (card.objectName(), child.objectName())


def test_a_page_that_goes_ends_its_processes(trainer: Any, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(ChildTraining, "cancel", lambda self: ended.append(True))
    trainer.engine, trainer.edit_wanted = Engine(), Signal[[str, State]]()
    page = HardwarePage(trainer)
    page.deleteLater()
    qtbot.waitUntil(lambda: bool(ended))


# --- their run, and the commands as they run in a terminal --------------------------------------------------------


def test_their_run_is_put_into_the_list_and_shown(
    page: HardwarePage, qtbot: QtBot, make_run: Callable[..., Any]
) -> None:
    child, told = FakeChild(page), []
    page.told.connect(told.append)
    qtbot.mouseClick(page.processes.button, LEFT)
    assert child.asked
    run = make_run(number=0, status="stopped", note="trained in 2 processes")
    page._heard(ChildEnded("cancelled", cancelled=True, run=run))
    assert page.trainer.asked == [("adopt", run)]
    assert told == ["Run 7 is in the list: trained in 2 processes"]
    qtbot.mouseClick(page.processes.take, LEFT)
    assert page.trainer.asked[-1] == ("choose_run", 7)


def test_a_run_without_weights_is_in_the_list_but_cannot_be_shown(
    page: HardwarePage, make_run: Callable[..., Any]
) -> None:
    page._heard(ChildEnded("cancelled", cancelled=True, run=make_run(number=0, checkpoints=())))
    assert not page.processes.take.isEnabled()


def test_weights_that_a_command_begins_with_are_written_when_it_is_copied(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    page.told.connect(told.append)
    folder = tmp_path / "not there yet"
    monkeypatch.setattr("convviz.ui.train.hardware.page.copies_folder", lambda: folder)
    state = make_state("lenet5", plan=Plan(TrainingSettings(epochs=1), DataSource("strokes", count=20), "screen"))
    page.show_state(page._state, state)
    QGuiApplication.clipboard().setText("before")
    qtbot.mouseClick(page.processes.copy, LEFT)
    assert QGuiApplication.clipboard().text() == "before", "the window does not wait for the file"
    qtbot.waitUntil(lambda: bool(told))
    line = QGuiApplication.clipboard().text().splitlines()[0]
    arguments = shlex.split(line)
    assert arguments[:7] == ["torchrun", "--standalone", "--nproc-per-node", "2", "-m", "convviz", "train"]
    path = Path(arguments[arguments.index("--network") + 1])
    assert path.parent == folder
    network, weights = load(path)
    assert network == state.network
    assert all((weights[name] == state.weights[name]).all() for name in weights)
    assert str(path) in told[-1]
    monkeypatch.chdir(tmp_path)
    assert main([*arguments[6:], "--json", "--out", "out.safetensors"]) == 0


@pytest.mark.parametrize("begin", ["random", "screen"])
def test_only_a_shipped_network_is_called_by_its_name(make_state: Callable[..., State], begin: Any) -> None:
    state = make_state("lenet5", plan=Plan(begin=begin))
    folder = Path("somewhere")
    assert Terminal.of(state, 2, folder).file == (None if begin == "random" else folder / "lenet5_begin.safetensors")
    other = replace(state, network=replace(state.network, layers=state.network.layers[:-1]))
    assert Terminal.of(other, 2, folder).file is not None


def test_without_a_command_it_says_why(page: HardwarePage, make_state: Callable[..., State]) -> None:
    page.show_state(page._state, make_state("lenet5", plan=Plan(source=DataSource("handwriting"))))
    assert page.processes.commands.toPlainText().startswith("# Other processes do not have your own handwriting")
    assert not page.processes.copy.isEnabled()


def test_a_folder_that_cannot_be_written_is_a_sentence_and_nothing_is_copied(
    page: HardwarePage, qtbot: QtBot, make_state: Callable[..., State], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    page.refused.connect(said.append)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr("convviz.ui.train.hardware.page.copies_folder", lambda: tmp_path / "file" / "in the way")
    page.show_state(page._state, make_state("lenet5", plan=Plan(begin="screen")))
    QGuiApplication.clipboard().setText("before")
    qtbot.mouseClick(page.processes.copy, LEFT)
    qtbot.waitUntil(lambda: bool(said))
    assert len(said) == 1
    assert QGuiApplication.clipboard().text() == "before"
