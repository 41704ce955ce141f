"""On with a run that has ended, and what is recorded of how a run began and of what it left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from convviz.session import editing
from convviz.session.training.record import MOST_DRAWN
from convviz.spec.training.plan import Begin
from convviz.spec.training.run import Frozen

from .conftest import SETTINGS, Hand

MakeHand = Callable[..., Hand]


@pytest.fixture
def wanted(hand: Hand) -> list[str]:
    """What was asked to be an edit."""
    texts: list[str] = []
    hand.trainer.edit_wanted.connect(lambda text, _: texts.append(text))
    return texts


def begin_with(hand: Hand, begin: Begin) -> None:
    hand.experiment.change(plan=replace(hand.state.plan, begin=begin))


def test_one_more_epoch_after_all_of_them(hand: Hand, wanted: list[str]) -> None:
    hand.trainer.start()
    hand.idle()
    assert (hand.trainer.status, hand.trainer.onward) == ("done", True)
    losses = hand.losses
    hand.trainer.epoch()
    hand.idle()
    assert len(hand.state.runs.runs) == 1, "it is the same run"
    assert hand.trainer.run is not None
    assert hand.trainer.run.latest.epochs == hand.state.plan.settings.epochs == 5
    assert hand.losses[:20] == losses
    assert len(hand.losses) == 25
    assert wanted == ["epochs 5"]
    assert not hand.refused


def test_start_after_the_end_is_a_new_run(hand: Hand, wanted: list[str]) -> None:
    hand.trainer.start()
    hand.idle()
    hand.trainer.start()
    hand.idle()
    assert [len(run.curves.steps) for run in hand.state.runs.runs] == [20, 20]
    assert not wanted


def test_a_stopped_run_goes_on_as_if_nothing_had_been(make_hand: MakeHand) -> None:
    whole, hand = make_hand(), make_hand()
    whole.trainer.start()
    whole.idle()
    hand.trainer.start()
    hand.until_step(7)
    hand.trainer.stop()
    hand.idle()
    assert (hand.trainer.status, hand.trainer.onward) == ("stopped", True)
    hand.trainer.step()
    hand.idle()
    assert (hand.trainer.status, hand.trainer.onward) == ("paused", False)
    hand.trainer.start()
    hand.idle()
    assert hand.losses == whole.losses
    assert len(hand.state.runs.runs) == 1
    assert hand.state.plan.settings == SETTINGS, "there were epochs left"


def test_other_data_or_other_weights_are_a_new_run(hand: Hand) -> None:
    hand.trainer.start()
    hand.idle()
    hand.experiment.change(plan=replace(hand.state.plan, source=replace(hand.state.plan.source, count=70)))
    assert not hand.trainer.onward
    hand.steps(1)
    assert [len(run.curves.steps) for run in hand.state.runs.runs] == [20, 1]
    hand.trainer.stop()
    hand.trainer.reset()
    assert hand.trainer.departed
    assert not hand.trainer.onward
    hand.steps(1)
    assert len(hand.state.runs.runs) == 3


@pytest.mark.parametrize("branch", [False, True])
def test_from_its_end_a_finished_run_can_be_resumed_and_branched_off(hand: Hand, branch: bool) -> None:
    hand.trainer.start()
    hand.idle()
    end = hand.trainer.checkpoints[-1]
    (hand.trainer.branch if branch else hand.trainer.resume_from)(end)
    hand.idle()
    assert not hand.refused
    assert hand.trainer.run is not None
    assert (len(hand.losses), hand.trainer.status) == (25, "done")
    assert hand.trainer.run.parent == ((1, 20) if branch else None)
    assert len(hand.state.runs.runs) == 1 + branch


def test_it_is_recorded_how_a_run_began(hand: Hand) -> None:
    hand.trainer.start()
    hand.idle()
    begin_with(hand, "screen")
    hand.trainer.start()
    hand.idle()
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 0, 9.0))
    hand.trainer.start()
    hand.idle()
    begin_with(hand, "random")
    hand.trainer.reset(7)
    hand.trainer.start()
    hand.idle()
    how = [(run.begin, run.taught) for run in hand.state.runs.runs]
    assert how == [("random", None), ("screen", (1, 20)), ("screen", None), ("random", None)]


def test_frozen_layers_are_recorded_with_their_step(hand: Hand) -> None:
    marks = frozenset({("conv1", 0), ("conv1", 1)})

    def freeze(channels: frozenset[tuple[str, int]]) -> None:
        hand.experiment.change(channels=replace(hand.state.channels, frozen=channels))

    freeze(marks)
    hand.steps(3)
    freeze(frozenset())
    hand.steps(2)
    freeze(marks)
    freeze(frozenset())
    hand.steps(2)
    assert hand.trainer.run is not None
    assert hand.trainer.run.frozen == (Frozen(0, marks), Frozen(3, frozenset()))
    at = next(c for c in hand.trainer.checkpoints if c.step == 2)
    hand.trainer.branch(at)
    hand.idle()
    assert hand.trainer.run.frozen == (Frozen(0, marks), Frozen(2, frozenset())), "from there on it is as now"


def test_curves_that_make_room_are_named(hand: Hand) -> None:
    for _ in range(MOST_DRAWN + 1):
        hand.trainer.start()
        hand.idle()
    assert [text for text in hand.told if "make room" in text] == [
        f"the curves of Run 1 make room for Run {MOST_DRAWN + 1}; tick it in Runs to see them"
    ]
