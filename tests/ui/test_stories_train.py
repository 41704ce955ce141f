"""Whole-window stories about Train: a network learns while everything about it is looked at, changed and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton

from convviz.session.training.trainer import Trainer
from convviz.spec.project import save
from convviz.spec.strokes import Drawing
from convviz.spec.training.processes import ChildEnded
from convviz.spec.training.sample import Sample
from convviz.spec.training.source import DataSource
from convviz.spec.weight_edit import same
from convviz.ui.train.class_keys import ClassKey
from convviz.ui.train.hardware.page import HardwarePage
from convviz.ui.train.kernels.page import KernelsPage
from convviz.ui.train.workspace import TrainWorkspace

LEFT = Qt.MouseButton.LeftButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Story = Any  # the window of conftest.py


def train(story: Story) -> TrainWorkspace:
    workspace = story.desk.train.workspace
    assert isinstance(workspace, TrainWorkspace)
    return workspace


def trainer(story: Story) -> Trainer:
    found = story.desk.trainer
    assert isinstance(found, Trainer)
    return found


def steps(story: Story) -> int:
    return trainer(story).curves.last_step


def learns(story: Story, more: int = 3) -> None:
    """Waits for some more steps."""
    before = steps(story)
    story.until(lambda: steps(story) >= before + more)


def pause(story: Story) -> None:
    story.keys("Ctrl+T")
    story.until(lambda: trainer(story).status == "paused")


@pytest.fixture
def in_train(story: Story) -> Story:
    story.keys("Ctrl+3")
    assert story.desk.workspaces.name == "train"
    return story


@pytest.fixture
def running(in_train: Story) -> Story:
    in_train.click(QPushButton, "train_button")
    learns(in_train)
    return in_train


def test_one_click_starts_and_everything_on_screen_follows(running: Story) -> None:
    workspace = train(running)
    assert workspace.run.start.text() == "Pause"
    before = running.state.weights
    running.until(lambda: not same(running.state.weights, before))
    assert running.arrived().state.origin.weights is running.arrived().state.weights, "what is learnt is no edit"
    running.until(lambda: "step" in workspace.run.headline.text())
    running.until(lambda: workspace.digit.input.bars.best is not None)
    assert workspace.data.counts.text().endswith("to test")
    running.until(lambda: running.desk.status.training.isVisible())
    assert len(running.texts) == 1
    assert running.texts[0].startswith("training")


def test_a_digit_that_nobody_drew_is_told(story: Story) -> None:
    story.click(QToolButton, "clear_button")
    story.arrived()
    story.keys("Ctrl+3")
    assert story.state.drawing
    story.arrived()
    assert story.desk.status.pointed.text().startswith("a 3 is on the pad")


def test_space_pauses_and_goes_on_and_a_step_is_one(running: Story) -> None:
    train(running).setFocus()
    running.keys("Space")
    running.until(lambda: trainer(running).status == "paused")
    at = steps(running)
    running.keys(".")
    running.until(lambda: steps(running) == at + 1 and trainer(running).status == "paused")
    running.keys("Space")
    learns(running)
    assert trainer(running).status == "running"


def test_the_pen_draws_while_the_network_learns(running: Story) -> None:
    pad = train(running).digit.input.pad
    start, strokes = QPoint(60, 60), len(running.state.drawing.strokes)
    running.mouse(pad, PRESS, start)
    for n in range(1, 12):
        running.mouse(pad, MOVE, start + QPoint(10 * n, 6 * n))
        learns(running, 1)
    running.mouse(pad, RELEASE, start + QPoint(110, 66))
    assert len(running.state.drawing.strokes) == strokes + 1
    assert running.texts[-1].startswith("stroke at step ")
    running.keys("Ctrl+Z")
    assert len(running.state.drawing.strokes) == strokes
    learns(running)
    assert trainer(running).status == "running"


def test_a_setting_dragged_during_a_run_acts_and_is_one_entry(running: Story) -> None:
    box = train(running).settings.numbers["rate"].boxes[0]
    at = box.rect().center()
    running.reach(box, at)
    running.mouse(box, PRESS, at)
    for by in (10, 20, 40):
        running.mouse(box, MOVE, at + QPoint(by, 0))
    running.mouse(box, RELEASE, at + QPoint(40, 0))
    assert running.texts[-1].startswith("learning rate 0.004 at step ")
    learns(running)
    run = trainer(running).run
    assert run is not None
    assert run.latest.rate == 0.004
    running.keys("Ctrl+Z")
    assert running.state.plan.settings.rate == 0.002
    assert running.desk.workspaces.name == "train"
    learns(running)
    assert trainer(running).status == "running"


def test_a_kernel_edited_during_a_run_is_trained_on_from_there(running: Story) -> None:
    running.keys("Ctrl+1")
    running.select("conv1", 4, 12, 12, page="value")
    running.keys("F")
    frozen = running.state.weights["conv1.weight"][4].copy()
    learns(running, 2)
    running.cell((1, 1), 20, 60)
    mine = running.state.weights["conv1.weight"][4].copy()
    assert mine[0, 1, 1] != frozen[0, 1, 1]
    learns(running, 6)
    kept = running.state.weights["conv1.weight"][4]
    assert kept[0, 1, 1] == mine[0, 1, 1], "a frozen kernel keeps what the hand gave it"
    others = running.state.weights["conv1.weight"][5].copy()
    learns(running, 20)
    running.until(lambda: not np.array_equal(running.state.weights["conv1.weight"][5], others))
    running.keys("Ctrl+Z")
    assert running.state.weights["conv1.weight"][4][0, 1, 1] == pytest.approx(frozen[0, 1, 1], abs=0.2)
    assert trainer(running).status == "running"


def test_a_training_is_undone_and_done_again(running: Story) -> None:
    pause(running)
    trained = running.state.weights
    start = train(running).run.start
    running.until(lambda: start.text() == "Go on")
    running.keys("Ctrl+Z")
    assert not same(running.state.weights, trained)
    assert running.desk.workspaces.name == "train"
    running.until(lambda: start.text() == "New run")
    assert "not the weights of Run 1" in train(running).run.details.text()
    running.keys("Ctrl+Y")
    assert same(running.state.weights, trained)
    running.until(lambda: start.text() == "Go on")


def test_every_entry_of_the_history_shows_its_moment(running: Story) -> None:
    running.keys("Ctrl+1")
    running.select("conv1", 4, 12, 12, page="value")
    learns(running, 20)
    running.cell((1, 1), 20)
    edited = running.state.weights
    learns(running, 20)
    running.until(lambda: not same(running.state.weights, edited))
    pause(running)
    now = running.state.weights
    first, by_hand, then = running.texts
    assert first.startswith("training, ")
    assert " at step " in by_hand
    assert then.startswith("training, ")
    assert {text[-7:] for text in (first, then)} == {"(Run 1)"}, "which training it was"
    assert running.desk.workspaces.name == "network"
    running.keys("Ctrl+3")
    running.keys("Ctrl+H")
    rows = running.desk.edits.list
    place = rows.visualRect(rows.model().index(2, 0)).center()
    running.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
    assert same(running.state.weights, edited)
    place = rows.visualRect(rows.model().index(3, 0)).center()
    running.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
    assert same(running.state.weights, now)
    trainer(running).scrub(trainer(running).checkpoints[0])
    assert not same(running.state.weights, now)
    running.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
    assert same(running.state.weights, now), "the entry led to the end of the training, not to its beginning"
    assert trainer(running).cursor is None
    running.keys("Ctrl+T")
    learns(running)
    assert running.texts == [first, by_hand, "training, " + then.removeprefix("training, ")]


def test_the_gradients_of_every_moment_are_on_screen(running: Story) -> None:
    """Those of the last mini-batch while it steps; of paused and earlier moments those that torch finds for them."""
    running.keys("Alt+2")
    page, run, slider = train(running).page, trainer(running), train(running).past.slider
    assert isinstance(page, KernelsPage)
    column = page.cards["conv1"].columns[1]
    running.until(lambda: column.caption.text() == "gradients of the last mini-batch")
    pause(running)
    for key in (None, Qt.Key.Key_Home, Qt.Key.Key_End):
        if key is not None:
            slider.setFocus()
            running.qtbot.keyClick(slider, key)
            assert (run.cursor is None) == (key == Qt.Key.Key_End)
        running.until(lambda: run.gradients_of is not None and run.gradients_of.weights is running.state.weights)
        running.until(lambda: column.picture.array is run.gradients["conv1.weight"])
        assert column.caption.text() == "gradients of 64 training images, these weights"
        assert column.picture.isVisible()
        assert np.allclose(column.picture.array, autograd(running, "conv1.weight"), atol=1e-6)
    before = steps(running)
    running.keys("Ctrl+T")
    running.until(lambda: steps(running) > before and column.caption.text() == "gradients of the last mini-batch")


def autograd(story: Story, name: str) -> Any:
    """Of the weights on screen and the 64 images, in one backward pass of torch."""
    import torch

    from convviz.core.data import Images
    from convviz.core.network import build
    from convviz.core.training import as_input
    from convviz.core.training.loss_gradients import chosen

    loaded = trainer(story).data
    assert loaded is not None
    some = chosen(Images(torch.tensor(loaded.train.images), torch.tensor(loaded.train.labels)), 64)
    network = build(story.state.network, story.state.weights)
    loss = torch.nn.functional.cross_entropy(network(as_input(some.images)), some.labels)
    return torch.autograd.grad(loss, network.get_parameter(name))[0].numpy()


def test_other_data_than_the_run_learnt_from(running: Story) -> None:
    pause(running)
    workspace = train(running)
    running.until(lambda: workspace.run.start.text() == "Go on")
    running.desk.train.intents.choose_source(DataSource("handwriting"), "My handwriting")
    assert workspace.run.start.text() == "New run"
    assert "learnt from Digits of convviz" in workspace.run.details.text()
    assert workspace.data.counts.text().startswith("keep some drawings")
    running.keys("Ctrl+Z")
    assert workspace.run.start.text() == "Go on"
    assert workspace.data.counts.text().endswith("to test")


def test_what_is_hidden_follows_nothing_and_catches_up(running: Story) -> None:
    desk = running.desk
    shown = desk.workspace.input.pad
    before = desk.workspace.layers.cards["conv1"].mosaic.values
    desk.actions_by_name["sample"].trigger()
    running.arrived()
    assert desk.workspace.layers.cards["conv1"].mosaic.values is before
    pause(running)
    running.keys("Ctrl+1")
    running.settled()
    assert shown.isVisible()
    running.keys("Ctrl+T")
    learns(running)
    headline = train(running).run.headline.text()
    learns(running)
    assert train(running).run.headline.text() == headline
    running.click(QToolButton, "status_training")
    assert desk.workspaces.name == "train"
    assert train(running).run.headline.text() != headline


def test_the_time_machine_goes_back_and_returns(running: Story) -> None:
    pause(running)
    running.keys("Ctrl+T")
    learns(running, 5)
    pause(running)
    now = running.state.weights
    running.keys("Ctrl+Left")
    running.until(lambda: trainer(running).cursor is not None)
    assert not same(running.state.weights, now)
    running.keys("Ctrl+Right")
    assert trainer(running).cursor is None
    assert same(running.state.weights, now)


def test_keeping_drawings_and_a_folder_that_is_dropped(in_train: Story, tmp_path: Path) -> None:
    workspace = train(in_train)
    for label in (3, 4):
        in_train.qtbot.mouseClick(workspace.digit.keep.keys[label], LEFT)
        in_train.desk.actions_by_name["sample"].trigger()
    assert [one.label for one in in_train.state.plan.kept] == [3, 4]
    in_train.keys("Ctrl+1")
    in_train.keys("Ctrl+Z")
    in_train.keys("Ctrl+Z")
    assert in_train.desk.workspaces.name == "train", "what was kept is seen there only"
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for n in range(2):
            write_picture(tmp_path / name / f"{n}.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    action, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    in_train.desk.dropEvent(QDropEvent(QPointF(5, 5), action, data, LEFT, nothing))
    assert in_train.state.plan.source == DataSource("pictures", tmp_path)


def test_every_page_hears_that_another_experiment_is_open(in_train: Story, tmp_path: Path) -> None:
    in_train.keys("Alt+8")
    page = train(in_train).page
    assert isinstance(page, HardwarePage)
    page._ended, page._adopted = ChildEnded("done"), 1
    in_train.keys("Ctrl+1")
    save(tmp_path / "other.convviz", in_train.state)
    in_train.desk.open(tmp_path / "other.convviz")
    in_train.until(lambda: in_train.desk.files.name == "other.convviz")
    assert (page._ended, page._adopted) == (None, 0)


def write_picture(path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.full((8, 8), 99, np.uint8)).save(path)


def test_a_test_image_is_opened_in_the_network(in_train: Story) -> None:
    image = np.random.default_rng(1).integers(0, 256, (1, 28, 28), np.uint8)
    in_train.desk.train.open_sample(Sample(image, 4, 4711))
    assert in_train.desk.workspaces.name == "network"
    frame = in_train.arrived()
    assert np.abs(frame.maps["input"] - image / np.float32(255)).max() <= 1e-6
    panel = in_train.desk.workspace.input
    assert panel.received.text() == "Test image 4,711, of class 4, as it is"
    assert in_train.state.probe.target == 4
    assert "test image 4,711 is of class 4" in in_train.desk.status.pointed.text()
    pad = in_train.desk.workspace.input.pad
    for kind, at in ((PRESS, QPoint(60, 60)), (MOVE, QPoint(90, 90)), (RELEASE, QPoint(90, 90))):
        in_train.mouse(pad, kind, at)
    assert panel.received.text() == "Test image 4,711, of class 4, edited"
    in_train.keys("Ctrl+Z")
    assert panel.received.text() == "Test image 4,711, of class 4, as it is"
    in_train.desk.train.open_channel(("conv2", 5))
    assert in_train.state.focus.layer == "conv2"
    assert in_train.state.focus.index[0] == 5
    in_train.keys("Ctrl+Z")
    assert in_train.state.preparation.crop
    assert panel.received.text() == "What the network receives"
    assert in_train.state.probe.target is None


def test_the_outputs_that_the_data_needs_are_one_click_away(in_train: Story, tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for n in range(4):
            write_picture(tmp_path / name / f"{n}.png")
    intents, banner = in_train.desk.train.intents, in_train.desk.banner
    intents.choose_folder(tmp_path)
    trainer(in_train).start()
    in_train.until(lambda: "2 classes" in banner.text.text())
    in_train.until(lambda: "2 classes" in train(in_train).run.details.text())  # also when the banner is gone
    intents.choose_source(DataSource("digits"), "digits")
    assert not banner.isVisible(), "of other data it may not be true"
    intents.choose_folder(tmp_path)
    trainer(in_train).start()
    in_train.until(lambda: "2 classes" in banner.text.text())
    offer = banner.findChild(QPushButton, "banner_give it 2 outputs")
    in_train.qtbot.mouseClick(offer, LEFT)
    in_train.until(lambda: trainer(in_train).status == "done")
    assert in_train.state.network["fc2"].out_features == 2
    assert in_train.state.network.classes == ("cat", "dog")
    assert in_train.texts[-2] == "give fc2 2 outputs"
    assert in_train.desk.workspaces.name == "train"
    assert not banner.isVisible()


def test_a_test_image_of_a_file_is_one_again(in_train: Story, tmp_path: Path) -> None:
    in_train.desk.train.open_sample(Sample(np.full((1, 28, 28), 9, np.uint8), 4, 4711))
    save(tmp_path / "other.convviz", in_train.state)
    in_train.keys("Ctrl+Z")
    in_train.desk.open(tmp_path / "other.convviz")
    in_train.until(lambda: in_train.desk.files.name == "other.convviz")
    assert in_train.desk.workspace.input.received.text() == "Test image 4,711, of class 4, as it is"
    assert not in_train.desk.files.unsaved
    in_train.desk.actions_by_name["sample"].trigger()
    assert in_train.state.preparation.crop


def test_an_empty_pad_begins_with_a_digit_that_is_no_edit(open_story: Callable[..., Story]) -> None:
    story = open_story(drawing=Drawing())
    story.keys("Ctrl+3")
    assert story.state.drawing
    assert story.texts == []
    assert train(story).digit.input.pad.drawing is story.state.drawing
    story.keys("Delete")
    story.keys("Ctrl+1")
    story.keys("Ctrl+3")
    assert not story.state.drawing, "who cleared it wants it empty"


def test_what_was_told_is_past_when_another_run_begins(running: Story) -> None:
    running.click(QToolButton, "train_stop_button")
    running.until(lambda: trainer(running).status == "stopped")
    running.desk.status.tell("Run 1 has ended")
    running.click(QPushButton, "train_button")
    learns(running)
    assert running.desk.status.pointed.text() != "Run 1 has ended"


def test_runs_are_exported(running: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pause(running)
    where = tmp_path / "all.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(where), ""))
    running.keys("Alt+7")
    running.until(lambda: running.state.runs.runs)
    page = train(running).page
    page.export_wanted.emit("csv", running.state.runs.runs)  # type: ignore[attr-defined]
    running.until(where.exists)
    assert "loss" in where.read_text()


@pytest.mark.parametrize("after", [0, 2])
def test_the_window_closes_in_the_middle_of_a_step(open_story: Callable[..., Story], after: int) -> None:
    story = open_story()
    story.keys("Ctrl+3")
    story.click(QPushButton, "train_button")
    if after:
        learns(story, after)


def test_the_status_line_says_what_the_card_says(running: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(found: Trainer) -> str:
        return f"{found.status} at step {found.curves.last_step:,}"

    monkeypatch.setattr("convviz.ui.train.wires.brief", said)
    workspace, status = train(running), running.desk.status
    seen: list[str] = []
    show = workspace.run.show_run

    def shown(found: Trainer) -> None:
        show(found)
        seen.append(said(found))

    monkeypatch.setattr(workspace.run, "show_run", shown)
    texts: list[str] = []
    monkeypatch.setattr(status, "show_training", texts.append)
    for _ in range(3):
        running.keys("Ctrl+T")
        running.until(lambda: seen and seen[-1].startswith("paused"))
        running.keys("Ctrl+T")
        running.until(lambda: seen[-1].startswith("running"))
        learns(running)
    assert [text for text in texts if text not in seen] == [], "never another moment than the card"
    assert [text for text in seen if text not in texts] == []


def test_one_more_epoch_after_the_end_and_on_after_a_stop(in_train: Story) -> None:
    intents, workspace = in_train.desk.train.intents, train(in_train)
    intents.choose_setting("epochs", 1)
    intents.choose_setting("batch", 2048)
    in_train.click(QPushButton, "train_button")
    in_train.until(lambda: trainer(in_train).status == "done")
    assert workspace.run.start.text() == "New run"
    assert "Epoch goes on with it" in workspace.run.details.text()
    in_train.keys("Shift+Right")
    in_train.until(lambda: len(trainer(in_train).curves.epochs) == 2 and not trainer(in_train).seconds_left)
    assert len(in_train.state.runs.runs) == 1
    assert in_train.state.plan.settings.epochs == 2
    assert "epochs 2" in in_train.texts
    assert in_train.desk.banner.isHidden(), "nothing was refused"
    in_train.click(QToolButton, "train_stop_button")
    in_train.until(lambda: trainer(in_train).status in ("stopped", "done"))
    at = steps(in_train)
    in_train.click(QToolButton, "time_machine_resume")
    in_train.until(lambda: steps(in_train) == at + 5 and trainer(in_train).status == "done")
    assert len(in_train.state.runs.runs) == 1


def test_reset_and_stop(running: Story) -> None:
    running.click(QToolButton, "train_stop_button")
    running.until(lambda: trainer(running).status == "stopped")
    running.until(lambda: not running.desk.actions_by_name["train_stop"].isEnabled())
    trained = running.state.weights
    running.desk.actions_by_name["train_reset_new"].trigger()
    running.until(lambda: not same(running.state.weights, trained))
    assert running.state.plan.settings.seed != 0
    assert running.desk.workspaces.name == "train"
    seed = running.state.plan.settings.seed
    told = f"reset: random weights of seed {seed}; Run 1 stays in the list of runs"
    assert running.desk.status.pointed.text() == told
    running.keys("Ctrl+Z")
    assert same(running.state.weights, trained)
    assert running.state.plan.settings.seed == 0


def test_every_page_is_shown_while_a_network_learns(running: Story) -> None:
    for number in range(1, 9):
        running.keys(f"Alt+{number}")
        learns(running, 2)
    assert trainer(running).status == "running"
    assert len(train(running).pages) == 8


def test_two_drawings_are_learnt_and_it_is_said_that_they_are_measured_on_too(in_train: Story) -> None:
    story = in_train
    for label in ("1", "2"):
        story.keys("R")
        story.arrived()
        story.click(ClassKey, f"keep_{label}")
    story.desk.train.intents.choose_source(DataSource("handwriting"), "My handwriting")
    workspace = train(story)
    story.click(QPushButton, "train_button")
    story.until(lambda: trainer(story).status == "done")
    assert workspace.data.counts.text() == "2 to learn from, the same to test"
    assert sorted(workspace.data.samples.names) == ["1", "2"]
    assert "Too few to hold any back" in workspace.data.notes.text()


def test_a_run_that_was_undone_is_shown_again_and_that_is_undone_too(running: Story) -> None:
    workspace, errors, stack = train(running), "errors", running.desk.history.stack
    running.click(QToolButton, "train_stop_button")
    running.until(lambda: trainer(running).status == "stopped")
    trained = running.state.weights
    workspace.choose_page(errors)
    page: Any = workspace.page
    running.until(lambda: page.judged is not None)
    of_run = page.judged
    stack.setIndex(0)
    running.until(lambda: page.judged is not None and page.judged is not of_run)
    assert page.when.text() == "The network on screen, not Run 1"
    assert "Run 1 is not on screen" in workspace.past.text.text()
    index = int(page.samples.indices[0])
    page.samples.sample_clicked.emit(index)
    scores = running.arrived().scores.astype(np.float64)
    answers = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    assert answers.argmax() == page.judged.predicted[index]
    assert answers.max() == pytest.approx(page.judged.confidence[index], abs=1e-5), "as it was read"
    running.keys("Ctrl+3")
    workspace.choose_page("runs")
    workspace.page.table.selectRow(0)  # type: ignore[attr-defined]
    running.click(QToolButton, "runs_choose")
    assert same(running.state.weights, trained)
    workspace.choose_page(errors)
    running.until(lambda: page.judged is not None and page.judged.step == of_run.step)
    assert (page.judged.predicted == of_run.predicted).all()
    running.keys("Ctrl+Z")
    assert not same(running.state.weights, trained)
    running.until(lambda: page.when.text() == "The network on screen, not Run 1")
    running.click(QToolButton, "time_machine_now")
    assert same(running.state.weights, trained)
    running.until(lambda: page.when.text().startswith(("At step", "After epoch")))


def test_what_comes_on_screen_with_a_run_leaves_it_with_it(running: Story) -> None:
    workspace = train(running)
    running.click(QToolButton, "train_stop_button")
    running.until(lambda: trainer(running).status == "stopped")
    first = steps(running)
    trainer(running).branch(trainer(running).checkpoints[0])
    running.until(lambda: trainer(running).run is not None and trainer(running).run.number == 2)
    running.until(lambda: steps(running) > first)  # after as many its weights are those of the first
    running.click(QToolButton, "train_stop_button")
    running.until(lambda: trainer(running).status == "stopped")
    second, curves = running.state.weights, trainer(running).curves
    trainer(running).choose_run(1)
    assert not same(running.state.weights, second)
    running.keys("Ctrl+Z")
    assert same(running.state.weights, second)
    assert running.state.runs.current == 2
    assert trainer(running).curves.last_step == curves.last_step
    assert trainer(running).at_hand
    assert "not on screen" not in workspace.past.text.text()
    running.keys("Ctrl+Shift+Z")
    assert running.state.runs.current == 1
    assert trainer(running).at_hand
