"""A training as a job of the compute thread: loads its data, begins, and says how it ended. Never raises."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.demands import check_learns, check_outputs
from ...spec.training.news import Loaded, Loading, News, Note, Paused, Samples
from ...spec.training.settings import TrainingSettings
from ...spec.training.source import DATA_SEED, DataSource, Labelled, of_classes
from ...spec.weights import Weights
from .gathering import Steps, gathered
from .reins import Reins

if TYPE_CHECKING:
    from ...core.data import Images, Split

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is to be trained, on what, from where on."""

    network: NetworkSpec
    source: DataSource
    kept: tuple[Labelled, ...]
    settings: TrainingSettings
    start: Weights | Checkpoint
    device: str


@dataclass(frozen=True, slots=True, eq=False)
class Began:
    """Everything is there and fits; no step has been made since ``checkpoint``."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, eq=False)
class Rested(Paused):
    """It waits; ``turns`` says how often it had been told to play or to pause by then, see :class:`.Reins`."""

    turns: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """How a training ended; ``checkpoint`` is the last good one where it diverged.

    ``outputs`` is how many the network must have, where it could not begin for that.
    """

    status: Literal["done", "diverged", "failed"]
    text: str = ""
    checkpoint: Checkpoint | None = None
    outputs: int = 0


class Data:
    """The images that were loaded last: who trains on them again need not wait. Lives on the compute thread."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._split: Split | None = None
        self._loaded: Loaded | None = None
        self._device = ""  # that the cost of moving images was measured for

    def load(self, request: Request, device: str) -> Generator[Loading, None, tuple[Split, Loaded]]:
        """The images for a request, and what to say of them; ``device`` is where they will be needed.

        Raises:
            InputError: they cannot be had, or the network has not as many outputs as they have classes.
        """
        from time import perf_counter

        from ...core.data import load

        kept: tuple[Labelled, ...] = ()
        names: tuple[str, ...] = ()
        if request.source.kind == "handwriting":
            kept, names = of_classes(request.kept, request.network.classes)
        drawn = ((one.drawing, one.label, one.preparation) for one in kept)
        key = (request.source, request.network.input_shape, names, *drawn)
        if self._split is None or self._loaded is None or self._key != key:
            since = perf_counter()
            split = yield from self._in_place(load(request.source, DATA_SEED, request.network.input_shape, kept))
            split = replace(split, classes=names) if names else split
            self._loaded = _loaded(split, perf_counter() - since, request.source)
            self._split, self._key, self._device = split, key, ""
        if self._device != device:
            self._device = device
            self._loaded = replace(self._loaded, move_ms=_move_ms(self._split, request.settings.batch, device))
        _check_classes(request.network, self._split)
        return self._split, self._loaded

    def _in_place(self, loading: Generator[Loading, None, Split]) -> Generator[Loading, None, Split]:
        """Gives up the present images before others are in memory, but not while these may still be not wanted."""
        try:
            while True:
                news = next(loading)
                if not news.remote:
                    self._split = self._loaded = None
                yield news
        except StopIteration as stop:
            split: Split = stop.value
            return split
        finally:
            loading.close()


def training(request: Request, reins: Reins, data: Data) -> Generator[News | Steps | Began | None, None, Ended]:
    """Trains; at its beginning stands :class:`Began`, and what it returns is the end of it."""
    try:
        yield None
        from ...core.device import choose

        device, reason = choose(request.device)
        if reason:
            yield Note(reason)
        split, loaded = yield from data.load(request, device)
        yield loaded
        yield from _trained(request, split, device, reins)
    except InputError as error:
        checkpoint, outputs = getattr(error, "checkpoint", None), getattr(error, "classes", 0)
        return Ended("failed" if checkpoint is None else "diverged", str(error), checkpoint, outputs)
    except MemoryError:
        return Ended("failed", "there is not enough memory for this training; choose a smaller batch or less data")
    except Exception as error:
        log.exception("while training")
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        return Ended("failed", f"the training could not go on ({reason}); it can be resumed from its last checkpoint")
    return Ended("done")


def _trained(
    request: Request, split: Split, device: str, reins: Reins
) -> Generator[News | Steps | Began | None, None, None]:
    from ...core.steering import Steering
    from ...core.training import train

    steering = Steering()
    steering.pause()  # first of all it says where it begins
    reins.attach(steering)
    begun = False
    course = train(request.network, split, request.settings, request.start, device, steering)
    for news in gathered(course):
        if not begun and isinstance(news, Paused):
            begun = True
            reins.let_go()
            yield Began(news.checkpoint)
        elif isinstance(news, Paused):
            yield Rested(news.checkpoint, reins.turns)
        else:
            yield news


def _loaded(split: Split, seconds: float, source: DataSource) -> Loaded:
    train = _samples(split.train)
    test = train if split.test is split.train else _samples(split.test)
    return Loaded(split.name, train, test, split.classes, split.notes, seconds, source=source)


def _move_ms(split: Split, batch: int, device: str) -> float:
    """What it takes to bring one mini-batch to the device; the first time is not counted, as it wakes the device."""
    from time import perf_counter

    if device == "cpu":
        return 0.0
    for _ in range(2):
        since = perf_counter()
        split.train.images[:batch].to(device)
        took_ms = (perf_counter() - since) * 1e3
    return took_ms


def _samples(images: Images) -> Samples:
    """They share memory with what is trained on, which nobody writes to."""
    return Samples(images.images.numpy(), images.labels.numpy())


def _check_classes(network: NetworkSpec, split: Split) -> None:
    check_learns(network)
    labels = split.train.labels
    classes = len(split.classes) or (int(labels.max()) + 1 if len(labels) else 0)
    check_outputs(network, split.name, classes, named=bool(split.classes))
