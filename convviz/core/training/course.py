"""The moving parts of one training: the network, its running mean, the optimizer, and where in the epoch it is."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ...spec.cost import cost
from ...spec.errors import InputError
from ...spec.geometry import describe
from ...spec.network import NetworkSpec
from ...spec.training import TrainingSettings
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.news import LayerFigures
from ...spec.weights import Floats, Weights, check
from ..distributed import Share
from ..network import assemble, snapshot
from ..steering import Steered, Steering
from . import batches
from .checkpoints import moments, remember, sound
from .faults import has_lone_values, out_of_memory
from .figures import layer_figures
from .mini_batch import MiniBatch
from .noise import Noise
from .schedule import Optimizer, rate_factor
from .stages import Piece

if TYPE_CHECKING:
    from ..data import Images

LOOK_EVERY = {"layers": 10, "layers at times": 100}  # steps between two looks at the layers, by what is wanted


@dataclass(slots=True, eq=False)
class Made:
    """A step that was made. ``figures``: loss and number right, summed over its images, on the device until read."""

    step: int
    steps: int
    epoch: float
    images: int
    rate: float
    figures: Tensor
    layers: Mapping[str, LayerFigures] | None


class TooMuchMemory(Exception):  # noqa: N818 - it is not yet an error
    """A step found too little memory; nothing has changed."""


class Course:
    """A training on one device, from a checkpoint on. Everything that decides how it goes on is in its checkpoints."""

    def __init__(
        self,
        spec: NetworkSpec,
        images: Images,
        start: Checkpoint,
        settings: TrainingSettings,
        device: str,
        steering: Steering,
        share: Share,
    ) -> None:
        check(spec, start.weights)
        self.settings, self.device = settings, torch.device(device)
        self.step, self.epoch = start.step, start.epoch
        self.tally = start.tally
        self.images = len(images)  # to learn from
        self._share, self._steering = share, steering
        self._noise = Noise(start.random, self.device, share)
        self.network = self._made(spec, start.weights).train()
        self.optimizer = Optimizer(self.network.parameters())
        if start.settings.optimizer == settings.optimizer:  # another one begins without memory
            remember(self.network, self.optimizer, start.moments, settings.optimizer)
        self.mean = self._made(spec, start.mean).eval() if settings.average else self.network
        # as lists: to gather them anew from the modules takes a fiftieth of a step
        self._parameters: list[Tensor] = list(self.network.parameters())
        self._mean_parameters: list[Tensor] = list(self.mean.parameters())
        self._buffers, self._mean_buffers = list(self.network.buffers()), list(self.mean.buffers())
        products = cost(spec).products
        self._mini_batch = MiniBatch(self.network, images, self._noise, share, steering, self.device, products)
        self._steered = Steered(steering, self.network, self.mean, self.optimizer)
        self._gradients: list[Tensor] = []
        self._lone = has_lone_values(describe(spec))
        self.seen, self._order, self._order_state = 0, torch.empty(0), b""
        self._take_up(start)

    def _made(self, spec: NetworkSpec, weights: Weights) -> nn.Sequential:
        network = assemble(spec, weights, self.device)[0]
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a third faster on a CPU
        return network

    def _take_up(self, start: Checkpoint) -> None:
        """Goes on in the midst of an epoch, with its order; of other images the epoch begins anew."""
        if not start.seen or start.images != self.images:
            self.tally = (0.0, 0.0)
            return
        now = self._noise.state
        self._noise.state = start.order
        self._draw_order()
        self._noise.state, self.seen = now, start.seen

    # --- where it is ------------------------------------------------------------------------------------------

    @property
    def at_hand(self) -> bool:
        """Whether a number can be read without waiting for all that was asked of the device."""
        return self.device.type == "cpu"

    @property
    def steps(self) -> int:
        """Of the whole training, as the settings are now; an epoch that was begun is ended."""
        batch, left = self.settings.batch, self.settings.epochs - self.epoch
        begun = batches.count(self.images - self.seen, batch, self._lone) if self.seen else 0
        whole = max(left - (self.seen > 0), 0)
        return self.step + begun + whole * batches.count(self.images, batch, self._lone)

    @property
    def done(self) -> bool:
        """Whether there is no epoch left to begin."""
        return self.seen == 0 and self.epoch >= self.settings.epochs

    @property
    def epoch_done(self) -> bool:
        return self.images - self.seen <= (self._lone and self.seen > 0)

    def end_epoch(self) -> None:
        """The next step is of the next epoch."""
        self.epoch, self.seen, self.tally = self.epoch + 1, 0, (0.0, 0.0)

    def checkpoint(self) -> Checkpoint:
        """Where it is now, with all edits so far."""
        self._steered.between_steps()
        weights = snapshot(self.network)
        return Checkpoint(
            self.step,
            self.epoch,
            self.seen,
            self.images,
            weights,
            weights if self.mean is self.network else snapshot(self.mean),
            moments(self.network, self.optimizer),
            self._order_state if self.seen else b"",
            self._noise.state,
            self.settings,
            self._steering.edits,
            self.tally,
        )

    def kept(self) -> Weights:
        """What the training would return now: the running mean if there is one, with all edits so far."""
        self._steered.between_steps()
        return snapshot(self.mean)

    @property
    def edits(self) -> int:
        """By hand, that its weights hold."""
        return self._steering.edits

    def fault(self) -> str:
        """Why nobody could go on from where it is; "" where all is well."""
        if not sound([*self.network.state_dict().values(), *self.mean.state_dict().values()]):
            return "not all weights are numbers"
        # counters may be elsewhere than the weights, and only count
        arrays = [tensor for kept in self.optimizer.state.values() for tensor in kept.values() if tensor.ndim]
        return "" if sound(arrays) else "what the optimizer remembers is no longer a number"

    def gradients(self) -> dict[str, Floats]:
        """Of the last mini-batch, by parameter, copied."""
        names = [name for name, _ in self.network.named_parameters()]
        found = zip(names, self._gradients, strict=False)
        return {name: gradient.float().cpu().numpy().copy() for name, gradient in found}

    # --- a step -----------------------------------------------------------------------------------------------

    def advance(self) -> Generator[None, None, Made]:
        """One step.

        Raises:
            TooMuchMemory: there was too little of it; the step may be tried again with fewer images.
        """
        self._steered.between_steps()
        before, statistics = self._noise.state, [buffer.clone() for buffer in self._buffers]
        if self.seen == 0:
            self._draw_order()
        count = batches.size(self.images - self.seen, self.settings.batch, self._lone)
        batch = self._order[self.seen : self.seen + count]
        self._gradients = []  # of the step before: room for the next
        wanted = self._steering.wanted
        look = any(self.step % every == 0 for name, every in LOOK_EVERY.items() if name in wanted)
        try:
            piece = yield from self._mini_batch.gradients(batch, self.settings, look)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error) or not self._share.alone:  # the others would not know of a smaller batch
                raise
            self._noise.state = before
            for buffer, was in zip(self._buffers, statistics, strict=True):
                buffer.copy_(was)
            raise TooMuchMemory from None
        return self._moved(piece, len(batch), look)

    def _draw_order(self) -> None:
        """Every image once, in random order."""
        self._order_state = self._noise.state
        self._order = torch.randperm(self.images, generator=self._noise.cpu)

    def _moved(self, piece: Piece, count: int, look: bool) -> Made:
        """The optimizer's part of a step."""
        rate = self.settings.rate * rate_factor(self.settings, self.step, self.steps)
        before = [parameter.detach().clone() for parameter in self._parameters] if look else []
        self._steered.before_step()
        try:
            self.optimizer.step(piece.gradients, self.settings, rate)
        except (MemoryError, RuntimeError) as error:  # some weights may have moved already
            if not out_of_memory(error):
                raise
            advice = "train a smaller network, or with SGD, which remembers less"
            raise InputError(f"there is not enough memory for what the optimizer remembers; {advice}") from None
        self.step += 1
        self.seen += count
        self._follow()
        self._steered.put_back()
        self._gradients = piece.gradients
        layers = layer_figures(self.network, piece.gradients, before, piece.alive) if look else None
        self._steered.between_steps()
        at = self.epoch + self.seen / self.images
        return Made(self.step, self.steps, at, count, rate, piece.figures, layers)

    def halve(self) -> None:
        """Half as many images a step from now on."""
        self.settings = replace(self.settings, batch=max(self.settings.batch // 2, 1))

    def _follow(self) -> None:
        """Moves the running mean towards the weights; early on it forgets faster, as it has little to remember."""
        if self.mean is self.network:
            return
        decay = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self._mean_parameters, self._parameters, 1 - decay)
            for kept, now in zip(self._mean_buffers, self._buffers, strict=True):
                kept.copy_(now)
