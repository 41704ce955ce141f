"""What is done to the plan of a training is an edit like any other, or a sentence why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convviz.session.experiment import Experiment, State
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.project import load, save
from convviz.spec.strokes import Canvas, Drawing
from convviz.spec.training.sample import Sample
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.ui.intents import Intents
from convviz.ui.train.intents import TrainIntents
from convviz.ui.undo import History


class Desk:
    def __init__(self, state: State) -> None:
        self.experiment = Experiment(state)
        self.history = History(self.experiment)
        self.intents = TrainIntents(self.experiment, self.history)
        self.refused: list[str] = []
        self.intents.refused.connect(self.refused.append)

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(n) for n in range(self.history.stack.count())]

    @property
    def settings(self) -> TrainingSettings:
        return self.experiment.state.plan.settings


@pytest.fixture
def desk(qapp: object, make_state: Callable[..., State]) -> Desk:
    return Desk(make_state())


def test_a_drag_is_one_entry_and_acts_while_it_lasts(desk: Desk) -> None:
    for value in (0.0021, 0.0025, 0.003):
        desk.intents.preview_setting("rate", value)
        assert desk.settings.rate == value
    desk.intents.finish()
    assert desk.texts == ["learning rate 0.003"]
    desk.history.undo()
    assert desk.settings == TrainingSettings()


def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    desk.intents.preview_setting("momentum", 2.0)
    desk.intents.choose_folder(Path("no such folder"))
    assert len(desk.refused) == 2
    assert desk.settings == TrainingSettings()
    assert desk.texts == []


def test_choices_and_defaults(desk: Desk) -> None:
    desk.intents.choose_setting("optimizer", "sgd")
    desk.intents.choose_setting("optimizer", "sgd")
    desk.intents.choose_begin("screen")
    desk.intents.reset_settings()
    desk.intents.reset_settings()
    assert desk.texts == ["optimizer SGD", "begin with those on screen", "settings as they were at first"]
    assert desk.experiment.state.plan.begin == "screen"


def test_a_source_is_previewed_and_chosen(desk: Desk) -> None:
    for count in (1000, 2000):
        desk.intents.preview_source(DataSource("strokes", count=count), f"{count} new digits")
    desk.intents.finish()
    desk.intents.choose_source(DataSource("mnist"), "MNIST")
    assert desk.texts == ["data: 2000 new digits", "data: MNIST"]


def test_layers_are_frozen_whole(desk: Desk) -> None:
    desk.intents.toggle_layer("conv1")
    assert desk.experiment.state.channels.frozen == {("conv1", n) for n in range(32)}
    desk.experiment.change(channels=desk.experiment.state.channels.toggled("frozen", "conv1", 5))
    desk.intents.toggle_layer("conv1")
    assert len(desk.experiment.state.channels.frozen) == 32, "of a part all"
    desk.intents.toggle_layer("conv1")
    assert desk.experiment.state.channels.frozen == frozenset()
    assert desk.texts == ["freeze conv1", "freeze conv1", "unfreeze conv1"]


def test_drawings_are_kept(desk: Desk) -> None:
    first = desk.experiment.state.drawing
    told: list[str] = []
    desk.intents.told.connect(told.append)
    desk.intents.keep(3)
    assert told == ["kept as 3; My handwriting has 1 drawing"]
    desk.intents.keep(3)
    assert len(desk.refused) == 1, "twice the same would weigh twice"
    desk.experiment.change(drawing=Drawing())
    desk.intents.keep(3)
    assert "draw first" in desk.refused[1]
    kept = desk.experiment.state.plan.kept
    assert [(one.drawing is first, one.label) for one in kept] == [(True, 3)]
    desk.intents.remove_last()
    desk.intents.remove_last()
    assert desk.experiment.state.plan.kept == ()
    desk.history.undo()
    desk.intents.clear_kept()
    assert desk.texts[-1] == "clear my handwriting"


@pytest.mark.parametrize("channels", [1, 3])
def test_the_network_receives_exactly_the_pixels_of_a_test_image(desk: Desk, channels: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (channels, 28, 28), np.uint8)
    told: list[str] = []
    desk.intents.told.connect(told.append)
    desk.intents.open_sample(Sample(image, 4, 4711))
    state = desk.experiment.state
    received = prepare(Canvas().ink(state.drawing), state.preparation, 28).result
    expected = (image.astype(np.float32) / np.float32(255)).mean(axis=0)
    assert np.abs(received - expected).max() <= 1e-6
    assert desk.texts == ["test image 4,711 (4)"]
    assert state.probe.target is None
    assert desk.intents.explain_sample() == "test image 4,711, of class 4"
    assert desk.experiment.state.probe.target == 4
    assert told[0].startswith("test image 4,711 is of class 4")
    assert ("in grey" in told[0]) == (channels == 3)


def test_the_preparation_is_back_with_the_next_drawing(desk: Desk) -> None:
    chosen = Preparation(smooth=False)
    desk.experiment.change(preparation=chosen)
    window = Intents(desk.experiment, desk.history)
    train = TrainIntents(desk.experiment, desk.history)

    def prepared() -> Preparation:
        train.explain_sample()
        return desk.experiment.state.preparation

    image = np.full((1, 28, 28), 9, np.uint8)
    for anew in (window.clear, window.draw_sample):
        for index in (1, 2):  # also after the second one in a row
            train.open_sample(Sample(image + index, 4, index))
            assert prepared() == Preparation(crop=False, fit=False, centre=False)
        anew()
        assert prepared() is chosen
        assert desk.experiment.state.probe.target is None, "the class of the image is not that of what follows"
    desk.history.undo()
    assert not prepared().crop, "one edit, and so is its undoing"
    assert desk.experiment.state.probe.target == 4
    desk.history.redo()
    assert prepared() is chosen
    train.open_sample(Sample(image, 4, 3))
    mine = Preparation(crop=False, fit=False, centre=True)
    window.edit_preparation(mine, "centre on")
    window.clear()
    assert prepared() is mine, "what somebody has chosen stays"


def test_the_preparation_is_back_also_after_the_file_was_opened_again(desk: Desk, tmp_path: Path) -> None:
    window, train = Intents(desk.experiment, desk.history), TrainIntents(desk.experiment, desk.history)
    before = desk.experiment.state.preparation
    train.open_sample(Sample(np.full((1, 28, 28), 9, np.uint8), 4, 7))
    save(tmp_path / "one.convviz", desk.experiment.state)
    desk.history.replace(load(tmp_path / "one.convviz"))
    assert train.explain_sample() == "test image 7, of class 4"
    assert desk.experiment.state.probe.target == 4
    assert not desk.experiment.state.preparation.crop
    window.draw_sample()
    assert desk.experiment.state.preparation == before
