"""One button starts, pauses and goes on; the rest says where the run is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.curves import Curves
from convviz.spec.training.news import Loading
from convviz.spec.training.plan import Plan
from convviz.spec.training.run import Run
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.ui.layer.note import LINE_PX, lines_of
from convviz.ui.look.numbers import accuracy_text
from convviz.ui.look.theme import CAPTION_PX, font
from convviz.ui.train.controls import words
from convviz.ui.train.controls.run_card import RunCard

LEFT = Qt.MouseButton.LeftButton
Trainer = Any  # the one that trains nothing


@pytest.fixture
def card(show: Callable[..., Any], tools: dict[str, QAction], make_state: Callable[..., State], run: Run) -> RunCard:
    made = RunCard(tools)
    made.show_state(None, make_state(network=run.network))
    return show(made, 288, 200)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("status", "text"),
    [("running", "Pause"), ("loading", "Pause"), ("paused", "Go on"), ("done", "New run"), ("diverged", "New run")],
)
def test_the_button_says_what_it_does(card: RunCard, trainer: Trainer, status: Any, text: str) -> None:
    trainer.run = replace(trainer.run, status=status)
    card.show_run(trainer)
    assert card.start.text() == text
    assert text in card.start.accessibleName()


@pytest.mark.parametrize(("status", "note"), [("done", "all 4 epochs are done"), ("stopped", "stopped at step 200")])
def test_after_its_end_the_card_says_how_to_go_on(card: RunCard, trainer: Trainer, status: Any, note: str) -> None:
    usual = card.buttons["train_epoch"].toolTip()
    trainer.run = replace(trainer.run, status=status, note=note)
    card.show_run(trainer)
    lines = card.details.text().splitlines()
    assert len(lines) == 3, "as many as while it ran: nothing moves"
    assert lines[1].startswith("test images")
    assert lines[2] == "Epoch goes on with it, New run begins anew"
    assert len(lines_of(lines[2], font(CAPTION_PX), card.details.width(), 9)) == 1
    assert card.buttons["train_epoch"].toolTip() == "Run 1 goes on for one more epoch"
    trainer.departed = True
    card.show_run(trainer)
    assert "Epoch goes on" not in card.details.text()
    assert card.buttons["train_epoch"].toolTip() == usual


def test_while_it_runs_the_switch_says_what_it_began_with(card: RunCard, trainer: Trainer, qtbot: QtBot) -> None:
    said: list[str] = []
    card.begin_chosen.connect(said.append)
    trainer.run = replace(trainer.run, begin="screen")
    card.show_run(trainer)
    assert (card.begin.current, card.begin_caption.text()) == ("screen", "began with")
    qtbot.mouseClick(card.begin.buttons["random"], LEFT)
    assert not said, "that is past"
    trainer.run = replace(trainer.run, begin="random", parent=(1, 40))
    card.show_run(trainer)
    assert card.begin.current == "screen", "a branch began with a moment that was there"
    trainer.run = replace(trainer.run, status="done")
    card.show_run(trainer)
    assert (card.begin.current, card.begin_caption.text()) == ("random", "begin with")
    qtbot.mouseClick(card.begin.buttons["screen"], LEFT)
    assert said == ["screen"]


def test_buttons_are_the_actions(card: RunCard, tools: dict[str, QAction], qtbot: QtBot) -> None:
    said: list[str] = []
    for name in ("train", "train_step", "train_epoch", "train_stop"):
        tools[name].triggered.connect(lambda _=False, n=name: said.append(n))
    qtbot.mouseClick(card.start, LEFT)
    for button in card.buttons.values():
        qtbot.mouseClick(button, LEFT)
    assert said == ["train", "train_step", "train_epoch", "train_stop"]
    tools["train_stop"].setEnabled(False)
    assert not card.buttons["train_stop"].isEnabled()


def test_where_a_run_is(card: RunCard, trainer: Trainer) -> None:
    card.show_run(trainer)
    assert card.headline.text() == "epoch 4 of 4 · step 200 of 200"
    fast, tested, last = card.details.text().splitlines()
    assert fast.startswith("12,000 images/s · 0:08 left")
    assert tested.startswith("test images ")
    assert tested.endswith(" right after epoch 4")
    assert last.startswith("last mini-batch ")
    assert card.progress.share == 1.0
    trainer.measured(trainer.curves.until(120))
    card.show_run(trainer)
    assert card.headline.text() == "epoch 3 of 4 · step 120 of 200"
    assert card.progress.share == 0.6


def test_the_steps_of_a_run_are_those_that_the_compute_thread_counts(
    card: RunCard, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(trainer), "steps", 250)  # its batch was another one until here
    card.show_run(trainer)
    assert card.headline.text() == "epoch 4 of 4 · step 200 of 250"
    assert card.progress.share == 0.8


def test_a_run_that_reached_its_target_is_done(
    card: RunCard, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many epochs it might have had."""
    settings = replace(trainer.run.settings, epochs=60)
    monkeypatch.setattr(type(trainer), "steps", 3000)
    trainer.run = replace(trainer.run, settings=settings, status="done", note="the test accuracy reached 95 %")
    card.show_run(trainer)
    assert card.headline.text() == "epoch 4 · step 200 of 200"
    assert card.progress.share == 1.0
    trainer.cursor = 120
    card.show_run(trainer)
    assert card.headline.text() == "epoch 3 · step 120 of 200"
    assert card.progress.share == 0.6
    trainer.cursor, trainer.run = None, replace(trainer.run, status="paused")
    card.show_run(trainer)
    assert card.headline.text() == "epoch 4 of 60 · step 200 of 3,000"


def test_before_the_first_run(card: RunCard, idle: Trainer) -> None:
    card.show_run(idle)
    assert card.headline.text() == "5 epochs on Digits of convviz"
    assert "Start" in card.details.text()
    assert card.progress.share is None
    assert words.brief(idle) == ""


def test_why_it_ended(card: RunCard, trainer: Trainer) -> None:
    trainer.run = replace(trainer.run, status="diverged", note="the loss is not a number; try a lower learning rate")
    card.show_run(trainer)
    assert card.details.text().startswith("the loss is not a number")
    trainer.run = replace(trainer.run, status="done", note="the test accuracy reached 95 %")
    card.show_run(trainer)
    assert card.details.text().startswith("Run 1 is done: the test accuracy reached 95 %\n")


def test_in_the_past_it_says_what_was_known_then(card: RunCard, trainer: Trainer) -> None:
    trainer.run = replace(trainer.run, status="done", note="all 4 epochs are done")
    trainer.cursor = 120
    card.show_run(trainer)
    then = trainer.curves.until(120)
    tested, (accuracy, loss) = then.column("test_accuracy")[-1], (then.column(n)[-1] for n in ("accuracy", "loss"))
    first, *figures = card.details.text().split("\n")
    assert first == "Run 1 is done; this is how it was at step 120"
    assert figures == [
        f"test images {accuracy_text(tested)} right after epoch 2",
        f"last mini-batch {accuracy_text(accuracy)} right, its loss {loss:.3g}",
    ]
    assert card.headline.text() == "epoch 3 of 4 · step 120 of 200"
    assert card.progress.share == 0.6
    trainer.cursor = 0
    card.show_run(trainer)
    assert card.headline.text() == "Run 1 before its first step"
    assert card.progress.share == 0
    trainer.cursor = None
    card.show_run(trainer)
    assert card.progress.share == 1.0


def test_where_start_would_not_go_on_it_says_so(
    card: RunCard, trainer: Trainer, make_state: Callable[..., State]
) -> None:
    trainer.run = replace(trainer.run, status="paused")
    trainer.other_data = True
    card.show_run(trainer)
    assert card.start.text() == "New run"
    assert card.details.text().startswith("Run 1 learnt from Digits of convviz; a new run begins with random weights.")
    assert "as on screen" in card.details.text()
    card.show_state(None, make_state(network=trainer.run.network, plan=Plan(begin="screen")))
    card.show_run(trainer)
    assert card.details.text().endswith("a new run begins from what is on screen.")
    trainer.departed, trainer.other_data = True, False
    card.show_run(trainer)
    assert card.start.text() == "New run"
    assert card.details.text().startswith("These are not the weights of Run 1")
    trainer.departed = False
    card.show_run(trainer)
    assert card.start.text() == "Go on"
    card.show_state(None, make_state())
    card.show_run(trainer)
    assert card.start.text() == "New run"
    assert "another network" in card.details.text()
    trainer.run = replace(trainer.run, status="running")
    card.show_run(trainer)
    assert card.start.text() == "Pause"


def test_start_does_what_the_switch_says(
    card: RunCard, trainer: Trainer, make_state: Callable[..., State], qtbot: QtBot
) -> None:
    said: list[str] = []
    card.begin_chosen.connect(said.append)
    trainer.run = replace(trainer.run, status="paused")
    trainer.departed = True
    card.show_run(trainer)
    assert card.begin.current == "screen", "whatever is chosen"
    qtbot.mouseClick(card.begin.buttons["random"], LEFT)
    assert (said, card.begin.current) == ([], "screen")
    assert "Run 1" in card.begin.toolTip()
    trainer.departed = False
    card.show_run(trainer)
    assert card.begin.current == "random"
    qtbot.mouseClick(card.begin.buttons["screen"], LEFT)
    assert said == ["screen"]


@pytest.mark.parametrize("status", ["paused", "stopped", "done"])
def test_after_a_reset_it_does_not_say_the_old_run(
    card: RunCard, trainer: Trainer, make_state: Callable[..., State], status: Any
) -> None:
    trainer.run = replace(trainer.run, status=status)
    trainer.departed = True
    state = make_state(network=trainer.run.network)
    card.show_state(None, replace(state, origin=replace(state.origin, new=True)))
    card.show_run(trainer)
    assert card.headline.text() == "5 epochs on Digits of convviz"
    assert card.progress.share is None
    text = "The network has random weights: a new run begins with them. The curves are those of Run 1."
    assert card.details.text() == text
    assert words.brief(trainer) == ""


def test_a_start_that_was_in_vain_is_said_on_the_card(
    card: RunCard, trainer: Trainer, make_state: Callable[..., State]
) -> None:
    trainer.run = replace(trainer.run, status="done", note="all 4 epochs are done")
    card.show_refusal("cannot reach the server; check the connection")
    card.show_run(trainer)
    assert card.details.text() == "This did not begin: cannot reach the server; check the connection"
    assert card.headline.text() == "5 epochs on Digits of convviz"
    assert card.progress.share is None
    state = make_state(network=trainer.run.network)
    card.show_state(state, replace(state, plan=Plan(source=DataSource("kmnist"))))
    card.show_run(trainer)
    assert card.details.text().startswith("Run 1 is done"), "other data may be there"
    card.show_refusal("cannot reach the server; check the connection")
    card.show_state(state, replace(state, origin=replace(state.origin, new=True)))
    trainer.departed = True
    card.show_run(trainer)
    assert card.details.text().startswith("The network has random weights"), "after a reset"
    trainer.departed = False
    card.show_refusal("cannot reach the server; check the connection")
    trainer.run = replace(trainer.run, status="loading")
    card.show_run(trainer)
    assert card.details.text() == ""


def test_the_longest_sentences_fit(card: RunCard, trainer: Trainer, idle: Trainer) -> None:
    trainer.run = replace(trainer.run, number=12, status="paused", source=DataSource("strokes", count=60_000))
    trainer.other_data = True
    texts = [words.details(trainer, trainer.run.network), words.details(idle)]
    trainer.other_data, trainer.departed = False, True
    texts.append(words.details(trainer, trainer.run.network))
    texts.append(words.details(trainer, trainer.run.network, fresh=True))
    trainer.departed = False
    why = "training diverged at step 12,345: the loss is no longer a number; undo the last edit, or lower the learning"
    trainer.run = replace(trainer.run, status="diverged", note=f"{why} rate (it is 0.0015)")
    texts.append(words.details(trainer).rpartition("\n")[0])
    metrics = QFontMetrics(font(CAPTION_PX))
    for text in texts:
        flags = int(Qt.TextFlag.TextWordWrap)
        high = metrics.boundingRect(QRect(0, 0, card.details.width(), 1000), flags, text).height()
        assert high <= card.details.height(), text


def test_why_a_run_ended_and_its_last_figures_are_both_there(
    card: RunCard, trainer: Trainer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = card.details.height()
    why = "training diverged at step 12,345: the loss is no longer a number; undo the last edit, or lower the learning"
    trainer.run = replace(trainer.run, status="diverged", note=f"{why} rate (it is 1e+06)")
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: LEFT)
    card.show_run(trainer)
    assert card.details.height() == usual, "nothing moves under a mouse that drags the learning rate"
    monkeypatch.undo()
    qtbot.waitUntil(lambda: card.details.height() > usual)
    shown = lines_of(card.details.text(), font(CAPTION_PX), card.details.width(), 99)
    assert shown[0].startswith("training diverged")
    assert shown[-1].startswith("last mini-batch")
    assert card.details.height() >= len(shown) * LINE_PX
    trainer.run = replace(trainer.run, status="running", note="")
    card.show_run(trainer)
    assert card.details.height() == usual


def test_the_loss_is_said_over_what_and_only_once(trainer: Trainer) -> None:
    assert "loss" not in words.brief(trainer)
    assert words.brief(trainer) == "training: epoch 4 of 4"
    assert sum("loss" in line for line in words.figures(trainer)) == 1


def test_loading_can_be_cancelled(card: RunCard, trainer: Trainer, qtbot: QtBot) -> None:
    said: list[int] = []
    card.cancel_wanted.connect(lambda: said.append(1))
    high = card.sizeHint().height()
    trainer.run = replace(trainer.run, status="loading")
    trainer.loading = Loading("downloading MNIST", 3, 12)
    card.show_run(trainer)
    assert card.headline.text() == "downloading MNIST"
    assert card.progress.share == 0.25
    assert card.sizeHint().height() == high
    qtbot.mouseClick(card.findChild(QToolButton, "loading_cancel"), LEFT)
    assert said == [1]
    trainer.loading = Loading("downloading MNIST", 3, 0)
    card.show_run(trainer)
    assert card.progress.share is None, "nobody knows how much there is"


def test_figures_that_are_not_numbers(card: RunCard, trainer: Trainer) -> None:
    row = np.array([[1, 0.02, np.nan, 0.1, 0.002]], np.float32)
    epoch = np.array([[1, 1, np.nan, 0.1, np.nan, np.nan]], np.float32)
    trainer.measured(Curves(row, epoch))
    card.show_run(trainer)
    assert words.figures(trainer) == ["last mini-batch 10.0 % right, its loss nan"]


def test_what_a_run_begins_with_and_where_it_stops(
    card: RunCard, make_state: Callable[..., State], qtbot: QtBot
) -> None:
    said: list[Any] = []
    card.begin_chosen.connect(said.append)
    card.target_previewed.connect(lambda *what: said.append(what))
    qtbot.mouseClick(card.begin.buttons["screen"], LEFT)
    old = make_state()
    card.show_state(old, replace(old, plan=Plan(TrainingSettings(target=0.985), begin="screen")))
    assert said == ["screen"]
    assert card.target.value == 985_000_000
    card.target.setFocus()
    qtbot.keyClick(card.target, Qt.Key.Key_Up)
    assert said[1] == ("target", 0.995)


def test_nothing_is_clipped(card: RunCard) -> None:
    for part in (card.start, *card.buttons.values(), card.reset, *card.begin.buttons.values()):
        assert part.width() >= part.minimumSizeHint().width()
        assert card.rect().contains(part.mapTo(card, QPoint(part.width() - 1, 0)))
