"""The gradients of a mini-batch: of all of it, piece by piece, or of the part of one process of several."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ...spec.training import TrainingSettings
from ..augment import augmented
from ..distributed import Share
from ..judging import as_input
from ..steering import Steering
from .faults import out_of_memory
from .losses import loss_sum
from .noise import Noise
from .stages import Passes, Piece, joined

if TYPE_CHECKING:
    from ..data import Images

# Images that a CPU computes at a time: the picture on screen waits less, and more at a time are no faster (a sixth
# slower, where they leave the cache). Always the same pieces, as they decide the last digits.
PIECE = 64


class MiniBatch:
    """Images on their way through a network that is trained; its dropouts draw from ``noise`` from now on."""

    def __init__(
        self,
        network: nn.Sequential,
        images: Images,
        noise: Noise,
        share: Share,
        steering: Steering,
        device: torch.device,
    ) -> None:
        self._network, self._noise, self._share, self._steering = network, noise, share, steering
        self._device = device
        self._labels = images.labels.to(device)
        self._images = _resident(images.images, device)
        self._spread = share.spread(network)
        layers = network.children()
        self._whole = any(isinstance(layer, nn.BatchNorm2d | nn.Dropout) for layer in layers)
        noise.fit(network)
        self._mixed = device.type == "cuda" and torch.cuda.is_bf16_supported()

    def gradients(self, batch: Tensor, settings: TrainingSettings, look: bool) -> Generator[None, None, Piece]:
        """Of the images with these indices; yields None wherever there may be a pause.

        ``look`` is for finding out which channels are alive.
        """
        count = len(batch)
        self._noise.begin_step(count)
        self._noise.dropout = settings.dropout
        images = yield from self._prepared(batch, settings)
        labels = self._labels[batch.to(self._device)]
        if not self._share.alone:
            part = self._share.part(count)
            return self._shared(images[part], labels[part], count, settings)
        size = count if self._whole or settings.dropout else self._piece(count)
        passes = Passes(self._network, lambda scores, labels: loss_sum(scores, labels, settings), self._mixed)
        pieces: list[Piece] = []
        for first in range(0, count, size):
            part = slice(first, first + size)
            found = yield from passes.run(images[part], labels[part], count, self._steering.fine, look)
            pieces = [joined([*pieces, found])]
            yield
        return pieces[0]

    def _prepared(self, batch: Tensor, settings: TrainingSettings) -> Generator[None, None, Tensor]:
        """The images of a mini-batch as the network takes them, augmented."""
        found: list[Tensor] = []
        for part in torch.split(batch, self._piece(len(batch))):
            images = as_input(self._images[part.to(self._images.device)], self._device)
            found.append(augmented(images, self._noise.cpu, settings.augmentation))
            yield
        return torch.cat(found) if len(found) > 1 else found[0]

    def _piece(self, count: int) -> int:
        """How many of so many images a CPU computes at a time: parts of much the same size."""
        return count if self._device.type != "cpu" else -(-count // -(-count // PIECE))

    def _shared(self, images: Tensor, labels: Tensor, count: int, settings: TrainingSettings) -> Piece:
        """One process of several: all of them have the same gradients afterwards, those of the joint batch."""
        for parameter in self._network.parameters():
            parameter.grad = None
        scores = self._spread(images)
        total = loss_sum(scores, labels, settings)
        (total / count * self._share.world).backward()  # type: ignore[no-untyped-call]
        right = (scores.argmax(dim=1) == labels).sum()
        figures = self._share.summed(float(total.detach()), float(right), device=self._device)
        gradients = [parameter.grad for parameter in self._network.parameters() if parameter.grad is not None]
        return Piece(torch.tensor(figures), gradients)


def _resident(images: Tensor, device: torch.device) -> Tensor:
    """The bytes on the device, or where they are if they do not fit there."""
    try:
        return images.to(device)
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        return images
