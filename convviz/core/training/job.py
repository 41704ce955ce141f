"""A whole training, from its data to its last weights."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import nn

from ...spec.errors import InputError
from ...spec.geometry import describe
from ...spec.network import NetworkSpec
from ...spec.training import TrainingSettings
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.news import Best, Epoch, Judged, News, Note, Paused, Stepped
from ...spec.weights import Weights, initial
from ..best import best
from ..device import choose
from ..distributed import Share
from ..judging import judged
from ..network import assemble
from ..steering import Steering
from .checkpoints import fresh
from .course import Course, Made, TooMuchMemory
from .faults import check
from .footing import Footing
from .losses import loss_sum
from .room import TOO_MANY, most_images

if TYPE_CHECKING:
    from ..data import Images, Split

_T = TypeVar("_T")
_KEEP_EVERY = 100  # steps between two moments that can be gone back to when it diverges
_READ_EVERY = 10  # steps after which a GPU is waited for


def train(
    spec: NetworkSpec,
    data: Split,
    settings: TrainingSettings,
    start: Weights | Checkpoint | None = None,
    device: str | torch.device = "cpu",
    steering: Steering | None = None,
    share: Share | None = None,
) -> Generator[News | None, None, Weights]:
    """Trains a network and returns its weights; the same seed gives the same weights on the same machine.

    Yields what there is to say, and None wherever whoever advances it may do other things for a while. ``start``
    continues from weights instead of random ones, or from a checkpoint: on a CPU exactly as if it had never stopped,
    whatever was asked of it meanwhile. Nothing outside changes while it runs, not even torch's random state; closing it
    ends it. ``steering`` is heard between any two steps, and the weights returned hold every edit by hand. ``share``
    says which part of each mini-batch this process computes, where there are several.

    A GPU is not waited for after each step: its steps arrive ten at a time. Its images stay on it as bytes where they
    fit, and the layers compute in bfloat16 where it can. That part is untested where there is no GPU. Steps are not
    captured as CUDA graphs: that would pay for small networks in small batches, where launching a kernel takes longer
    than the kernel; but a captured step has a fixed batch, rate and path, all of which may change between two steps
    here, and what nobody has run is not shipped.

    Raises:
        DivergedError: the loss, a weight or what the optimizer remembers became infinite or NaN. Nothing that is
            yielded has such values.
        InputError: images, labels, settings or weights that do not fit the network, weights that are no numbers, an
            edit of another network, or too little memory even for half as large a batch.
    """
    check(spec, data, settings)
    used, why = choose(str(device))
    if why:
        yield Note(why)
    training = _Training(spec, data, steering or Steering(), share or Share())
    training.begin(start or initial(spec, settings.seed), settings, used)
    return (yield from training.run())


def accuracy(network: nn.Module, images: Images, device: str | torch.device = "cpu") -> float:
    """The share of the images that the network classifies rightly."""
    job = judged(network, images, device)
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return float(stop.value[2])


class _Training:
    """What is said of a :class:`Course`, and what is asked of it."""

    def __init__(self, spec: NetworkSpec, data: Split, steering: Steering, share: Share) -> None:
        self._spec, self._data, self._steering, self._share = spec, data, steering, share
        self._course: Course
        self._unread: list[Made] = []
        self._footing: Footing
        self._most = most_images(spec)  # a step; fewer since memory was short
        self._halved = False

    def begin(self, start: Weights | Checkpoint, settings: TrainingSettings, device: str) -> None:
        """Makes what is needed to go on from there."""
        if not isinstance(start, Checkpoint):
            start = fresh(start, settings, len(self._data.train))
        self._make(start, settings, device)
        outputs = describe(self._spec)[-1].output_shape[0]
        self._footing = Footing(replace(start, settings=settings), outputs)
        self._footing.begin(self._course)

    def _make(self, start: Checkpoint, settings: TrainingSettings, device: str) -> None:
        self._course = Course(self._spec, self._data.train, start, settings, device, self._steering, self._share)

    def run(self) -> Generator[News | None, None, Weights]:
        """To the end of the last epoch, or until the steering ends it."""
        steering = self._steering
        while not steering.ending:
            yield from self._heard()
            course = self._course
            if course.done:
                break
            if steering.paused_by_hand if course.epoch_done else steering.paused:
                yield from self._read()
                yield Paused(self._footing.checkpoint(course))
            elif course.epoch_done:
                yield from self._read()
                if (yield from self._epoch()):
                    break
            else:
                yield from self._step()
        yield from self._read()
        return self._footing.weights(self._course)

    # --- what is asked ----------------------------------------------------------------------------------------

    def _heard(self) -> Generator[News | None, None, None]:
        """Follows new settings and another device, both by going on from where it is."""
        steering = self._steering
        settings, steering.settings = steering.settings, None
        if settings is not None:
            yield from self._read()
            if min(settings.batch, self._course.images) > self._most:
                settings = replace(settings, batch=int(self._most))
                yield from () if self._halved else (Note(TOO_MANY.format(settings.batch)),)
            old = self._course.settings
            if settings.optimizer != old.optimizer or (settings.average > 0) != (old.average > 0):
                self._make(self._footing.checkpoint(self._course), settings, str(self._course.device))
            self._course.settings = settings
        asked, steering.device = steering.device, None
        if asked is not None and asked != str(self._course.device):
            yield from self._read()
            yield from self._moved(asked)

    def _moved(self, asked: str) -> Generator[News | None, None, None]:
        """To another device; where that cannot be used it stays."""
        used, why = choose(asked)
        stays = f"the training stays on {str(self._course.device).upper()}"
        if why:
            yield Note(f"{why.split('; ')[0]}; {stays}")
        elif used != str(self._course.device):
            try:
                self._make(self._footing.checkpoint(self._course), self._course.settings, used)
            except RuntimeError as error:
                if isinstance(error, InputError):
                    raise
                yield Note(f"{asked} cannot train this network ({str(error).splitlines()[0][:200]}); {stays}")

    # --- a step -----------------------------------------------------------------------------------------------

    def _step(self) -> Generator[News | None, None, None]:
        course, steering = self._course, self._steering
        short = False
        try:
            made = yield from course.advance()
        except TooMuchMemory:
            short = True
        if short:  # what the failed step has held is free by now
            yield self._with_half()
            return
        self._unread.append(made)
        steering.stepped()
        at_once = course.at_hand or steering.reporting or made.layers is not None
        if at_once or len(self._unread) >= _READ_EVERY:
            yield from self._read()

    def _read(self) -> Generator[News | None, None, None]:
        """Says what the steps since the last time have given; the newest carries what was wished for."""
        unread, self._unread = self._unread, []
        if not unread:
            return
        figures = torch.stack([made.figures for made in unread]).tolist()
        for made, (total, right) in zip(unread, figures, strict=True):
            loss = total / made.images
            self._footing.check(self._course, made.step, loss)
            self._course.tally = self._course.tally[0] + total, self._course.tally[1] + right
            said = Stepped(
                made.step, made.steps, made.epoch, loss, right / made.images, made.rate, made.images, layers=made.layers
            )
            yield self._with_wishes(said) if made is unread[-1] else said

    def _with_wishes(self, said: Stepped) -> Stepped:
        weights, checkpoint = self._steering.take_wishes()
        moment = self._footing.checkpoint(self._course) if checkpoint or said.step % _KEEP_EVERY == 0 else None
        shown = (moment.mean if moment else self._footing.weights(self._course)) if weights else None
        gradients = self._course.gradients() if weights and "gradients" in self._steering.wanted else None
        return replace(
            said,
            weights=shown,
            gradients=gradients,
            checkpoint=moment if checkpoint else None,
            edits=self._steering.edits,
        )

    def _with_half(self) -> Note:
        batch = self._course.settings.batch
        if batch == 1 or self._halved:
            if self._course.device.type == "cuda":
                torch.cuda.empty_cache()
            raise InputError(
                f"there is not enough memory for {batch} {'image' if batch == 1 else 'images'} a step either; "
                "choose a smaller batch, or a smaller network"
            )
        self._course.halve()
        self._most, self._halved = self._course.settings.batch, True
        return Note(f"There was too little memory for {batch} images a step; it goes on with {self._most}.")

    # --- an epoch ---------------------------------------------------------------------------------------------

    def _epoch(self) -> Generator[News | None, None, bool]:
        """Measures what was learnt; True where that is enough."""
        course, steering = self._course, self._steering
        total, right = course.tally
        seen = course.seen
        course.end_epoch()
        moment = self._footing.checkpoint(course)
        measured = yield from self._measured(moment)
        if measured is None:
            return True
        judgement, loss, share, strongest = measured
        yield Epoch(
            moment.epoch,
            moment.step,
            total / seen,
            right / seen,
            loss,
            share,
            moment.mean,
            moment,
            judgement,
            strongest,
            moment.edits,
        )
        steering.epoch_ended()
        return 0 < course.settings.target <= share

    def _measured(
        self, moment: Checkpoint
    ) -> Generator[None, None, tuple[Judged | None, float, float, Best | None] | None]:
        """The test images' judgement; nothing where the training is to end before."""
        test, device = self._data.test, self._course.device
        if not len(test):
            return None, math.nan, math.nan, None
        network = assemble(self._spec, moment.mean, device)[0]
        part = self._share.part(len(test))
        mine = replace(test, images=test.images[part], labels=test.labels[part])
        loss = partial(loss_sum, settings=replace(self._course.settings, smoothing=0.0))
        found = yield from self._unless_ended(judged(network, mine, device, moment.step, loss))
        if found is None:
            return None
        found = self._share.judged(found)
        strongest = None
        if "epoch" in self._steering.wanted:
            strongest = yield from self._unless_ended(best(network, self._spec, test, device, moment.step))
        return None if self._steering.ending else (*found, strongest)

    def _unless_ended(self, job: Generator[None, None, _T]) -> Generator[None, None, _T | None]:
        while not self._steering.ending:
            try:
                next(job)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            yield
        job.close()
        return None
