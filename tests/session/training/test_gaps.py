"""What is done after the compute thread has paused or ended a training, and before anybody has heard of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from convviz.session import editing
from convviz.spec.project import load, save

from .conftest import TINY, Hand

Turn = Callable[[Hand], object]


def unheard(hand: Hand) -> None:
    """The compute thread does all it can while the window is busy."""
    while hand.engine.step():
        pass


def edit(hand: Hand) -> None:
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 1, 7.5))


def edited(hand: Hand) -> bool:
    return abs(float(hand.state.weights["conv1.bias"][1]) - 7.5) < 1.5


@pytest.fixture
def running(hand: Hand) -> Hand:
    hand.trainer.start()
    hand.until_step(4)
    return hand


# --- edits by hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["stop", "pause", "done", "diverged"])
def test_an_edit_as_it_ends_is_not_lost(running: Hand, end: str) -> None:
    if end == "diverged":
        plan = running.state.plan
        running.experiment.change(plan=replace(plan, settings=replace(plan.settings, rate=1e9)))
    elif end != "done":
        {"stop": running.trainer.stop, "pause": running.trainer.pause}[end]()
    unheard(running)
    edit(running)
    running.idle()
    assert running.trainer.status == {"stop": "stopped", "pause": "paused"}.get(end, end)
    assert edited(running)
    if end == "pause":
        assert running.trainer.checkpoints[-1].mean["conv1.bias"][1] == 7.5
    else:
        assert running.state.edited, "it is an edit of what was trained"
    if end == "diverged":
        running.refused.clear()


def test_an_edit_before_it_stops_is_trained_on(running: Hand) -> None:
    running.trainer.stop()
    edit(running)
    running.idle()
    assert edited(running)


# --- pause and play -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [lambda hand: hand.trainer.pause(), lambda hand: hand.trainer.step()])
def test_a_pause_that_is_over_does_not_count(hand: Hand, first: Turn) -> None:
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.pause()
    hand.idle()
    hand.trainer.start()
    hand.until_step(4)
    first(hand)
    unheard(hand)
    hand.trainer.start()
    hand.until_step(9)
    assert hand.trainer.status == "running"
    at = hand.trainer.curves.last_step
    hand.trainer.pause()
    hand.idle()
    assert hand.trainer.status == "paused"
    assert hand.trainer.checkpoints[-1].step == hand.trainer.curves.last_step >= at


def test_stopped_after_a_pause_that_is_over_it_keeps_every_step(running: Hand) -> None:
    running.trainer.pause()
    unheard(running)
    running.trainer.start()
    running.until_step(9)
    at = running.trainer.curves.last_step
    running.trainer.stop()
    running.idle()
    assert running.trainer.checkpoints[-1].step >= at


# --- a run that is to go on from its past, and cannot --------------------------------------------------------------


@pytest.mark.parametrize(
    "then",
    [
        lambda hand: hand.trainer.stop(),
        lambda hand: hand.experiment.commit(
            editing.with_layer(hand.state, replace(TINY["conv1"], padding=(1, 1))),
        ),
        lambda hand: (hand.trainer.resume_from(hand.trainer.checkpoints[0]), hand.turn(), hand.trainer.stop()),
    ],
    ids=["stop", "network", "twice"],
)
def test_it_waits_as_before(running: Hand, then: Turn) -> None:
    losses = running.losses
    running.trainer.resume_from(running.trainer.checkpoints[0])
    running.until(lambda: running.trainer.status == "loading")
    then(running)
    running.idle()
    assert running.trainer.status == "paused"
    assert running.losses[: len(losses)] == losses
    assert len(running.state.runs.runs) == 1


@pytest.mark.parametrize("first", ["stop", "done"])
def test_another_network_while_the_past_is_on_screen(running: Hand, tmp_path: Path, first: str) -> None:
    trainer = running.trainer
    if first == "stop":
        trainer.stop()
    running.idle()
    trainer.scrub(trainer.checkpoints[0])
    running.experiment.commit(editing.with_layer(running.state, replace(TINY["conv1"], padding=(1, 1))))
    assert trainer.cursor is None
    trainer.start()
    trainer.scrub(None)
    save(tmp_path / "x.convviz", running.state)
    load(tmp_path / "x.convviz")
    running.idle()
