"""Saved, opened again and resumed: the same losses, to the last bit, as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from convviz.session import editing
from convviz.session.outbox import Outbox
from convviz.session.writer import Writer
from convviz.spec.project import load, save
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.weight_edit import same

from .conftest import SETTINGS, Hand

MakeHand = Callable[..., Hand]


def reopened(hand: Hand, folder: Path) -> Hand:
    save(folder / "x.convviz", hand.state)
    return Hand(load(folder / "x.convviz"))


def whole(make_hand: MakeHand, settings: TrainingSettings) -> Hand:
    hand = make_hand(settings=settings)
    hand.trainer.start()
    hand.idle()
    return hand


@pytest.mark.parametrize(
    "settings",
    [SETTINGS, replace(SETTINGS, optimizer="sgd", average=0.0), replace(SETTINGS, dropout=0.3, augmentation=1.0)],
    ids=["adamw", "sgd", "dropout"],
)
@pytest.mark.parametrize("step", [1, 5, 13])
def test_paused_saved_opened_resumed(
    make_hand: MakeHand, tmp_path: Path, settings: TrainingSettings, step: int
) -> None:
    expected = whole(make_hand, settings)
    hand = make_hand(settings=settings)
    hand.trainer.start()
    hand.until_step(step)
    hand.trainer.pause()
    hand.idle()
    again = reopened(hand, tmp_path)
    assert again.trainer.status == "paused"
    assert again.losses == hand.losses
    again.trainer.start()
    again.idle()
    assert again.trainer.status == "done"
    assert again.losses == expected.losses
    assert same(again.state.weights, expected.state.weights)
    assert again.trainer.curves.epochs.tolist() == expected.trainer.curves.epochs.tolist()


@pytest.mark.parametrize("step", [2, 8, 14])
def test_killed_while_it_ran(make_hand: MakeHand, tmp_path: Path, step: int) -> None:
    """What is on screen at any moment is what an autosave holds."""
    expected = whole(make_hand, SETTINGS)
    hand = make_hand()
    hand.trainer.start()
    hand.until_step(step)
    assert hand.trainer.status == "running"
    again = reopened(hand, tmp_path)
    assert again.trainer.status == "paused"
    assert same(again.state.weights, again.trainer.checkpoints[-1].mean)
    again.trainer.start()
    again.idle()
    assert again.losses == expected.losses
    assert same(again.state.weights, expected.state.weights)


def test_killed_it_goes_on_from_any_of_its_past(make_hand: MakeHand, tmp_path: Path) -> None:
    expected = whole(make_hand, SETTINGS)
    hand = make_hand()
    hand.trainer.start()
    writer = Writer(Outbox())
    for step in (4, 9, 14):  # the autosave is written again and again
        hand.until_step(step)
        assert writer.autosave(tmp_path / "x.convviz", hand.state).result()
    writer.stop()
    steps = [checkpoint.step for checkpoint in load(tmp_path / "x.convviz").runs.runs[0].checkpoints]
    assert steps == [0, 5, 10]
    for at, step in enumerate(steps[:-1]):
        again = Hand(load(tmp_path / "x.convviz"))
        again.trainer.scrub(again.trainer.checkpoints[at])
        assert again.trainer.cursor == step
        again.trainer.resume_from(again.trainer.checkpoints[at])
        again.idle()
        assert again.trainer.status == "done"
        assert again.losses == expected.losses
        assert same(again.state.weights, expected.state.weights)


def test_an_edit_by_hand_after_it_was_opened_is_trained_on(make_hand: MakeHand, tmp_path: Path) -> None:
    hand = make_hand()
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.pause()
    hand.idle()
    again = reopened(hand, tmp_path)
    again.experiment.commit(editing.with_bias_of(again.state, "conv1", 0, 9.0))
    third = reopened(again, tmp_path)
    assert third.state.weights["conv1.bias"][0] == 9.0
    third.trainer.start()
    third.until(lambda: third.trainer.status == "running")
    assert third.trainer.checkpoints[-1].mean["conv1.bias"][0] == 9.0
    third.idle()
    assert third.trainer.status == "done"


def test_other_runs_can_be_chosen_after_it_was_opened(make_hand: MakeHand, tmp_path: Path) -> None:
    hand = make_hand()
    for _ in range(2):
        hand.trainer.start()
        hand.idle()
    again = reopened(hand, tmp_path)
    again.trainer.choose_run(1)
    assert same(again.state.weights, hand.state.runs.runs[0].checkpoints[-1].mean)
    again.trainer.resume_from(again.trainer.checkpoints[-1])
    again.idle()
    assert again.trainer.curves.last_step == 25, "one more epoch"
    assert again.trainer.status == "done"
    settings = replace(SETTINGS, epochs=6)
    again.experiment.change(plan=replace(again.state.plan, settings=settings))
    again.trainer.resume_from(again.trainer.checkpoints[-1])
    again.idle()
    assert again.trainer.curves.column("step").tolist() == list(range(1, 31))
