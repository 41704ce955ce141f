"""A run that was trained elsewhere: in the list, and nowhere else until it is chosen."""

from __future__ import annotations

from dataclasses import replace

from .conftest import Hand


def test_it_is_in_the_list_and_what_is_on_screen_stays(hand: Hand) -> None:
    hand.steps(2)
    before, run = hand.state, hand.trainer.run
    assert run is not None
    hand.what.clear()
    found = hand.trainer.adopt(replace(run, number=0, status="done", note="trained in 2 processes"))
    assert found.number == 2
    assert [each.number for each in hand.state.runs.runs] == [1, 2]
    assert hand.state.runs.current == 1
    assert hand.state.weights is before.weights
    assert "runs" in hand.what
    hand.steps(1)
    assert hand.trainer.curves.last_step == 3, "the paused run goes on"
    hand.trainer.choose_run(2)
    hand.idle()
    assert hand.trainer.run is not None
    assert (hand.trainer.run.number, hand.trainer.run.note) == (2, "trained in 2 processes")
    assert hand.state.weights == run.checkpoints[-1].mean


def test_its_number_is_not_that_of_a_run_that_is_about_to_begin(hand: Hand) -> None:
    hand.steps(1)
    given = hand.trainer.run
    assert given is not None
    hand.trainer.delete_run(1)
    hand.trainer.start()
    assert hand.state.runs.runs == ()
    assert hand.trainer.adopt(replace(given, number=0)).number == 2
    hand.idle()
    assert sorted(run.number for run in hand.state.runs.runs) == [1, 2]
