"""The history while the time machine shows the past: it tells of the newest moment, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from convviz.session import editing
from convviz.session.experiment import State
from convviz.session.signal import Signal
from convviz.session.training.screen import lasting
from convviz.spec.preparation import Preparation
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing
from convviz.spec.training.run import Run
from convviz.spec.weight_edit import same
from convviz.spec.weights import initial
from convviz.ui.undo import History

from ..session.training.conftest import SETTINGS, Hand, _few_images, loads, made_state

__all__ = ["_few_images", "loads"]  # fixtures
LONG = replace(SETTINGS, epochs=10_000)


class Desk(Hand):
    """As the window connects them, with the history in place of a list of entries."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.trainer.edit_wanted = Signal[[str, State]]()
        self.trainer.choice_wanted = Signal[[Run, State, int]]()
        self.trainer.screen.recorded.disconnect(self.entries.append)
        self.history = History(self.experiment)
        self.history.follow(self.trainer)

    @property
    def texts(self) -> list[str]:
        stack = self.history.stack
        return [stack.text(i) for i in range(stack.count())]

    @property
    def bias(self) -> float:
        return float(self.state.weights["conv1.bias"][0])

    def set_bias_now(self, value: float) -> None:
        self.history.do_state("bias", editing.with_bias_of(self.state, "conv1", 0, value))

    def set_bias(self, value: float) -> None:
        self.set_bias_now(value)
        self.idle()

    def past(self, at: int = 0) -> None:
        """An early moment is on screen."""
        self.trainer.scrub(self.trainer.checkpoints[at])
        self.idle()
        assert self.trainer.cursor is not None


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    """A run that waits at step 7, with moments at 0 and 5."""
    made = Desk(made_state(settings=LONG))
    made.trainer.start()
    made.until_step(7)
    made.trainer.pause()
    made.idle()
    assert qapp
    yield made
    made.history.deleteLater()


Back = Callable[[Desk], object]
BACK: dict[str, Back] = {
    "undo": lambda desk: desk.history.undo(),
    "a click": lambda desk: desk.history.stack.setIndex(1),
}


@pytest.mark.parametrize("back", BACK)
def test_an_edit_that_is_undone_while_the_past_is_on_screen_stays_undone(desk: Desk, back: str) -> None:
    trained, trainer = desk.state.weights, desk.trainer
    desk.set_bias(5.0)
    desk.past()
    BACK[back](desk)
    desk.idle()
    assert trainer.cursor is None
    assert same(desk.state.weights, trained)
    trainer.lead_back()
    assert same(desk.state.weights, trained)
    assert not trainer.departed
    desk.past()
    desk.history.redo()
    assert trainer.cursor is None
    assert desk.bias == 5.0
    desk.history.undo()
    desk.steps(1)
    assert trainer.run is not None
    assert trainer.run.number == 1, "it goes on"
    assert abs(desk.bias) < 1.0, "it learns from what is on screen"


def test_an_edit_of_the_past_is_in_the_newest_moment_too(desk: Desk) -> None:
    trained, trainer = desk.state.weights, desk.trainer
    desk.past()
    early = desk.bias
    desk.set_bias(5.0)
    assert trainer.cursor == 0, "it stays on screen"
    assert desk.texts[1:] == ["bias"]
    trainer.lead_back()
    assert desk.bias == 5.0, "it has been done, says the history"
    assert not trainer.departed
    step = trainer.curves.last_step
    desk.history.undo()
    assert same(desk.state.weights, trained), "not with the value that the past has"
    assert desk.bias != early
    desk.history.redo()
    assert desk.bias == 5.0
    assert same(desk.state.weights, editing.with_bias_of(replace(desk.state, weights=trained), "conv1", 0, 5.0).weights)
    desk.steps(1)
    assert trainer.run is not None
    assert (trainer.run.number, trainer.run.edited) == (1, (step,)), "the run goes on from there"


def test_a_drag_in_the_past_is_one_entry_of_the_newest_moment(desk: Desk) -> None:
    trained = desk.state.weights
    desk.past()
    for value in (1.0, 2.0, 3.0):
        desk.history.preview_state("bias", editing.with_bias_of(desk.history.start, "conv1", 0, value))
        desk.idle()
    desk.history.finish()
    desk.trainer.lead_back()
    assert desk.bias == 3.0
    desk.history.undo()
    assert same(desk.state.weights, trained)


def test_start_branches_off_from_an_edited_past(desk: Desk) -> None:
    trainer = desk.trainer
    trained = desk.state.weights
    desk.past(1)
    desk.set_bias(5.0)
    trainer.start()
    desk.until(lambda: trainer.status == "running")
    assert trainer.run is not None
    assert trainer.run.parent == (1, trainer.checkpoints[-1].step)
    assert trainer.checkpoints[-1].mean["conv1.bias"][0] == 5.0
    trainer.pause()
    desk.idle()
    desk.history.undo()
    assert desk.bias == 5.0
    assert desk.history.stack.undoText() == "bias"
    desk.history.undo()
    assert same(desk.state.weights, trained)


def test_an_edit_while_a_branch_begins_is_below_it(desk: Desk) -> None:
    trained, trainer = desk.state.weights, desk.trainer
    desk.past()
    trainer.start()
    desk.until(lambda: trainer.status == "loading")
    desk.set_bias_now(5.0)
    desk.until(lambda: trainer.status == "running")
    trainer.pause()
    desk.idle()
    desk.history.undo()
    assert desk.bias == 5.0
    desk.history.undo()
    assert same(desk.state.weights, trained)


def test_what_is_drawn_or_set_in_the_past_stays_there(desk: Desk) -> None:
    desk.past()
    early = desk.state.weights
    desk.history.do("stroke", drawing=Drawing())
    desk.history.do("crop off", preparation=Preparation(crop=False))
    desk.history.undo()
    desk.history.undo()
    desk.history.redo()
    assert desk.trainer.cursor == 0
    assert desk.state.weights is early


OTHERS: dict[str, Back] = {
    "reset": lambda desk: desk.trainer.reset(3),
    "opened": lambda desk: desk.history.do_state(
        "weights", opened(desk.state, desk.state.network, initial(desk.state.network, 9))
    ),
    "network": lambda desk: desk.history.do_state(
        "padding",
        editing.with_layer(desk.state, replace(desk.state.network["conv1"], padding=(1, 1))),  # type: ignore
    ),
    "network dragged": lambda desk: desk.history.preview_state(
        "padding",
        editing.with_layer(desk.state, replace(desk.state.network["conv1"], padding=(1, 1))),  # type: ignore
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_undone_other_weights_give_way_to_the_newest(desk: Desk, other: str) -> None:
    desk.set_bias(5.0)
    newest = desk.state.weights
    desk.past()
    OTHERS[other](desk)
    desk.idle()
    assert desk.trainer.cursor is None
    desk.history.undo()
    desk.idle()
    assert same(desk.state.weights, newest), "not to the past that was looked at"


def test_a_run_that_is_deleted_in_the_past_leaves_its_newest_weights(desk: Desk) -> None:
    newest = desk.state.weights
    desk.past()
    desk.trainer.delete_run(1)
    assert same(desk.state.weights, newest)


def test_an_edit_of_the_past_is_there_again_when_another_run_was_chosen(desk: Desk) -> None:
    trainer = desk.trainer
    trainer.branch(trainer.checkpoints[0])
    trainer.pause()
    desk.idle()
    desk.past()
    desk.set_bias(5.0)
    trainer.choose_run(1)
    desk.idle()
    assert desk.bias != 5.0
    desk.history.undo()
    desk.idle()
    trainer.lead_back()
    assert desk.bias == 5.0, "the edit is done, says the history"


def test_an_edit_while_the_run_comes_to_rest_is_not_lost(qapp: QApplication) -> None:
    assert qapp
    desk = Desk(made_state(settings=LONG))
    desk.trainer.start()
    desk.until_step(7)
    desk.trainer.scrub(desk.trainer.checkpoints[0])
    assert desk.trainer.status == "running"
    desk.set_bias(5.0)
    assert desk.trainer.status == "paused"
    assert desk.trainer.cursor == 0
    desk.trainer.lead_back()
    assert desk.bias == pytest.approx(5.0, abs=0.1)
    desk.history.deleteLater()


def test_an_edit_that_comes_too_late_for_the_last_moment_is_not_lost(qapp: QApplication) -> None:
    assert qapp
    desk = Desk(made_state(settings=LONG))
    desk.trainer.start()
    desk.until_step(7)
    desk.trainer.scrub(desk.trainer.checkpoints[0])
    while desk.engine.step():  # it has come to rest, which nobody has heard of
        pass
    desk.set_bias(5.0)
    assert desk.trainer.checkpoints[-1].mean["conv1.bias"][0] != 5.0
    desk.trainer.lead_back()
    assert desk.bias == 5.0
    desk.history.deleteLater()


def test_what_is_done_in_the_midst_says_which_step_is_on_screen(qapp: QApplication) -> None:
    assert qapp
    desk = Desk(made_state(settings=LONG))
    desk.trainer.start()
    desk.until_step(7)
    shown = desk.trainer.screen.at[1]
    assert 0 < shown <= desk.trainer.curves.last_step
    if shown == desk.trainer.curves.last_step:  # some steps are not shown
        desk.until(lambda: desk.trainer.screen.at[1] < desk.trainer.curves.last_step)
        shown = desk.trainer.screen.at[1]
    desk.set_bias_now(5.0)
    plan = desk.state.plan
    desk.history.do("rate", plan=replace(plan, settings=replace(plan.settings, rate=1e-3)))
    assert desk.texts[-2:] == [f"bias at step {shown}", f"rate at step {shown}"]
    desk.trainer.pause()
    desk.idle()
    assert desk.trainer.screen.at[1] == desk.trainer.curves.last_step
    desk.history.deleteLater()


TITLED: dict[str, Back] = {name: OTHERS[name] for name in ("reset", "opened", "network")}


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize("other", TITLED)
def test_a_training_stays_as_long_as_it_was(desk: Desk, other: str, looks: bool) -> None:
    desk.trainer.start()
    desk.until_step(desk.trainer.curves.last_step + 2)
    desk.trainer.stop()
    desk.until(lambda: desk.trainer.status == "stopped")
    (text,) = desk.texts
    assert text.startswith(f"training, {lasting(*desk.trainer.checkpoints[-1].at)}")
    if looks:
        desk.past()
    TITLED[other](desk)
    desk.idle()
    assert desk.texts[0] == text


def test_pausing_leaves_what_can_be_done_again(desk: Desk) -> None:
    desk.trainer.start()
    desk.until(lambda: desk.trainer.status == "running")
    desk.set_bias_now(5.0)
    desk.history.do("stroke", drawing=Drawing())
    desk.history.undo()
    desk.until_step(desk.trainer.curves.last_step + 5)
    desk.trainer.pause()
    desk.idle()
    assert desk.history.stack.canRedo()
    desk.history.redo()
    assert desk.history.stack.undoText().startswith("stroke at step ")
