"""A training in the history: one entry, and what the hand did meanwhile beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast
from weakref import ref

import numpy as np
import pytest

from convviz.session import editing
from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, State
from convviz.session.signal import Signal
from convviz.session.training.screen import Screen
from convviz.session.training.trainer import Trainer
from convviz.spec.preparation import Preparation
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing
from convviz.spec.training.run import Run
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights
from convviz.ui import undo_command
from convviz.ui.undo import History

pytestmark = pytest.mark.usefixtures("qapp")


class Training:
    """Weights that move by themselves, as a Trainer moves them."""

    def __init__(self, state: State) -> None:
        self.experiment = Experiment(state)
        self.history = History(self.experiment)
        self.screen = Screen(self.experiment)
        self.screen.recorded.connect(self.history.record)
        self.screen.retitled.connect(self.history.retitle)
        self.screen.moved.connect(self.history.rebase)

    @property
    def state(self) -> State:
        return self.experiment.state

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(i) for i in range(self.history.stack.count())]

    def start(self) -> None:
        self.screen.mark(self.state, 0.0, 0)

    def step(self) -> Weights:
        """Every weight grows by one; returns those before."""
        before = self.state.weights
        self.screen.show(Weights({name: array + 1 for name, array in before.items()}), self.screen.at)
        return before

    def bias(self, channel: int = 0) -> float:
        return float(self.state.weights["conv1.bias"][channel])


@pytest.fixture
def training(make_state: Callable[..., State]) -> Training:
    return Training(make_state())


def test_it_is_one_entry(training: Training) -> None:
    before = training.state
    training.start()
    for _ in range(5):
        training.step()
    training.screen.title(2.0, 80)
    after = training.state
    assert training.texts == ["training, 2 epochs"]
    training.history.undo()
    assert training.state.weights is before.weights
    assert training.state.origin is before.origin
    assert training.state.kept is before.kept
    training.history.redo()
    assert training.state.weights is after.weights
    assert training.state.origin is after.origin


def test_the_menu_says_what_it_is_called_by_now(training: Training) -> None:
    said: list[str] = []
    training.history.stack.undoTextChanged.connect(said.append)
    training.start()
    training.screen.title(3.0, 120)
    assert said[-1] == training.history.stack.undoText() == "training, 3 epochs"


def test_a_kernel_edited_meanwhile_is_undone_cell_by_cell(training: Training) -> None:
    old = training.bias()
    training.start()
    training.step()
    training.history.do_state("bias", editing.with_bias_of(training.state, "conv1", 0, 50.0))
    training.step()
    trained = training.step()
    assert training.bias() == 52.0
    training.history.undo()
    assert training.bias() == pytest.approx(old + 1)
    assert training.bias(1) == pytest.approx(float(trained["conv1.bias"][1]) + 1), "of all others nothing is lost"
    training.history.redo()
    assert training.bias() == 50.0
    training.history.undo()
    training.history.undo()
    assert training.bias() == old
    assert not training.history.stack.canUndo()


def test_a_drag_while_it_trains_holds_only_what_the_hand_touched(training: Training) -> None:
    training.start()
    old = training.bias()
    kernel = training.state.weights["conv1.weight"][0]
    for value in (1.0, 2.0, 3.0):
        after = editing.with_bias_of(training.history.start, "conv1", 0, value)
        training.history.preview_state("bias of conv1[0]", after)
        training.step()
    after = editing.with_bias_of(training.history.start, "conv1", 0, 7.0)
    training.history.preview_state("bias of conv1[0]", after)
    training.history.finish()
    assert training.texts == ["training", "bias of conv1[0]"]
    assert np.allclose(training.state.weights["conv1.weight"][0], kernel + 3), "the training was not taken back"
    training.history.undo()
    assert training.bias() == old, "as it was when the drag began"
    assert np.allclose(training.state.weights["conv1.weight"][0], kernel + 3)
    training.history.redo()
    assert training.bias() == 7.0


def test_a_stroke_while_it_trains_has_nothing_to_do_with_weights(training: Training) -> None:
    training.start()
    training.history.preview("stroke", drawing=Drawing())
    training.step()
    training.history.finish()
    weights = training.state.weights
    training.history.undo()
    assert training.state.weights is weights
    assert training.state.drawing
    training.step()
    training.history.redo()
    assert not training.state.drawing
    assert not same(training.state.weights, weights)


def test_a_training_that_begins_in_the_midst_of_a_stroke_does_not_cut_it(training: Training) -> None:
    first = training.state
    training.history.preview("stroke", drawing=Drawing())
    training.start()
    training.step()
    training.history.preview("stroke", drawing=Drawing(base=np.ones((2, 2), np.float32)))
    training.history.finish()
    assert training.texts == ["training", "stroke"]
    training.history.undo()
    assert training.state.drawing is first.drawing
    assert training.state.weights is not first.weights
    training.history.undo()
    assert training.state.weights is first.weights


def test_what_trains_after_a_save_is_not_in_the_file(training: Training) -> None:
    training.start()
    training.step()
    training.history.stack.setClean()
    training.step()
    assert not training.history.stack.isClean()


def test_a_drag_of_a_setting_follows_too(training: Training) -> None:
    training.start()
    plan = training.state.plan
    for seed in (1, 2):
        settings = replace(plan.settings, seed=seed)
        training.history.preview("seed", plan=replace(plan, settings=settings))
        training.step()
    training.history.finish()
    weights = training.state.weights
    training.history.undo()
    assert training.state.plan is plan
    assert training.state.weights is weights


class Follows:
    """As much of a Trainer as a history follows."""

    def __init__(self, training: Training) -> None:
        self.screen, self.edit_wanted = training.screen, Signal[[str, State]]()
        self.choice_wanted = Signal[[Run, State, int]]()
        self.status, self.cursor = "running", None

    def lead_back(self) -> None:
        """No past is on screen."""


@pytest.fixture
def followed(make_state: Callable[..., State]) -> tuple[Training, Follows]:
    """A history that knows the trainer, which has not taken a step yet."""
    training = Training.__new__(Training)
    training.experiment = Experiment(make_state())
    training.history, training.screen = History(training.experiment), Screen(training.experiment)
    trainer = Follows(training)
    training.history.follow(cast(Trainer, trainer))
    return training, trainer


def test_what_is_done_in_the_midst_of_it_says_when(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    trainer.status = "idle"
    training.history.do("stroke", drawing=Drawing())
    trainer.status = "running"
    training.screen.mark(training.state, 1.0, 5)
    training.screen.at = (1.2, 7)
    training.step()
    plan = training.state.plan
    training.history.do("learning rate 5", plan=replace(plan, settings=replace(plan.settings, rate=5.0)))
    training.step()
    trainer.status = "paused"
    training.screen.title(8.5, 80)
    assert training.texts == ["stroke", "training, 7.5 epochs", "learning rate 5 at step 7"]
    training.history.do("preparation", preparation=Preparation(crop=False))
    training.screen.mark(training.state, 8.5, 80)  # it goes on, which is later than what was done in the pause
    training.step()
    training.screen.title(8.75, 100)
    assert training.texts[-2:] == ["preparation", "training, 20 steps"]
    told: list[str] = []
    training.history.told.connect(told.append)
    training.history.undo()
    assert told == ["undone: training, 20 steps"]


def set_bias(training: Training, value: float) -> None:
    training.history.do_state("bias", editing.with_bias_of(training.state, "conv1", 0, value))


def test_once_it_rests_each_entry_leads_to_its_own_moment(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    moments = [training.state]
    training.start()
    for step, value in ((10, 50.0), (25, 80.0)):
        training.step()
        training.screen.at = (step / 10, step)
        moments.append(training.state)
        set_bias(training, value)
        moments.append(training.state)
    training.step()
    assert training.texts == ["training", "bias at step 10", "bias at step 25"]
    trainer.status = "paused"
    training.screen.title(4.0, 40)
    moments.append(training.state)
    stack = training.history.stack
    texts = ["training, 1 epoch", "bias at step 10", "bias at step 25", "training, 1.5 epochs"]
    assert training.texts == texts
    del moments[3]  # trained between the two edits, which the second one is undone with
    for at in (4, 0, 3, 1, 2, 4, 2, 0, 1, 4):
        stack.setIndex(at)
        assert same(training.state.weights, moments[at].weights), f"after {at} entries"
        assert training.state.origin is moments[at].origin
        assert training.texts == texts
    assert training.bias() == 81.0


def test_an_edit_of_the_last_step_has_nothing_after_it(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    set_bias(training, 50.0)
    trainer.status = "paused"
    training.screen.title(0.4, 4)
    assert training.texts == ["training, 4 steps", "bias at step 4"]
    training.screen.title(0.4, 4)
    assert training.texts == ["training, 4 steps", "bias at step 4"]
    training.screen.mark(training.state, 0.4, 4)
    training.step()
    training.screen.title(0.6, 6)
    assert training.texts[-1] == "training, 2 steps"
    training.history.undo()
    assert training.bias() == 50.0


def test_an_edit_that_was_undone_meanwhile_splits_nothing(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    set_bias(training, 50.0)
    training.step()
    training.history.undo()
    trainer.status = "paused"
    training.screen.title(0.6, 6)
    assert training.texts == ["training, 6 steps", "bias at step 4"]
    assert training.history.stack.canRedo()


def test_what_is_done_again_meanwhile_is_of_that_moment(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    set_bias(training, 50.0)
    training.history.undo()
    training.step()
    training.screen.at = (0.9, 9)
    before = training.state
    training.history.redo()
    training.step()
    trainer.status = "paused"
    training.screen.title(1.2, 12)
    assert training.texts == ["training, 9 steps", "bias at step 9", "training, 3 steps"]
    training.history.stack.setIndex(1)
    assert np.array_equal(training.state.weights["conv1.weight"], before.weights["conv1.weight"])


def test_other_weights_in_the_midst_lie_above_all_that_was_trained(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    set_bias(training, 50.0)
    training.step()
    training.screen.at = (0.7, 7)
    trained = training.state
    zero = Weights({name: np.zeros_like(array) for name, array in trained.weights.items()})
    training.history.do_state("zeros", opened(trained, trained.network, zero))
    trainer.status = "paused"
    training.screen.title(0.7, 7)
    assert training.texts == ["training, 4 steps", "bias at step 4", "training, 3 steps", "zeros at step 7"]
    training.history.undo()
    assert same(training.state.weights, trained.weights)
    training.history.undo()
    assert training.bias() == 50.0


def test_where_it_rests_nothing_comes_to_the_front(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    set_bias(training, 50.0)
    stepped: list[object] = []
    training.history.stepped.connect(stepped.append)
    training.step()
    trainer.status = "paused"
    training.screen.title(1.0, 10)
    assert training.texts[-1] == "training, 1 epoch"
    assert not stepped


def test_where_it_rests_what_was_undone_can_be_done_again(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    moments = [training.state]
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    moments.append(training.state)
    set_bias(training, 50.0)
    moments.append(training.state)
    crop = Preparation(crop=False)
    training.history.do("crop off", preparation=crop)
    training.step()
    training.history.undo()
    trainer.status = "paused"
    training.screen.title(0.9, 9)
    stack = training.history.stack
    assert stack.canRedo()
    assert training.texts == ["training, 9 steps", "bias at step 4", "crop off at step 4"]
    training.history.redo()
    assert training.state.preparation is crop
    moments.append(training.state)
    training.history.do("stroke", drawing=Drawing())
    texts = ["training, 4 steps", "bias at step 4", "crop off at step 4", "training, 5 steps", "stroke"]
    assert training.texts == texts, "the next entry lies above all that was trained"
    for at, moment in ((4, 3), (3, 2), (2, 2), (1, 1), (0, 0), (4, 3)):
        stack.setIndex(at)
        assert same(training.state.weights, moments[moment].weights), f"after {at} entries"


def test_a_training_that_goes_on_takes_the_place_of_what_was_undone(followed: tuple[Training, Follows]) -> None:
    training, trainer = followed
    training.start()
    training.step()
    training.screen.at = (0.4, 4)
    set_bias(training, 50.0)
    training.history.do("crop off", preparation=Preparation(crop=False))
    training.history.undo()
    trainer.status = "paused"
    training.screen.title(0.9, 9)
    trainer.status = "running"
    training.screen.mark(training.state, 0.9, 9)
    training.step()
    trainer.status = "paused"
    training.screen.title(1.2, 12)
    assert training.texts == ["training, 4 steps", "bias at step 4", "training, 8 steps"]


def test_only_the_newest_edits_in_the_midst_hold_whole_weights(
    followed: tuple[Training, Follows], monkeypatch: pytest.MonkeyPatch
) -> None:
    training, trainer = followed
    size = sum(array.nbytes for array in training.state.weights.values())
    monkeypatch.setattr(undo_command, "MOST_BYTES", 3 * size)
    training.start()
    start, after, wholes = training.state, [], []
    for step in range(1, 9):
        training.step()
        training.screen.at = (step / 10, step)
        set_bias(training, 50.0 * step)
        wholes.append(ref(training.state.weights["conv1.weight"]))
        after.append(training.state.weights)
    trainer.status = "paused"
    training.screen.title(0.8, 8)
    stack = training.history.stack
    for at in (8, 7, 6):
        stack.setIndex(at)
        assert same(training.state.weights, after[at - 2]), "those have moments of their own"
    stack.setIndex(9)
    last = training.state.weights
    del after
    assert sum(whole() is not None for whole in wholes) <= 5
    stack.setIndex(0)
    assert same(training.state.weights, start.weights)
    stack.setIndex(9)
    assert same(training.state.weights, last), "the others are undone and done again cell by cell"


def test_a_run_that_comes_or_goes_is_not_in_the_file(make_state: Callable[..., State]) -> None:
    state = make_state()
    experiment = Experiment(state)
    history, trainer = History(experiment), Trainer(experiment, Engine())
    history.follow(trainer)
    history.replace(state)
    assert history.stack.isClean()
    run = trainer.adopt(Run(0, state.network, TrainingSettings(), DataSource(), "done"))
    assert not history.stack.isClean()
    history.stack.setClean()
    trainer.delete_run(run.number)
    assert not history.stack.isClean()
    history.replace(experiment.state)
    assert history.stack.isClean()
