"""Back to any moment of a run, and on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from convviz.session import editing
from convviz.spec.project import load, save
from convviz.spec.state import opened
from convviz.spec.training.run import Run
from convviz.spec.weight_edit import same
from convviz.spec.weights import initial

from .conftest import SETTINGS, Hand

MakeHand = Callable[..., Hand]


@pytest.fixture
def paused(hand: Hand) -> Hand:
    """In the third epoch, with checkpoints at 0, 5, 10 and where it is."""
    hand.trainer.start()
    hand.until_step(12)
    hand.trainer.pause()
    hand.idle()
    return hand


@pytest.fixture
def whole(make_hand: MakeHand) -> Hand:
    """A run that nobody interrupted."""
    hand = make_hand()
    hand.trainer.start()
    hand.idle()
    return hand


def test_a_moment_of_the_past_is_on_screen(paused: Hand) -> None:
    trainer, newest = paused.trainer, paused.state.weights
    for checkpoint in trainer.checkpoints[:-1]:
        trainer.scrub(checkpoint)
        paused.idle()
        assert paused.state.weights is checkpoint.mean
        assert trainer.cursor == checkpoint.step
        assert trainer.status == "paused"
    trainer.scrub(None)
    assert trainer.cursor is None
    assert same(paused.state.weights, newest)
    assert len(paused.entries) == 1, "looking is no edit"


def test_a_run_that_goes_on_is_paused_for_it(hand: Hand, whole: Hand) -> None:
    hand.trainer.start()
    hand.until_step(7)
    first = hand.trainer.checkpoints[0]
    hand.trainer.scrub(first)
    hand.idle()
    assert hand.state.weights is first.mean
    assert hand.trainer.status == "paused"
    assert hand.trainer.checkpoints[-1].step == hand.trainer.curves.last_step >= 7, "its last moment is kept"
    hand.trainer.scrub(None)
    assert same(hand.state.weights, hand.trainer.checkpoints[-1].mean)
    hand.trainer.start()
    hand.idle()
    assert hand.losses == whole.losses
    assert same(hand.state.weights, whole.state.weights)


def test_resumed_from_the_past_it_is_the_same_again(paused: Hand, whole: Hand) -> None:
    at = next(c for c in paused.trainer.checkpoints if c.step == 5)
    paused.trainer.scrub(at)
    paused.trainer.resume_from(at)
    paused.until(lambda: paused.trainer.status == "running")
    assert paused.trainer.curves.last_step < 12
    assert paused.trainer.cursor is None
    paused.idle()
    assert paused.losses == whole.losses
    assert same(paused.state.weights, whole.state.weights)
    assert [run.status for run in paused.state.runs.runs] == ["done", "paused"]
    assert len(paused.entries) == 2


def test_what_was_measured_later_is_a_run_of_its_own(paused: Hand, whole: Hand) -> None:
    losses, newest, points = paused.losses, paused.trainer.checkpoints[-1], paused.trainer.checkpoints
    paused.trainer.scrub(points[1])
    paused.trainer.resume_from(points[1])
    paused.idle()
    one, later = paused.state.runs.runs
    assert paused.trainer.run is one
    assert later.name == "Run 2"
    assert later.parent == (1, points[1].step)
    assert later.note == f"what Run 1 measured before it was resumed at step {points[1].step}"
    assert later.curves.column("loss").tolist() == losses
    assert later.checkpoints == points[1:]
    assert "Run 2" in paused.told[0]
    entry = paused.entries[-1]
    paused.experiment.commit(entry.revert(paused.state))
    assert same(paused.state.weights, newest.mean), "undone, there is again what there was"
    assert paused.trainer.departed
    paused.trainer.choose_run(2)
    assert not paused.trainer.departed
    paused.trainer.start()
    paused.idle()
    assert paused.losses == whole.losses, "it goes on as if nothing had been"
    assert [run.number for run in paused.state.runs.runs] == [1, 2]


def test_resumed_from_the_last_moment_nothing_is_put_aside(paused: Hand) -> None:
    paused.trainer.resume_from(paused.trainer.checkpoints[-1])
    paused.idle()
    assert len(paused.state.runs.runs) == 1


def died(paused: Hand) -> Run:
    """A run of other processes: measured until later than its last kept moment, the tenth step, when one was killed."""
    run = paused.trainer.run
    assert run is not None
    kept = tuple(point for point in run.checkpoints if point.step == 10)
    assert len(kept) == 1
    return paused.trainer.adopt(replace(run, status="failed", checkpoints=kept, note="a process was killed"))


def test_a_run_that_died_goes_on_from_its_last_moment_and_loses_nothing_measured(paused: Hand, whole: Hand) -> None:
    run = died(paused)
    paused.trainer.want(frozenset({"epoch"}))
    paused.trainer.choose_run(run.number)
    paused.idle()
    assert same(paused.state.weights, run.checkpoints[0].mean)
    assert paused.trainer.judged is not None
    assert paused.trainer.judged.step == 10, "the step of the weights on screen"
    paused.trainer.resume_from(run.checkpoints[0])
    paused.idle()
    assert paused.trainer.run is not None
    assert (paused.trainer.run.number, paused.trainer.status) == (run.number, "done")
    assert paused.losses == whole.losses
    later = paused.state.runs.runs[-1]
    assert (later.parent, later.curves.last_step, later.status) == ((run.number, 10), run.curves.last_step, "failed")


def test_resumed_without_looking_first(paused: Hand, whole: Hand) -> None:
    paused.trainer.start()
    paused.until_step(14)
    paused.trainer.resume_from(paused.trainer.checkpoints[1])
    paused.idle()
    assert paused.losses == whole.losses


def test_a_branch_leaves_the_old_run_alone(paused: Hand, whole: Hand) -> None:
    trainer = paused.trainer
    losses, at = paused.losses, trainer.checkpoints[1]
    settings = replace(paused.state.plan.settings, schedule="constant", rate=1e-3)
    paused.experiment.change(plan=replace(paused.state.plan, settings=settings))
    trainer.branch(at)
    paused.idle()
    old, new = paused.state.runs.runs
    assert old.status == "paused"
    assert old.curves.column("loss").tolist() == losses
    assert (new.parent, new.status, new.settings) == ((1, at.step), "done", old.settings)
    assert [(change.step, change.settings) for change in new.changes] == [(at.step, settings)]
    assert new.latest == settings
    assert new.curves.column("loss")[: at.step].tolist() == losses[: at.step]
    assert new.curves.column("step").tolist() == list(range(1, 21))
    assert trainer.run is new
    trainer.choose_run(1)
    paused.experiment.change(plan=replace(paused.state.plan, settings=old.settings))
    trainer.start()
    paused.idle()
    assert paused.losses[:12] == whole.losses[:12]


def test_start_in_the_past_branches_off(paused: Hand, whole: Hand) -> None:
    newest = paused.state.weights
    paused.trainer.scrub(paused.trainer.checkpoints[1])
    paused.trainer.start()
    paused.idle()
    assert [run.status for run in paused.state.runs.runs] == ["paused", "done"]
    assert paused.losses == whole.losses
    assert same(paused.entries[-1].before["weights"], newest), "undone, the newest of the old run is on screen"


def test_edits_by_hand_in_the_past_are_trained_on(paused: Hand) -> None:
    at = paused.trainer.checkpoints[1]
    paused.trainer.scrub(at)
    paused.idle()
    paused.experiment.commit(editing.with_bias_of(paused.state, "conv1", 0, 9.0))
    paused.trainer.resume_from(at)
    paused.until(lambda: paused.trainer.status == "running")
    assert paused.trainer.checkpoints[-1].mean["conv1.bias"][0] == 9.0
    assert same(paused.trainer.checkpoints[-1].mean, paused.state.weights)
    assert all(c.mean["conv1.bias"][0] != 9.0 for c in paused.trainer.checkpoints[:-1])


def test_edits_by_hand_of_now_survive_a_look_at_the_past(paused: Hand) -> None:
    trainer = paused.trainer
    trainer.scrub(trainer.checkpoints[0])
    trainer.scrub(None)
    paused.idle()
    paused.experiment.commit(editing.with_bias_of(paused.state, "conv1", 0, 9.0))
    paused.idle()
    edited = paused.state.weights
    trainer.scrub(trainer.checkpoints[0])
    trainer.scrub(None)
    assert same(paused.state.weights, edited)
    trainer.start()
    paused.until(lambda: trainer.status == "running")
    assert trainer.checkpoints[-1].mean["conv1.bias"][0] == 9.0


def test_an_edit_of_a_moment_ago_survives_a_look_at_the_past(hand: Hand) -> None:
    trainer = hand.trainer
    hand.steps(3)
    assert trainer.status == "paused"
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 0, 9.0))
    trainer.scrub(trainer.checkpoints[0])
    hand.idle()
    assert hand.state.weights["conv1.bias"][0] != 9.0
    trainer.scrub(None)
    hand.idle()
    assert hand.state.weights["conv1.bias"][0] == 9.0
    trainer.start()
    hand.until(lambda: trainer.status == "running")
    assert trainer.checkpoints[-1].mean["conv1.bias"][0] == 9.0


def test_steps_that_were_edited_stay_in_order(hand: Hand, tmp_path: Path) -> None:
    trainer = hand.trainer
    hand.steps(3)
    early = trainer.checkpoints[-1]
    hand.steps(4)
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 0, 9.0))
    hand.steps(1)
    assert trainer.run is not None
    assert trainer.run.edited == (7,)
    later = trainer.checkpoints[-1]
    trainer.resume_from(early)
    trainer.pause()
    hand.idle()
    assert trainer.run.edited == ()
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 0, 5.0))
    hand.steps(1)
    assert trainer.run.edited == (3,)
    save(tmp_path / "x.convviz", hand.state)
    again = load(tmp_path / "x.convviz").runs.runs
    assert [run.edited for run in again] == [(3,), (7,)]
    trainer.choose_run(2)
    trainer.branch(later)
    trainer.pause()
    hand.idle()
    assert trainer.run.edited == (7,), "what it branched off from is in its weights"


def test_undone_in_the_past_it_is_done_again_to_the_newest(paused: Hand) -> None:
    (entry,), newest = paused.entries, paused.state.weights
    paused.trainer.scrub(paused.trainer.checkpoints[1])
    paused.idle()
    paused.experiment.commit(entry.revert(paused.state))
    assert paused.trainer.cursor is None
    paused.experiment.commit(entry.apply(paused.state))
    assert same(paused.state.weights, newest)


def test_the_past_of_another_network_is_refused(paused: Hand) -> None:
    network = paused.state.network
    paused.experiment.commit(editing.with_layer(paused.state, replace(network["conv1"], padding=(1, 1))))
    paused.idle()
    weights = paused.state.weights
    paused.trainer.scrub(paused.trainer.checkpoints[0])
    assert "another network" in paused.refused[0]
    assert paused.state.weights is weights
    paused.trainer.resume_from(paused.trainer.checkpoints[0])
    paused.idle()
    assert paused.state.network.layers == network.layers
    assert paused.trainer.status == "done"


@pytest.fixture
def coming_to_rest(make_hand: MakeHand) -> Hand:
    """It would go on for long, but a branch of it was asked for."""
    hand = make_hand(settings=replace(SETTINGS, epochs=10_000))
    hand.trainer.start()
    hand.until_step(7)
    hand.trainer.branch(hand.trainer.checkpoints[0])
    return hand


def rests(hand: Hand) -> bool:
    """Whether nothing goes on, seen or unseen."""
    for _ in range(40):  # what was asked for is done by then
        hand.turn()
    return not hand.turn()


def test_a_branch_that_is_asked_for_twice_is_one(coming_to_rest: Hand) -> None:
    hand, trainer = coming_to_rest, coming_to_rest.trainer
    trainer.branch(trainer.checkpoints[0])
    hand.until(lambda: trainer.run is not None and trainer.run.number == 2 and trainer.status == "running")
    trainer.pause()
    hand.until(lambda: trainer.status == "paused")
    assert rests(hand), "the first one, which nobody sees, does not train on"
    assert [run.number for run in hand.state.runs.runs] == [1, 2]


def test_a_branch_that_is_given_up_leaves_no_other_behind(coming_to_rest: Hand) -> None:
    hand, trainer = coming_to_rest, coming_to_rest.trainer
    trainer.branch(trainer.checkpoints[0])
    hand.until(lambda: trainer.status == "loading")
    hand.experiment.commit(opened(hand.state, hand.state.network, initial(hand.state.network, seed=9)))
    assert hand.refused == ["the training has not begun, since the weights were changed meanwhile; start it again"]
    assert trainer.status == "paused"
    assert rests(hand)


@pytest.mark.parametrize("then", ["scrub", "reset", "undo"])
def test_what_is_asked_after_a_branch_that_has_not_begun(coming_to_rest: Hand, then: str) -> None:
    """It takes the place of the branch, as it would while that is loading."""
    hand, trainer = coming_to_rest, coming_to_rest.trainer
    if then == "scrub":
        trainer.scrub(trainer.checkpoints[0])
    elif then == "reset":
        trainer.reset(3)
    else:
        hand.experiment.commit(hand.entries[0].revert(hand.state))
    hand.until(lambda: not trainer._drive.closing)
    assert rests(hand)
    assert trainer.status in ("paused", "stopped")
    assert [run.number for run in hand.state.runs.runs] == [1]


def undone(hand: Hand) -> None:
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    hand.idle()
    assert hand.trainer.departed


def test_after_an_undo_the_run_comes_back_as_an_edit(paused: Hand) -> None:
    trainer, points = paused.trainer, paused.trainer.checkpoints
    undone(paused)
    before = paused.state
    trainer.scrub(points[1])
    paused.idle()
    assert (trainer.cursor, paused.state.weights is points[1].mean) == (points[1].step, True)
    trainer.scrub(None)
    assert not trainer.departed
    assert same(paused.state.weights, points[-1].mean), "now is the end of the run, not what was there before it"
    paused.undo_choice()
    assert same(paused.state.weights, before.weights), "nothing is lost"
    assert paused.state.origin is before.origin
    assert trainer.departed
    assert trainer.cursor is None
    paused.trainer.scrub(None)
    assert not trainer.departed
    assert same(paused.state.weights, points[-1].mean)


def test_while_the_job_of_an_undone_training_ends_its_past_can_be_asked_for(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(8)
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    first = hand.trainer.checkpoints[0]
    hand.trainer.scrub(first)
    hand.idle()
    assert hand.trainer.cursor == first.step
    assert hand.state.weights is first.mean


@pytest.mark.parametrize("step", [None, 5])
def test_choosing_a_run_is_undone_as_a_whole(paused: Hand, step: int | None) -> None:
    trainer, first = paused.trainer, paused.trainer.checkpoints
    trainer.branch(first[1])
    paused.idle()
    assert trainer.run is not None
    assert trainer.run.number == 2
    branched, losses = trainer.checkpoints, paused.losses
    if step is not None:
        trainer.scrub(next(c for c in branched if c.step == step))
    weights = paused.state.weights
    trainer.choose_run(1)
    trainer.scrub(first[0])
    paused.undo_choice()
    assert (trainer.run.number, paused.state.runs.current, trainer.cursor) == (2, 2, step)
    assert (paused.losses, trainer.checkpoints) == (losses, branched)
    assert same(paused.state.weights, weights)
    assert not trainer.departed
    paused.redo_choice()
    assert (trainer.run.number, paused.state.runs.current, trainer.cursor) == (1, 1, None)
    assert same(paused.state.weights, first[-1].mean)
    assert not trainer.departed
    trainer.delete_run(2)
    paused.undo_choice()
    assert trainer.run.number == 1, "that run is gone for good"
    assert trainer.departed


def test_what_is_made_by_hand_of_other_weights_is_not_the_runs(paused: Hand) -> None:
    undone(paused)
    paused.trainer.choose_run(1)
    paused.undo_choice()
    name = "conv1.bias"
    paused.experiment.change(weights=paused.state.weights.replaced(name, paused.state.weights[name] + 1))
    assert paused.trainer.departed


def test_a_run_is_shown_again_instead_of_another_network(paused: Hand) -> None:
    newest = paused.trainer.checkpoints[-1]
    network = paused.state.network
    other = network.with_layer(replace(network["conv1"], padding=(1, 1)))
    paused.experiment.commit(opened(paused.state, other, initial(other)))
    assert not paused.trainer.at_hand
    paused.trainer.choose_run(1)
    assert paused.trainer.at_hand
    assert paused.state.weights is newest.mean
