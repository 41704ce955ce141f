"""A run from its start to its end, what is on screen meanwhile, and everything that comes in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convviz.session import editing
from convviz.session.experiment import State
from convviz.session.outbox import Progress
from convviz.session.training import gathering
from convviz.session.training.gathering import Steps
from convviz.spec.network import Conv2d, NetworkSpec, ReLU
from convviz.spec.project import load, save
from convviz.spec.state import opened
from convviz.spec.training.curves import MOST_STEPS, Curves
from convviz.spec.training.news import Stepped
from convviz.spec.training.plan import Plan
from convviz.spec.training.run import Run
from convviz.spec.training.source import DataSource
from convviz.spec.weight_edit import same
from convviz.spec.weights import initial

from .conftest import SETTINGS, TINY, Hand

MakeHand = Callable[..., Hand]


def edit(hand: Hand, value: float, channel: int = 0) -> None:
    """A cell is set by hand."""
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", channel, value))


def change_settings(hand: Hand, **values: Any) -> None:
    plan = hand.state.plan
    hand.experiment.change(plan=replace(plan, settings=replace(plan.settings, **values)))


# --- a whole run --------------------------------------------------------------------------------------------------


def test_one_click_trains_to_the_end(hand: Hand) -> None:
    assert hand.trainer.status == "idle"
    before = hand.state.weights
    hand.trainer.start()
    assert hand.trainer.status == "loading"
    assert hand.state.weights is before, "nothing changes before it is sure that it can begin"
    hand.until(lambda: hand.trainer.status == "running")
    assert same(hand.state.weights, initial(TINY, SETTINGS.seed)), "random weights are on screen first"
    hand.idle()
    trainer = hand.trainer
    assert trainer.status == "done"
    assert trainer.curves.column("step").tolist() == list(range(1, 21))
    assert trainer.curves.epochs[:, 0].tolist() == [5, 10, 15, 20]
    assert trainer.curves.epochs[-1, 5] == 1.0
    assert hand.losses[-1] < hand.losses[0] / 3
    assert (trainer.checkpoints[0].step, trainer.checkpoints[-1].step) == (0, 20)
    newest = trainer.checkpoints[-1]
    assert same(hand.state.weights, newest.mean)
    assert same(hand.state.origin.weights, newest.mean), "what is compared with is what was trained"
    assert hand.state.runs.chosen is trainer.run
    assert hand.state.network.classes == ("top", "middle", "bottom")
    assert trainer.judged is not None
    assert trainer.data is not None
    assert len(trainer.data.train) == 80
    assert not hand.refused
    assert {"status", "loading", "data", "curves", "epoch", "weights", "checkpoints", "runs"} <= hand.what


def test_it_is_the_training_that_the_library_does(hand: Hand) -> None:
    from convviz.core.data import Split
    from convviz.core.training import train

    from .conftest import IMAGES, images

    job = train(TINY, Split("squares", images(IMAGES, 1), images(12, 2)), SETTINGS)
    while True:
        try:
            next(job)
        except StopIteration as stop:
            weights = stop.value
            break
    hand.trainer.start()
    hand.idle()
    assert same(hand.state.weights, weights)


def test_data_is_loaded_once(hand: Hand, loads: list[object]) -> None:
    for _ in range(3):
        hand.trainer.start()
        hand.idle()
    assert len(loads) == 1
    assert [run.number for run in hand.state.runs.runs] == [1, 2, 3]
    losses = [run.curves.column("loss").tolist() for run in hand.state.runs.runs]
    assert losses[0] == losses[1] == losses[2], "the same seed"


def test_an_entry_of_the_history_names_its_run(hand: Hand) -> None:
    for _ in range(2):
        hand.trainer.start()
        hand.idle()
    assert [entry.text for entry in hand.entries] == ["training, 4 epochs (Run 1)", "training, 4 epochs (Run 2)"]


def test_the_weights_on_screen_can_be_trained_on(make_hand: MakeHand) -> None:
    hand = make_hand()
    hand.experiment.change(plan=replace(hand.state.plan, begin="screen"))
    edit(hand, 3.0)
    start = hand.state.weights
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert same(hand.trainer.checkpoints[0].mean, start)


def test_pictures_of_it_are_few(hand: Hand) -> None:
    hand.trainer.start()
    hand.idle()
    assert 2 < hand.shown < 25


# --- pause, step, stop --------------------------------------------------------------------------------------------


def test_a_paused_run_goes_on_as_if_nothing_had_been(make_hand: MakeHand) -> None:
    one, other = make_hand(), make_hand()
    one.trainer.start()
    one.idle()
    other.trainer.start()
    other.until_step(3)
    other.trainer.pause()
    other.idle()
    assert other.trainer.status == "paused"
    assert same(other.state.weights, other.trainer.checkpoints[-1].mean)
    assert other.trainer.checkpoints[-1].step == other.trainer.curves.last_step
    other.steps(3)
    assert other.trainer.status == "paused"
    other.trainer.epoch()
    other.idle()
    assert other.trainer.curves.last_step % 5 == 0
    other.trainer.start()
    other.idle()
    assert other.losses == one.losses
    assert same(one.state.weights, other.state.weights)
    assert len(other.entries) == 1, "all of it is one entry"
    assert other.entries[0].text == "training, 4 epochs (Run 1)"


def test_the_first_step_alone(hand: Hand) -> None:
    hand.trainer.step()
    hand.idle()
    assert hand.trainer.status == "paused"
    assert len(hand.losses) == 1
    assert [c.step for c in hand.trainer.checkpoints] == [0, 1]


def test_stop_keeps_what_was_learnt(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(7)
    hand.trainer.stop()
    hand.idle()
    assert hand.trainer.status == "stopped"
    assert not hand.engine.steered, "its job is gone"
    assert same(hand.state.weights, hand.trainer.checkpoints[-1].mean)
    assert hand.trainer.checkpoints[-1].step == hand.trainer.curves.last_step >= 7
    hand.trainer.start()
    hand.idle()
    assert [run.status for run in hand.state.runs.runs] == ["stopped", "done"]


def test_stopped_while_loading_nothing_is_left(hand: Hand) -> None:
    before = hand.state
    hand.trainer.start()
    hand.turn()
    hand.trainer.stop()
    hand.idle()
    assert hand.trainer.status == "idle"
    assert hand.state is before
    assert hand.entries == []


def test_paused_while_loading_it_waits_at_its_beginning(hand: Hand) -> None:
    hand.trainer.start()
    hand.turn()
    hand.trainer.pause()
    hand.idle()
    assert hand.trainer.status == "paused"
    assert hand.losses == []
    hand.trainer.start()
    hand.idle()
    assert hand.trainer.status == "done"


def test_a_reset_is_an_edit(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.reset(5)
    hand.idle()
    assert hand.trainer.status == "stopped"
    assert same(hand.state.weights, initial(TINY, 5))
    assert hand.state.plan.settings.seed == 5
    assert hand.state.origin.new
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert same(hand.trainer.checkpoints[0].mean, initial(TINY, 5))


# --- by hand ------------------------------------------------------------------------------------------------------


def test_a_cell_set_while_it_trains_stays_until_it_is_trained_on(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    edit(hand, 9.0)
    seen = []
    hand.experiment.changed.connect(lambda _, new: seen.append(float(new.weights["conv1.bias"][0])))
    hand.idle()
    assert min(seen) > 8.0, "no older weights came over it"
    assert len(set(seen)) > 1, "and it was trained on"


def test_an_edit_during_a_pause_is_in_what_is_kept(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.pause()
    hand.idle()
    origin = hand.state.origin
    edit(hand, 9.0)
    hand.idle()
    assert hand.trainer.checkpoints[-1].mean["conv1.bias"][0] == 9.0
    assert hand.state.origin is origin, "what it is compared with stays"
    assert hand.state.edited
    hand.trainer.start()
    hand.idle()
    assert hand.state.weights["conv1.bias"][0] > 8.0
    assert len(hand.entries) == 2, "what came after the edit is an entry of its own"


def test_frozen_from_the_start(hand: Hand) -> None:
    hand.experiment.commit(editing.with_mark(hand.state, "frozen", "conv1", 2))
    hand.trainer.start()
    hand.idle()
    first, last = hand.trainer.checkpoints[0].mean, hand.state.weights
    assert (first["conv1.weight"][2] == last["conv1.weight"][2]).all()
    assert (first["conv1.weight"][1] != last["conv1.weight"][1]).any()


def test_settings_follow_at_once(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(5)
    settings = replace(SETTINGS, schedule="constant", rate=1e-5, epochs=2)
    hand.experiment.change(plan=replace(hand.state.plan, settings=settings))
    hand.idle()
    assert hand.trainer.status == "done"
    assert hand.trainer.curves.last_step == 10
    assert hand.trainer.curves.column("rate")[-1] == pytest.approx(1e-5)
    run = hand.trainer.run
    assert run is not None
    assert (run.settings, run.latest) == (SETTINGS, settings)
    assert [change.step for change in run.changes] == [5]
    assert run.note == "all 2 epochs are done"
    assert "Run 1 is done: all 2 epochs are done" in hand.told


def test_what_is_dragged_is_one_change(hand: Hand) -> None:
    plan = hand.state.plan
    hand.trainer.start()
    hand.turn()
    hand.experiment.change(plan=replace(plan, settings=replace(SETTINGS, rate=1e-3)))
    hand.until_step(3)
    hand.trainer.pause()
    hand.idle()
    run = hand.trainer.run
    assert run is not None
    assert run.settings.rate == 1e-3, "what it began with"
    assert run.changes == ()
    for rate in (2e-3, 3e-3, 4e-3):
        hand.experiment.change(plan=replace(plan, settings=replace(SETTINGS, rate=rate)))
    run = hand.trainer.run
    assert [(c.step, c.settings.rate) for c in run.changes] == [(run.curves.last_step, 4e-3)]
    hand.experiment.change(plan=replace(plan, settings=replace(SETTINGS, rate=1e-3)))
    assert hand.trainer.run.changes == ()
    hand.trainer.stop()
    assert hand.trainer.run.note == f"stopped at step {run.curves.last_step}"


def test_the_steps_of_all_of_it_follow_the_size_of_a_batch(hand: Hand) -> None:
    trainer = hand.trainer
    assert trainer.steps == 0
    hand.steps(12)
    assert trainer.steps == 20
    change_settings(hand, batch=80)
    hand.idle()
    assert trainer.steps == 12 + 1 + 1, "what is left of this epoch, and the last one"
    hand.steps(1)
    assert (trainer.steps, trainer.curves.last_step) == (14, 13)
    trainer.start()
    hand.idle()
    assert (trainer.steps, trainer.curves.last_step) == (14, 14)


def test_a_slider_that_is_dragged_in_a_pause_wakes_nobody(hand: Hand) -> None:
    hand.steps(3)
    points = hand.trainer.checkpoints
    for rate in (1e-3, 2e-3, 3e-3):
        change_settings(hand, schedule="constant", rate=rate)
        hand.idle()
    assert hand.trainer.checkpoints is points
    hand.steps(1)
    assert hand.trainer.curves.column("rate")[-1] == pytest.approx(3e-3)
    run = hand.trainer.run
    assert run is not None
    assert [(change.step, change.settings.rate) for change in run.changes] == [(3, 3e-3)]


def test_it_ends_where_its_steps_can_be_counted_no_more(hand: Hand, tmp_path: Path) -> None:
    hand.steps(2)
    run = hand.trainer.run
    assert run is not None
    last = replace(run.checkpoints[-1], step=MOST_STEPS - 2)
    hand.trainer.choose_run(hand.trainer.adopt(replace(run, curves=Curves(), checkpoints=(last,))).number)
    hand.trainer.start()
    hand.idle()
    run = hand.trainer.run
    assert (run.number, run.status, run.curves.last_step) == (2, "stopped", MOST_STEPS)
    assert run.note == "stopped after 16,777,216 steps: its curves hold no more"
    save(tmp_path / "x.convviz", hand.state)
    assert load(tmp_path / "x.convviz").runs.runs[1].curves.last_step == MOST_STEPS


def test_enough_is_said(hand: Hand) -> None:
    settings = replace(SETTINGS, epochs=50, target=0.9)
    hand.experiment.change(plan=replace(hand.state.plan, settings=settings))
    hand.trainer.start()
    hand.idle()
    assert hand.trainer.run is not None
    assert hand.trainer.run.note == "the test accuracy reached 90 %"


# --- undo ---------------------------------------------------------------------------------------------------------


def test_undone_while_it_runs_it_pauses_and_goes_on_from_there(hand: Hand) -> None:
    before = hand.state
    hand.trainer.start()
    hand.until_step(8)
    (entry,) = hand.entries
    hand.experiment.commit(entry.revert(hand.state))
    hand.idle()
    assert hand.trainer.status == "paused"
    assert hand.state.weights is before.weights
    assert hand.state.network is before.network
    newest = hand.trainer.checkpoints[-1]
    hand.experiment.commit(entry.apply(hand.state))
    assert hand.state.weights is newest.mean, "to the last step, not only to the last picture"
    hand.experiment.commit(entry.revert(hand.state))
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert same(hand.state.weights, before.weights), "what is on screen is what is trained"
    hand.idle()
    assert hand.trainer.status == "done"
    assert len(hand.entries) == 2


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.5])
def test_undone_before_there_is_a_checkpoint_it_stays_undone(make_hand: MakeHand, seconds: float) -> None:
    """The newest one is then the moment that the training began with, which is what the undoing leads to."""
    hand = make_hand(plan=Plan(replace(SETTINGS, epochs=1000), begin="screen"))
    before = hand.state
    hand.trainer.start()
    hand.until_step(1)
    hand.until(lambda: hand.clock.now > seconds)
    (entry,) = hand.entries
    hand.experiment.commit(entry.revert(hand.state))
    hand.idle()
    assert hand.trainer.status == "paused"
    assert hand.trainer.departed
    assert same(hand.state.weights, before.weights)
    hand.experiment.commit(entry.apply(hand.state))
    assert same(hand.state.weights, hand.trainer.checkpoints[-1].mean)


def test_undone_the_run_is_left_alone(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(8)
    hand.trainer.pause()
    hand.idle()
    assert not hand.trainer.departed
    before, losses = hand.entries[0].before["weights"], hand.losses
    hand.what.clear()
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    assert hand.trainer.departed
    assert "status" in hand.what
    assert "a new run begins" in hand.told[-1]
    hand.experiment.commit(hand.entries[0].apply(hand.state))
    assert not hand.trainer.departed
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    hand.steps(1)
    one, two = hand.state.runs.runs
    assert not hand.trainer.departed
    assert one.curves.column("loss").tolist() == losses
    assert (one.status, two.curves.last_step) == ("paused", 1)
    assert same(two.checkpoints[0].mean, before), "on from what was on screen, not from random weights"
    hand.trainer.choose_run(1)
    hand.trainer.start()
    hand.idle()
    assert hand.losses[:8] == losses[:8]


def test_what_was_undone_can_be_shown_again(hand: Hand) -> None:
    hand.trainer.start()
    hand.idle()
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    hand.trainer.choose_run(1)
    assert same(hand.state.weights, hand.trainer.checkpoints[-1].mean)
    assert not hand.trainer.departed


def test_an_edited_network_is_trained_on(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(8)
    hand.trainer.pause()
    hand.idle()
    before = hand.state
    hand.experiment.commit(editing.with_layer(hand.state, replace(TINY["conv1"], padding=(1, 1))))
    edited = hand.state.weights
    assert hand.trainer.departed
    hand.experiment.commit(replace(before, runs=hand.state.runs))
    assert not hand.trainer.departed
    hand.experiment.commit(editing.with_layer(hand.state, replace(TINY["conv1"], padding=(1, 1))))
    hand.steps(1)
    assert same(hand.trainer.checkpoints[0].mean, edited)


def test_a_network_that_was_opened_begins_as_the_plan_says(hand: Hand) -> None:
    hand.steps(2)
    network = TINY.with_layer(replace(TINY["conv1"], padding=(1, 1)))
    hand.experiment.commit(opened(hand.state, network, initial(network, 3)))
    assert not hand.trainer.departed
    back = opened(hand.state, TINY, initial(TINY, 3))
    hand.experiment.commit(back)
    assert hand.trainer.departed, "the network of the run, with other weights"


def test_an_edit_by_hand_is_told_of(hand: Hand) -> None:
    hand.steps(2)
    edit(hand, 7.0)
    edit(hand, 8.0)
    hand.idle()
    hand.steps(2)
    assert hand.trainer.run is not None
    assert hand.trainer.run.edited == (2,)
    before = hand.state
    edit(hand, 3.0)
    hand.experiment.commit(replace(before, runs=hand.state.runs))
    hand.steps(1)
    assert hand.trainer.run.edited == (2,), "it was undone before anything was trained with it"
    hand.trainer.start()
    hand.idle()
    hand.experiment.commit(hand.entries[0].revert(hand.state))
    hand.trainer.choose_run(1)
    assert "set by hand, at step 2" in hand.told[-1]


def test_undone_and_done_again_it_goes_on_exactly(make_hand: MakeHand) -> None:
    one, other = make_hand(), make_hand()
    one.trainer.start()
    one.idle()
    other.trainer.start()
    other.until_step(8)
    (entry,) = other.entries
    other.experiment.commit(entry.revert(other.state))
    other.idle()
    other.experiment.commit(entry.apply(other.state))
    other.trainer.start()
    other.idle()
    assert other.losses == one.losses
    assert len(other.entries) == 1


# --- the network changes ------------------------------------------------------------------------------------------


def test_another_network_ends_it_and_keeps_it(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(4)
    changed = editing.with_layer(hand.state, replace(TINY["conv1"], padding=(1, 1)))
    hand.experiment.commit(changed)
    hand.idle()
    assert hand.state.network is changed.network
    assert hand.state.weights is changed.weights
    assert hand.trainer.status == "stopped"
    assert "network was changed at step" in hand.told[-1]
    assert hand.state.runs.runs[0].curves.last_step >= 4
    hand.trainer.start()
    hand.idle()
    assert [run.status for run in hand.state.runs.runs] == ["stopped", "done"]
    hand.trainer.choose_run(1)
    hand.idle()
    assert hand.state.network.layers == TINY.layers
    assert same(hand.state.weights, hand.state.runs.runs[0].checkpoints[-1].mean)


def test_another_experiment_takes_its_place(hand: Hand, make_hand: MakeHand) -> None:
    hand.trainer.start()
    hand.until_step(4)
    other = make_hand().state
    hand.experiment.commit(other)
    hand.idle()
    assert hand.state.weights is other.weights
    assert hand.trainer.status == "idle"
    assert not hand.engine.steered


# --- what cannot be -----------------------------------------------------------------------------------------------


def test_a_network_that_cannot_learn_is_refused(make_hand: MakeHand) -> None:
    for network in (
        NetworkSpec("flat", (1, 8, 8), (ReLU("relu1"),)),
        TINY.__class__("c", (1, 8, 8), (Conv2d("a", 2, (3, 3)),)),
    ):
        hand = make_hand(network=network, weights=initial(network))
        hand.trainer.start()
        hand.idle()
        assert "cannot learn classes" in hand.refused[0]
        assert hand.trainer.status == "idle"


def test_as_many_outputs_as_classes(make_hand: MakeHand) -> None:
    network = TINY.with_layer(replace(TINY["fc1"], out_features=7))
    hand = make_hand(network=network, weights=initial(network))
    before, wanted = hand.state, list[int]()
    hand.trainer.outputs_wanted.connect(lambda _why, count: wanted.append(count))
    hand.trainer.start()
    hand.idle()
    assert wanted == [3]
    assert hand.refused == ["'squares' has 3 classes, but 'tiny' has 7 outputs; give its last layer 3 outputs"]
    assert hand.trainer.status == "idle"
    assert hand.state is before


def test_what_diverges_keeps_its_last_good_weights(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(6)
    settings = replace(SETTINGS, rate=1e6, schedule="constant", optimizer="sgd")
    hand.experiment.change(plan=replace(hand.state.plan, settings=settings))
    hand.idle()
    trainer = hand.trainer
    assert trainer.status == "diverged"
    assert trainer.run is not None
    assert "learning rate" in hand.refused[0]
    assert trainer.run.note == hand.refused[0]
    assert all(np.isfinite(array).all() for array in hand.state.weights.values())
    assert same(hand.state.weights, trainer.checkpoints[-1].mean)
    hand.experiment.change(plan=replace(hand.state.plan, settings=SETTINGS))
    trainer.resume_from(trainer.checkpoints[-1])
    hand.idle()
    assert trainer.status == "done"


@pytest.mark.expects_log
def test_a_fault_can_be_resumed(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core.training.course import Course

    hand.trainer.start()
    hand.until_step(6)

    def breaks(_: object) -> None:
        raise RuntimeError("the card fell out")

    with monkeypatch.context() as broken:
        broken.setattr(Course, "advance", breaks)
        hand.idle()
    assert hand.trainer.status == "failed"
    assert "the card fell out" in hand.refused[0]
    hand.trainer.resume_from(hand.trainer.checkpoints[-1])
    hand.idle()
    assert hand.trainer.status == "done"
    assert hand.trainer.curves.column("step").tolist() == list(range(1, 21))


def test_new_data_begins_a_new_run(hand: Hand) -> None:
    hand.steps(2)
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("strokes", count=100)))
    hand.steps(1)
    assert [run.source.kind for run in hand.state.runs.runs] == ["digits", "strokes"]


def test_a_run_that_ends_does_not_come_into_another_experiment(hand: Hand, make_hand: MakeHand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.stop()
    assert hand.engine.steered, "it has not said yet where it is"
    hand.experiment.commit(make_hand().state)
    hand.idle()
    assert hand.state.runs.runs == ()
    assert hand.trainer.status == "idle"
    hand.steps(1)
    assert [run.number for run in hand.state.runs.runs] == [1]


# --- the list -----------------------------------------------------------------------------------------------------


def test_runs_are_shown_and_deleted(hand: Hand) -> None:
    for _ in range(2):
        hand.trainer.start()
        hand.idle()
    hand.trainer.show_run(1, False)
    hand.trainer.show_run(2, False)
    assert [run.shown for run in hand.state.runs.runs] == [False, False]
    hand.trainer.delete_run(2)
    assert hand.trainer.run is hand.state.runs.chosen
    assert [run.number for run in hand.state.runs.runs] == [1]
    hand.trainer.delete_run(1)
    assert hand.trainer.status == "idle"
    assert hand.trainer.checkpoints == ()


def test_one_that_runs_is_deleted(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.delete_run(1)
    hand.idle()
    assert hand.trainer.status == "idle"
    assert hand.state.runs.runs == ()


def test_deleted_while_it_ends_nothing_begins(hand: Hand) -> None:
    trainer = hand.trainer
    hand.steps(3)
    trainer.branch(trainer.checkpoints[-1])
    hand.until(lambda: trainer.curves.last_step > 4)
    trainer.stop()
    trainer.start()
    trainer.delete_run(2)
    hand.idle()
    assert not hand.engine.steered
    assert [(run.number, run.status, run.curves.last_step) for run in hand.state.runs.runs] == [(1, "paused", 3)]


def test_a_run_that_is_left_running_waits(hand: Hand) -> None:
    hand.trainer.start()
    hand.idle()
    hand.trainer.start()
    hand.until_step(3)
    hand.trainer.choose_run(1)
    hand.idle()
    assert hand.trainer.run is not None
    assert hand.trainer.run.number == 1
    second = hand.state.runs.get(2)
    assert isinstance(second, Run)
    assert second.status == "paused"
    assert same(hand.state.weights, hand.trainer.checkpoints[-1].mean)
    hand.trainer.choose_run(2)
    hand.trainer.start()
    hand.idle()
    assert hand.trainer.status == "done"
    assert [run.curves.last_step for run in hand.state.runs.runs] == [20, 20]


def test_other_weights_for_the_same_network_are_trained_on(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(3)
    other: State = opened(hand.state, hand.state.network, initial(TINY, 99))
    hand.experiment.commit(other)
    hand.idle()
    assert hand.trainer.status == "paused"
    assert hand.state.weights is other.weights
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert same(hand.trainer.checkpoints[-1].mean, other.weights)


@pytest.mark.parametrize("heard", [True, False])
def test_an_edit_of_a_pause_is_there_again_when_its_run_is_chosen_again(hand: Hand, heard: bool) -> None:
    hand.trainer.start()
    hand.idle()
    hand.trainer.start()
    hand.trainer.pause()
    hand.idle()
    hand.steps(3)
    edit(hand, 9.0)
    if heard:
        hand.idle()
    hand.trainer.choose_run(1)
    hand.idle()
    assert hand.state.weights["conv1.bias"][0] != 9.0
    hand.trainer.choose_run(2)
    hand.idle()
    assert hand.state.weights["conv1.bias"][0] == 9.0
    hand.steps(1)
    points = hand.trainer.checkpoints
    assert next(c for c in points if c.step == 3).weights["conv1.bias"][0] == 9.0
    assert points[-1].step == 4


def test_a_run_trained_elsewhere_is_in_the_list_and_what_is_on_screen_stays(hand: Hand) -> None:
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


def test_the_number_of_one_trained_elsewhere_is_not_that_of_a_run_that_is_about_to_begin(hand: Hand) -> None:
    hand.steps(1)
    given = hand.trainer.run
    assert given is not None
    hand.trainer.delete_run(1)
    hand.trainer.start()
    assert hand.state.runs.runs == ()
    assert hand.trainer.adopt(replace(given, number=0)).number == 2
    hand.idle()
    assert sorted(run.number for run in hand.state.runs.runs) == [1, 2]


def test_an_edit_is_recorded_where_it_was_first_learnt_from(
    make_hand: Callable[..., Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps that were made before the job heard of it arrive later than the edit was made."""
    monkeypatch.setattr(gathering, "SAY_S", 1e9)
    hand = make_hand(settings=replace(SETTINGS, epochs=100))
    hand.trainer.start()
    hand.until_step(1)
    made: list[Stepped] = []
    arrived = hand.trainer.arrived

    def hear(progress: Progress) -> None:
        if isinstance(progress.value, Steps):
            made.extend(progress.value.all)
        arrived(progress)

    monkeypatch.setattr(hand.trainer, "arrived", hear)
    for _ in range(30):  # steps that nobody has heard of yet
        hand.engine.step()
    edit(hand, 3.0)
    hand.until(lambda: any(step.edits for step in made))
    first = next(step.step for step in made if step.edits)
    assert hand.trainer.run is not None
    assert first > made[0].step + 2
    assert hand.trainer.run.edited == (first - 1,)
    hand.trainer.stop()
    hand.idle()
