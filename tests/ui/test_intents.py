"""What a person asks for becomes one edit, or one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convviz.session.experiment import Experiment, Focus, State
from convviz.spec.preparation import Preparation
from convviz.spec.presets import NETWORKS
from convviz.spec.strokes import PAD, Canvas, Drawing, Stroke
from convviz.spec.weights import initial, save
from convviz.ui.intents import Intents
from convviz.ui.undo import History

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    """Experiment, history and intents, as the window has them."""

    def __init__(self, state: State) -> None:
        self.experiment = Experiment(state)
        self.history = History(self.experiment)
        self.intents = Intents(self.experiment, self.history)
        self.refused: list[str] = []
        self.intents.refused.connect(self.refused.append)

    @property
    def texts(self) -> list[str]:
        return [self.history.stack.text(i) for i in range(self.history.stack.count())]


@pytest.fixture
def desk(make_state: Callable[..., State]) -> Desk:
    return Desk(make_state())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("convviz.session.shipped.weights_file", lambda name: tmp_path / f"{name}.safetensors")
    return tmp_path


@pytest.mark.parametrize("erase", [False, True])
def test_a_stroke(desk: Desk, erase: bool) -> None:
    under = desk.experiment.state.drawing
    stroke = Stroke(np.array([[1, 2]]), erase=erase)
    for points in ([], [(3, 4)], [(3, 4), (5, 6)]):
        desk.intents.draw(under.with_stroke(stroke.extended(points) if points else stroke))
    desk.intents.finish_stroke(stroke)
    assert desk.texts == ["erasing" if erase else "stroke"]
    desk.history.undo()
    assert desk.experiment.state.drawing is under


def test_clearing_what_is_empty_is_nothing(desk: Desk) -> None:
    desk.intents.clear()
    assert not desk.experiment.state.drawing
    desk.intents.clear()
    assert desk.texts == ["clear"]


def test_samples_are_digits_on_the_pad_another_one_each_time(desk: Desk) -> None:
    seen = []
    for _ in range(12):
        desk.intents.draw_sample()
        drawing = desk.experiment.state.drawing
        ink = Canvas(56).show(drawing)
        assert ink.max() == 1
        assert 0.005 < ink.mean() < 0.5
        points = np.concatenate([stroke.points for stroke in drawing.strokes])
        assert points.min() > -PAD * 0.1
        assert points.max() < PAD * 1.1
        seen.append(ink.copy())
    assert len({ink.tobytes() for ink in seen}) == 12
    assert len(set(desk.texts)) > 2


def test_another_network_and_back(desk: Desk, folder: Path) -> None:
    for name, make in NETWORKS.items():
        save(folder / f"{name}.safetensors", make(), initial(make(), 8))
    desk.intents.choose_network("lecture")
    before, texts = desk.experiment.state, list(desk.texts)
    desk.intents.choose_network("lecture")
    assert desk.texts == texts, "it is there already"
    desk.intents.choose_network("lenet5")
    assert desk.experiment.state.network == NETWORKS["lenet5"]()
    assert desk.texts == [*texts, "switch to lenet5"]
    desk.history.undo()
    assert desk.experiment.state.network is before.network
    assert desk.experiment.state.weights is before.weights


@pytest.mark.parametrize("name", ["lenet5", "alexnet", ""])
def test_a_network_that_cannot_be_had_changes_nothing(desk: Desk, folder: Path, name: str) -> None:
    before = desk.experiment.state
    desk.intents.choose_network(name)
    assert desk.experiment.state is before
    assert desk.texts == []
    assert len(desk.refused) == 1
    assert "\n" not in desk.refused[0]


def test_selection_and_device_are_no_edits(desk: Desk) -> None:
    desk.intents.select(Focus("fc2", (4,)))
    assert desk.experiment.state.focus == Focus("fc2", (4,))
    desk.intents.select(Focus("conv1", (99, 99, 99)))
    assert desk.experiment.state.focus == Focus("conv1", (31, 23, 23))
    desk.intents.choose_device("cuda:0")
    assert desk.experiment.state.device == "cuda:0"
    assert desk.texts == []


def test_preparation_and_any_other_edit(desk: Desk) -> None:
    preparation, drawing = Preparation(fit=False), Drawing()
    desk.intents.edit_preparation(preparation, "20 px off")
    desk.history.do("picture a.png", drawing=drawing)
    assert desk.experiment.state.preparation is preparation
    assert desk.experiment.state.drawing is drawing
    assert desk.texts == ["20 px off", "picture a.png"]
