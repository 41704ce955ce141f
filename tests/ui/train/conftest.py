"""A trainer that trains nothing: a small run made by hand, and a note of everything that was asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pytest

from convviz.session.signal import Signal
from convviz.session.training.gradients import WeightGradients
from convviz.session.training.trainer import What
from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.curves import Curves
from convviz.spec.training.news import Best, Judged, Loaded, Loading, Samples
from convviz.spec.training.run import Run, Runs, Status
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weights import Floats, Weights, initial

STEPS, EPOCHS, IMAGES, TESTS, CLASSES = 200, 4, 3200, 40, 10
EVERY = 10  # steps between two checkpoints
SMALL = NetworkSpec(
    "small",
    (1, 28, 28),
    (
        Conv2d("conv1", 4, (5, 5)),
        MaxPool2d("pool1", (3, 3)),
        ReLU("relu1"),
        Flatten("flatten"),
        Linear("fc1", CLASSES),
    ),
)


def made_curves(steps: int = STEPS, epochs: int = EPOCHS, seed: int = 0, layers: tuple[str, ...] = ()) -> Curves:
    """Curves as they usually are: the loss falls, the accuracy grows, both with noise."""
    rng = np.random.default_rng(seed)
    step = np.arange(1, steps + 1)
    epoch = step * (epochs / max(steps, 1))
    loss = 2.3 * np.exp(-step / (steps / 4)) + 0.05 + rng.uniform(0, 0.2, steps)
    accuracy = np.clip(1 - loss / 2.5 + rng.normal(0, 0.03, steps), 0, 1)
    rate = 2e-3 * np.sin(np.pi * step / (steps + 1))
    ends = np.round(np.arange(1, epochs + 1) * steps / max(epochs, 1)).astype(int)
    kept = [loss[end - 1] for end in ends]
    rows = np.stack([step, epoch, loss, accuracy, rate], axis=1).astype(np.float32)
    each = [
        [end, n + 1, value, 1 - value / 2.5, value + 0.02, 0.98 - value / 2.5]
        for n, (end, value) in enumerate(zip(ends, kept, strict=True))
    ]
    table = np.array(each, np.float32).reshape(-1, 6)
    figures = np.stack([step, 1 / step, 1e-3 + 0 * step, 0.25 + 0 * step], axis=1).astype(np.float32)
    return Curves(rows, table, MappingProxyType(dict.fromkeys(layers, figures)))


def made_checkpoint(step: int, weights: Weights, settings: TrainingSettings) -> Checkpoint:
    seen = step * settings.batch
    epoch, of_it = divmod(seen, IMAGES)
    return Checkpoint(step, epoch, of_it, IMAGES, weights, weights, {}, b"", b"", settings)


def made_run(number: int = 1, network: NetworkSpec = SMALL, status: Status = "running", **values: Any) -> Run:
    """200 steps in 4 epochs, a checkpoint every 10 steps with weights of its own."""
    settings = values.pop("settings", TrainingSettings(epochs=EPOCHS, batch=64))
    layers = tuple(row.layer.id for row in describe(network) if row.params)
    points = tuple(
        made_checkpoint(step, initial(network, seed=step), settings) for step in range(EVERY, STEPS + 1, EVERY)
    )
    given = {"curves": made_curves(seed=number, layers=layers), "checkpoints": points}
    return Run(number, network, settings, DataSource(), status, **(given | values))


def made_data(count: int, seed: int) -> Samples:
    rng = np.random.default_rng(seed)
    return Samples(rng.integers(0, 256, (count, 1, 28, 28), np.uint8), np.arange(count, dtype=np.int64) % CLASSES)


def made_judged(step: int = STEPS, seed: int = 0) -> Judged:
    """Every fifth test image is taken for the class after its own."""
    rng = np.random.default_rng(seed)
    labels = np.arange(TESTS) % CLASSES
    wrong = np.arange(TESTS) % 5 == 0
    confidence = rng.uniform(0.5, 1, TESTS).astype(np.float32)
    truth = np.where(wrong, 1 - confidence, confidence).astype(np.float32)
    return Judged(step, np.where(wrong, (labels + 1) % CLASSES, labels), confidence, truth)


def made_best(network: NetworkSpec = SMALL, step: int = STEPS, top: int = 9, seed: int = 0) -> Best:
    rng = np.random.default_rng(seed)
    values, images, places = {}, {}, {}
    for row in describe(network):
        channels, *size = (*row.output_shape, 1, 1)[:3]
        values[row.layer.id] = -np.sort(-rng.random((channels, top)).astype(np.float32), axis=1)
        images[row.layer.id] = rng.integers(0, TESTS, (channels, top))
        places[row.layer.id] = np.stack([rng.integers(0, n, (channels, top)) for n in size], axis=-1)
    return Best(step, values, images, places)


class FakeTrainer:
    """The public face of :class:`convviz.session.training.trainer.Trainer`; ``asked`` holds what was asked of it."""

    def __init__(self, run: Run | None = None) -> None:
        self.changed = Signal[[frozenset[What]]]()
        self.refused = Signal[[str]]()
        self.told = Signal[[str]]()
        self.outputs_wanted = Signal[[str, int]]()
        self.asked: list[tuple[Any, ...]] = []
        self.run: Run | None = run
        self.data: Loaded | None = None
        self.loading: Loading | None = None
        self.judged: Judged | None = None
        self.best: Best | None = None
        self.gradients: dict[str, Floats] = {}
        self.gradients_of: WeightGradients | None = None
        self.speed, self.batch = (12_000.0, 64.0) if run is not None else (0.0, 0.0)
        self.seconds_left: float | None = 8.0
        self.memory_bytes = 2**20
        self.cursor: int | None = None
        self.departed = self.other_data = self.moving = self.measuring = False
        if run is not None:
            names = tuple(str(label) for label in range(CLASSES))
            self.data = Loaded("digits", made_data(80, 1), made_data(TESTS, 2), names, source=run.source)
            self.judged, self.best = made_judged(), made_best(run.network)
            weights = run.checkpoints[-1].weights if run.checkpoints else initial(run.network)
            self.gradients = {name: np.array(array) / 10 for name, array in weights.items()}

    @property
    def status(self) -> Status | Literal["idle"]:
        return "idle" if self.run is None else self.run.status

    @property
    def at_hand(self) -> bool:
        return self.run is not None and not self.departed

    @property
    def onward(self) -> bool:
        return self.run is not None and not (self.run.open or self.departed or self.other_data)

    @property
    def curves(self) -> Curves:
        return Curves() if self.run is None else self.run.curves

    @property
    def steps(self) -> int:
        return 0 if self.run is None else self.run.latest.steps(IMAGES)

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        return () if self.run is None else self.run.checkpoints

    @property
    def runs(self) -> Runs:
        """What the State would hold."""
        return Runs() if self.run is None else Runs((self.run,), self.run.number)

    def measured(self, curves: Curves) -> None:
        """There are other curves, and everybody hears of it."""
        assert self.run is not None
        self.run = replace(self.run, curves=curves)
        self.changed.emit(frozenset({"curves"}))

    def adopt(self, run: Run) -> Run:
        self.asked.append(("adopt", run))
        return replace(run, number=7)

    def scrub(self, checkpoint: Checkpoint | None) -> None:
        self.asked.append(("scrub", checkpoint))
        self.cursor = None if checkpoint is None else checkpoint.step
        self.changed.emit(frozenset({"cursor"}))

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_") or name not in ASKED:
            raise AttributeError(name)
        return lambda *values: self.asked.append((name, *values))


ASKED = (
    *("start", "pause", "step", "epoch", "stop", "reset", "resume_from", "branch"),
    *("choose_run", "show_run", "delete_run", "want", "arrived"),
)


@pytest.fixture
def run() -> Run:
    return made_run()


@pytest.fixture
def trainer(run: Run) -> FakeTrainer:
    """In the middle of a run."""
    return FakeTrainer(run)


@pytest.fixture
def idle() -> FakeTrainer:
    """Nothing was trained yet."""
    return FakeTrainer()


@pytest.fixture
def show_page(show: Callable[..., Any]) -> Callable[..., Any]:
    """A page that follows the epochs, in front, as it is after one."""

    def made(kind: Callable[[Any], Any], trainer: FakeTrainer) -> Any:
        page = show(kind(trainer), 700, 560)
        page.refresh(frozenset({"epoch"}))
        return page

    return made


@pytest.fixture
def make_run() -> Callable[..., Run]:
    return made_run


@pytest.fixture
def make_curves() -> Callable[..., Curves]:
    return made_curves


@pytest.fixture
def make_trainer() -> Callable[..., FakeTrainer]:
    return FakeTrainer
