"""What is done to the plan of a training is an edit like any other, or a sentence why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from convviz.core.data import Images, finish
from convviz.core.judging import as_input, judged
from convviz.core.network import build
from convviz.session.experiment import Experiment, State
from convviz.session.outbox import Frame
from convviz.spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.preparation import Preparation
from convviz.spec.project import load, save
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.training.sample import Sample
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weights import initial
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
    assert kept[0].preparation is desk.experiment.state.preparation
    desk.intents.remove_last()
    desk.intents.remove_last()
    assert desk.experiment.state.plan.kept == ()
    desk.history.undo()
    desk.intents.clear_kept()
    assert desk.texts[-1] == "clear my handwriting"


def reading(shape: tuple[int, int, int]) -> NetworkSpec:
    """A network of ten classes with inputs of this shape."""
    layers = (Conv2d("conv1", 4, (3, 3)), ReLU("relu1"), MaxPool2d("pool1", (2, 2)), Flatten("flatten"))
    return NetworkSpec("small", shape, (*layers, Linear("fc1", 10)), tuple("0123456789"))


SHAPES = [(1, 28, 28), (3, 32, 32), (1, 20, 20), (3, 49, 49), (3, 224, 224)]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_network_answers_as_it_did_for_the_test_image(
    desk: Desk, tmp_path: Path, frame_of: Callable[[State], Frame], shape: tuple[int, int, int]
) -> None:
    """What it receives are the pixels to the last bit, also from a file; its answer is that of the error browser."""
    spec = reading(shape)
    weights = initial(spec, 3)
    desk.experiment.commit(opened(desk.experiment.state, spec, weights))
    images = np.random.default_rng(0).integers(0, 256, (3, *shape), np.uint8)
    labelled = Images(torch.from_numpy(images), torch.tensor([4, 5, 6]))
    there = finish(judged(build(spec, weights), labelled))[0]
    for index, label in enumerate((4, 5, 6)):
        desk.intents.open_sample(Sample(images[index], label, index))
        save(tmp_path / "one.convviz", desk.experiment.state)
        for state in (desk.experiment.state, load(tmp_path / "one.convviz")):
            frame = frame_of(state)
            assert np.array_equal(frame.maps["input"], as_input(labelled.images[index]).numpy())
            assert frame.probabilities[there.predicted[index]] == pytest.approx(there.confidence[index], rel=1e-5)
            assert frame.probabilities[label] == pytest.approx(there.truth[index], rel=1e-5)


def test_a_stroke_over_a_test_image_changes_only_what_it_covers(desk: Desk, frame_of: Callable[[State], Frame]) -> None:
    spec = reading((3, 32, 32))
    desk.experiment.commit(opened(desk.experiment.state, spec, initial(spec)))
    image = np.random.default_rng(0).integers(0, 200, (3, 32, 32), np.uint8)
    desk.intents.open_sample(Sample(image, 4, 7))
    window, bare = Intents(desk.experiment, desk.history), frame_of(desk.experiment.state).maps["input"]
    for erase in (False, True):
        stroke = Stroke(np.array([[20.0, 20.0], [60.0, 20.0]]), 20.0, erase)
        window.draw(desk.experiment.state.drawing.with_stroke(stroke))
        window.finish_stroke(stroke)
        drawn = frame_of(desk.experiment.state).maps["input"]
        assert np.array_equal(drawn[:, 4:], bare[:, 4:])
        assert (drawn[:, 2, 4] == (0.0 if erase else 1.0)).all(), "black or white over all colours"
    assert desk.intents.explain_sample().startswith("test image 7"), "it is still that image"
    desk.history.undo()
    desk.history.undo()
    assert np.array_equal(frame_of(desk.experiment.state).maps["input"], bare)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_test_image_says_what_it_is_and_is_explained(
    desk: Desk, frame_of: Callable[[State], Frame], channels: int
) -> None:
    """Also one in colour, of another run's data, before a network that takes no colours."""
    image = np.random.default_rng(0).integers(0, 256, (channels, 28, 28), np.uint8)
    told: list[str] = []
    desk.intents.told.connect(told.append)
    desk.intents.open_sample(Sample(image, 4, 4711))
    state = desk.experiment.state
    pixels = image.astype(np.float32) / np.float32(255)
    expected = pixels[0] if channels == 1 else np.tensordot((0.299, 0.587, 0.114), pixels, 1)
    assert np.abs(frame_of(state).maps["input"][0] - expected).max() <= 1e-6
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
