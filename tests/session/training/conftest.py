"""A trainer with an engine that is advanced by hand, on a few images of its own, with the real core."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest

from convviz.session.edits import Edit
from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, State
from convviz.session.outbox import Failure, Frame, Progress
from convviz.session.steering import tell_jobs
from convviz.session.training.entry import RunChoice
from convviz.session.training.trainer import Trainer
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.preparation import Preparation
from convviz.spec.state import differs
from convviz.spec.strokes import Drawing
from convviz.spec.training.news import Loading
from convviz.spec.training.plan import Plan
from convviz.spec.training.run import Run
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.weights import initial

TINY = NetworkSpec(
    "tiny",
    (1, 8, 8),
    (
        Conv2d("conv1", 4, (3, 3)),
        BatchNorm2d("norm1"),
        ReLU("relu1"),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 3),
    ),
)
SETTINGS = TrainingSettings(epochs=4, batch=16, rate=2e-2, average=0.8, augmentation=0.0)
IMAGES = 80  # five steps an epoch


class Clock:
    """Seconds that pass when a test says so, and a little at every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


class Hand:
    """Experiment, engine and trainer as the desk connects them, without window, thread or clock."""

    def __init__(self, state: State) -> None:
        self.experiment, self.engine, self.clock = Experiment(state), Engine(), Clock()
        self.trainer = Trainer(self.experiment, self.engine, self.clock)
        self.what: set[str] = set()
        self.told: list[str] = []
        self.refused: list[str] = []
        self.entries: list[Any] = []
        self.choices: list[RunChoice] = []
        self.trainer.changed.connect(self.what.update)
        self.trainer.told.connect(self.told.append)
        self.trainer.refused.connect(self.refused.append)
        self.trainer.edit_wanted.connect(lambda _text, after: self.experiment.commit(after))
        self.trainer.choice_wanted.connect(self._choose)
        self.trainer.screen.recorded.connect(self.entries.append)
        self.experiment.changed.connect(self._changed)
        self.shown = 0

    def _choose(self, run: Run, after: State, before: int) -> None:
        self.choices.append(RunChoice(Edit.between(run.name, self.state, after), before, run.number))
        self.redo_choice()

    def redo_choice(self) -> None:
        """The last choice of a run is done, or done again."""
        self.experiment.commit(self.choices[-1].apply(self.state))
        self.trainer.stand(self.choices[-1].number)

    def undo_choice(self) -> None:
        self.experiment.commit(self.choices[-1].revert(self.state))
        self.trainer.stand(self.choices[-1].number)

    def _changed(self, old: State, new: State) -> None:
        if not self.trainer.moving:
            tell_jobs(self.engine, old, new)
        elif differs(old, new, "weights"):
            self.shown += 1

    @property
    def state(self) -> State:
        return self.experiment.state

    @property
    def losses(self) -> list[float]:
        return [float(loss) for loss in self.trainer.curves.column("loss")]

    def hear(self) -> None:
        """A turn of the bridge."""
        frame, messages = self.engine.outbox.take()
        for message in messages:
            assert not isinstance(message, Failure), message
            if isinstance(message, Progress):
                self.trainer.arrived(message)
        if isinstance(frame, Frame):
            self.trainer.seen(frame)

    def turn(self) -> bool:
        did = self.engine.step()
        self.hear()
        return did

    def until(self, true: Callable[[], object], most: int = 20_000) -> None:
        for _ in range(most):
            if true():
                return
            self.turn()
        raise AssertionError("it never came to that")

    def until_step(self, step: int) -> None:
        self.until(lambda: self.trainer.curves.last_step >= step)

    def idle(self) -> None:
        """Until there is nothing to do."""
        while self.turn():
            pass

    def steps(self, count: int) -> None:
        """So many single steps."""
        for _ in range(count):
            self.trainer.step()
            self.idle()


def images(count: int, seed: int) -> Any:
    """Bright squares in one of three places, with noise: a few steps are enough to learn them."""
    import torch

    from convviz.core.data import Images

    rng = np.random.default_rng(seed)
    pictures, labels = rng.integers(0, 60, (count, 1, 8, 8), np.uint8), np.arange(count) % 3
    for picture, label in zip(pictures, labels, strict=True):
        picture[0, 2 * label : 2 * label + 3, 1:5] += 150
    return Images(torch.from_numpy(pictures), torch.from_numpy(labels))


@pytest.fixture
def loads() -> list[object]:
    """What was loaded."""
    return []


@pytest.fixture(autouse=True)
def _few_images(monkeypatch: pytest.MonkeyPatch, loads: list[object]) -> None:
    from convviz.core import data

    def load(source: object, *_: object) -> Generator[Loading, None, data.Split]:
        loads.append(source)
        yield Loading("making images", 1, 2)
        return data.Split("squares", images(IMAGES, 1), images(12, 2), ("top", "middle", "bottom"))

    monkeypatch.setattr(data, "load", load)


def made_state(**values: Any) -> State:
    plan = values.pop("plan", None) or Plan(values.pop("settings", SETTINGS))
    given = {"network": TINY, "weights": initial(TINY, 7), "plan": plan}
    return State(**({"drawing": Drawing(), "preparation": Preparation()} | given | values))


@pytest.fixture
def make_hand() -> Callable[..., Hand]:
    return lambda **values: Hand(made_state(**values))


@pytest.fixture
def hand(make_hand: Callable[..., Hand]) -> Hand:
    return make_hand()
