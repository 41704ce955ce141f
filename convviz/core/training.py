"""Training as a generator: one mini-batch an advance, so that whoever drives it can do other things in between."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..spec.errors import InputError
from ..spec.geometry import describe
from ..spec.network import BatchNorm2d, NetworkSpec, times
from ..spec.training import TrainingSettings
from ..spec.weights import Weights, initial
from .augment import augmented
from .data import Digits
from .network import build, snapshot
from .steering import Steered, Steering

_TEST_BATCH = 100
SLICE = 16  # images whose gradient takes some 5 ms on one core; several slices cost up to half as much again


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where a training is after one advance.

    ``loss`` is that of the last mini-batch, NaN before the first. At the end of an epoch ``accuracy`` holds, for each
    named set, the share of its images classified rightly, and ``weights`` what the training would return now; also
    when a Steering asked for it. ``edits`` says how many edits by hand they hold.
    """

    phase: Literal["train", "test"]
    step: int
    steps: int
    epoch: int
    loss: float
    accuracy: Mapping[str, float] | None = None
    weights: Weights | None = None
    edits: int = 0


class DivergedError(InputError):
    """The loss is no longer a number; ``weights`` are the last that were still good, and hold ``edits`` edits."""

    def __init__(self, step: int, weights: Weights, edits: int = 0, edited: bool = False) -> None:
        advice = "undo the last edit, or lower the learning rate" if edited else "lower the learning rate"
        super().__init__(f"training diverged at step {step}: the loss is no longer a number; {advice}")
        self.weights, self.edits = weights, edits


def train(
    spec: NetworkSpec,
    digits: Digits,
    settings: TrainingSettings,
    tests: Mapping[str, Digits] | None = None,
    start: Weights | None = None,
    device: str | torch.device = "cpu",
    slice_images: int | None = SLICE,
    steering: Steering | None = None,
) -> Generator[Progress | None, None, Weights]:
    """Trains a network and returns its weights; the same seed gives the same weights on the same machine.

    On a CPU a step is computed ``slice_images`` at a time, and None is yielded between their forward and backward
    passes, so that whoever advances it is never kept waiting for a whole step; ``slice_images=None`` is faster, and but
    for rounding gives the same.
    Nothing outside changes while it runs; closing it ends it. ``start`` continues from weights instead of random ones.
    Edits by hand arrive through ``steering``; the weights returned hold every one that was asked for.

    Raises:
        DivergedError: the loss became infinite or NaN.
        InputError: no images, labels that the network has no output for, or an edit of another network.
    """
    steering = steering or Steering()
    _check(spec, digits, settings)
    network = build(spec, start or initial(spec, settings.seed), device).train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a third faster on a CPU
    course = _Course(spec, network, digits, settings, device, slice_images, steering)
    good, edits = course.kept(), steering.edits
    for epoch in range(settings.epochs):
        for batch in course.batches():
            loss = yield from course.advance(batch)
            if not math.isfinite(loss):
                raise DivergedError(course.step, good, edits, steering.edits > edits)
            weights = course.kept() if steering.take_wish() else None
            yield Progress("train", course.step, course.steps, epoch, loss, weights=weights, edits=steering.edits)
        good, edits = course.kept(), steering.edits
        accuracy = yield from _judged(build(spec, good, device), tests or {}, device)
        yield Progress("test", course.step, course.steps, epoch, loss, accuracy, good, edits)
    return course.kept()


def _judged(
    network: nn.Module, tests: Mapping[str, Digits], device: str | torch.device
) -> Generator[None, None, dict[str, float]]:
    """The accuracy on each set, yielding after every batch."""
    shares: dict[str, float] = {}
    for name, test in tests.items():
        for shares[name] in judgements(network, test, device):
            yield
    return shares


def _check(spec: NetworkSpec, digits: Digits, settings: TrainingSettings) -> None:
    """Raises InputError where training could not begin, or would break in its midst."""
    if not len(digits):
        raise InputError("there are no images to train on")
    rows, shape = describe(spec), tuple(digits.images.shape[1:])
    if spec.input_shape != shape:
        raise InputError(f"{spec.name!r} takes inputs of {times(spec.input_shape)}; these images are {times(shape)}")
    if not rows or len(rows[-1].output_shape) != 1 or not sum(row.params for row in rows):
        raise InputError(f"{spec.name!r} cannot learn classes: it needs weights, and a flat last layer")
    classes = rows[-1].output_shape[0]
    if int(digits.labels.max()) >= classes:
        raise InputError(f"{spec.name!r} has {classes} outputs, too few for the label {int(digits.labels.max())}")
    alone = settings.batch == 1 or len(digits) % settings.batch == 1
    if alone and any(isinstance(row.layer, BatchNorm2d) and row.input_shape[1:] == (1, 1) for row in rows):
        raise InputError("a batch norm of single values cannot learn from a batch of one image; change the batch size")


def judgements(network: nn.Module, digits: Digits, device: str | torch.device = "cpu") -> Generator[float, None, None]:
    """Yields, batch by batch, the share of the images so far that the network classifies rightly."""
    right = 0
    for first in range(0, len(digits), _TEST_BATCH):
        images = as_input(digits.images[first : first + _TEST_BATCH], device)
        labels = digits.labels[first : first + _TEST_BATCH].to(device)
        with torch.inference_mode():
            right += int((network(images).argmax(dim=1) == labels).sum())
        yield right / min(first + _TEST_BATCH, len(digits))


def accuracy(network: nn.Module, digits: Digits, device: str | torch.device = "cpu") -> float:
    """The share of the images that the network classifies rightly."""
    return deque(judgements(network, digits, device), maxlen=1)[0]


def as_input(images: Tensor, device: str | torch.device = "cpu") -> Tensor:
    """Stored bytes (N, 1, H, W) as the network takes them: float32, 0…1, no further normalisation."""
    return images.to(device=device, dtype=torch.float32) / 255.0


class _Course:
    """The moving parts of one training."""

    def __init__(
        self,
        spec: NetworkSpec,
        network: nn.Sequential,
        digits: Digits,
        settings: TrainingSettings,
        device: str | torch.device,
        slice_images: int | None,
        steering: Steering,
    ) -> None:
        self.step, self.steps = 0, settings.steps(len(digits))
        self._network, self._digits, self._settings, self._device = network, digits, settings, device
        self._optimizer = _optimizer(network, settings)
        self._generator = torch.Generator().manual_seed(settings.seed)
        self._mean = build(spec, snapshot(network), device) if settings.average else network
        self._steered = Steered(steering, network, self._mean, self._optimizer)
        whole = torch.device(device).type != "cpu" or any(isinstance(layer, BatchNorm2d) for layer in spec)
        self._slice = settings.batch if whole or slice_images is None else slice_images

    def batches(self) -> Generator[Tensor, None, None]:
        """The indices of each mini-batch of one epoch: every image once, in random order."""
        order = torch.randperm(len(self._digits), generator=self._generator)
        yield from torch.split(order, self._settings.batch)

    def advance(self, batch: Tensor) -> Generator[None, None, float]:
        """One step, a slice of the batch at a time; returns the loss of the batch before it."""
        settings = self._settings
        self._steered.between_steps()
        for group in self._optimizer.param_groups:
            group["lr"] = settings.rate * rate_factor(settings, self.step, self.steps)
        self._optimizer.zero_grad(set_to_none=True)
        images = as_input(self._digits.images[batch], self._device)
        images = augmented(images, self._generator, settings.augmentation)
        labels = self._digits.labels[batch].to(self._device)
        total = 0.0
        for first in range(0, len(batch), self._slice):
            yield
            part = slice(first, first + self._slice)
            scores = self._network(images[part])
            loss = functional.cross_entropy(scores, labels[part], label_smoothing=settings.smoothing, reduction="sum")
            loss = loss / len(batch)
            yield
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        yield
        self._steered.before_step()
        self._optimizer.step()
        self.step += 1
        self._follow()
        self._steered.between_steps()
        return total

    def kept(self) -> Weights:
        """The weights the training would return now: the running mean if there is one, with all edits so far."""
        self._steered.between_steps()
        return snapshot(self._mean)

    def _follow(self) -> None:
        """Moves the running mean towards the weights; early on it forgets faster, as it has little to remember."""
        if self._mean is self._network:
            return
        decay = min(self._settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for to, value in zip(self._mean.parameters(), self._network.parameters(), strict=True):
                to.lerp_(value, 1 - decay)
            for kept, now in zip(self._mean.buffers(), self._network.buffers(), strict=True):
                kept.copy_(now)


def rate_factor(settings: TrainingSettings, step: int, steps: int) -> float:
    """The learning rate at ``step`` of ``steps``, as a share of the highest.

    >>> halved = TrainingSettings(schedule="cosine")
    >>> [round(rate_factor(halved, step, 100), 3) for step in (0, 50, 100)]
    [1.0, 0.5, 0.0]
    """
    part = step / max(steps, 1)
    if settings.schedule == "constant":
        return 1.0
    if settings.schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * part))
    warm = 0.15  # one cycle: up from a tenth, then down to nothing
    if part < warm:
        return 0.1 + 0.9 * part / warm
    return 0.5 * (1 + math.cos(math.pi * (part - warm) / (1 - warm)))


def _optimizer(network: nn.Module, settings: TrainingSettings) -> torch.optim.Optimizer:
    parameters = network.parameters()
    rate, decay, beta = settings.rate, settings.weight_decay, settings.momentum
    if settings.optimizer == "sgd":
        nesterov = beta > 0
        return torch.optim.SGD(parameters, rate, momentum=beta, weight_decay=decay, nesterov=nesterov)
    kind = torch.optim.Adam if settings.optimizer == "adam" else torch.optim.AdamW
    return kind(parameters, rate, betas=(beta, 0.999), weight_decay=decay)
