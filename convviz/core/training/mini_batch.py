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
from .stages import Passes, Piece, joined, precision

if TYPE_CHECKING:
    from ..data import Images

# Images that a CPU computes at a time: the picture on screen waits less, and more at a time are no faster (a sixth
# slower, where they leave the cache). Always the same pieces of one network, as they decide the last digits.
PIECE = 64
MOST_PRODUCTS = 1 << 30  # of a piece forwards; some 90 ms on one core
LONG = 1 << 28  # products from which a piece is computed layer by layer, whoever waits


class MiniBatch:
    """Images on their way through a network that is trained; its dropouts draw from ``noise`` from now on.

    products: of one image, forwards. A CPU computes a piece at a time, so that memory and the longest wait do not grow
    with the batch. A batch norm needs all images of a step at once: these then are one piece, computed layer by layer;
    from some 4,000 images on a single layer of it takes longer than a picture should wait.
    """

    def __init__(
        self,
        network: nn.Sequential,
        images: Images,
        noise: Noise,
        share: Share,
        steering: Steering,
        device: torch.device,
        products: int,
    ) -> None:
        self._network, self._noise, self._share, self._steering = network, noise, share, steering
        self._device = device
        self._labels = images.labels.to(device)
        self._images = _resident(images.images, device)
        self._spread = share.spread(network)
        self._whole = any(isinstance(layer, nn.BatchNorm2d) for layer in network.children())
        self._products = max(products, 1)
        noise.fit(network)
        self._mixed = device.type == "cuda" and torch.cuda.is_bf16_supported()

    def gradients(self, batch: Tensor, settings: TrainingSettings, look: bool) -> Generator[None, None, Piece]:
        """Of the images with these indices; yields None wherever there may be a pause.

        ``look`` is for finding out which channels are alive.
        """
        count = len(batch)
        self._noise.begin_step(count, settings.dropout)
        if not self._share.alone:
            part = self._share.part(count)
            images, labels = yield from self._prepared(batch, settings)
            return self._shared(images[part], labels[part], count, settings)
        passes = Passes(self._network, lambda scores, labels: loss_sum(scores, labels, settings), self._mixed)
        pieces: list[Piece] = []
        for some in torch.split(batch, count if self._whole else self._piece(count)):
            images, labels = yield from self._prepared(some, settings)
            fine = self._steering.fine or self._long(len(some))
            found = yield from passes.run(images, labels, count, fine, look)
            pieces = [joined([*pieces, found])]
            yield
        return pieces[0]

    def _long(self, count: int) -> bool:
        return self._device.type == "cpu" and (count > PIECE or count * self._products > LONG)

    def _prepared(self, batch: Tensor, settings: TrainingSettings) -> Generator[None, None, tuple[Tensor, Tensor]]:
        """Images as the network takes them, augmented, and their labels."""
        found: list[Tensor] = []
        for part in torch.split(batch, self._piece(len(batch))):
            images = as_input(self._images[part.to(self._images.device)], self._device)
            found.append(augmented(images, self._noise.cpu, settings.augmentation))
            yield
        return torch.cat(found) if len(found) > 1 else found[0], self._labels[batch.to(self._device)]

    def _piece(self, count: int) -> int:
        """How many of so many images a CPU computes at a time: parts of much the same size."""
        if self._device.type != "cpu":
            return count
        most = min(max(MOST_PRODUCTS // self._products, 1), PIECE)
        return -(-count // -(-count // most))

    def _shared(self, images: Tensor, labels: Tensor, count: int, settings: TrainingSettings) -> Piece:
        """One process of several: all of them have the same gradients afterwards, those of the joint batch."""
        for parameter in self._network.parameters():
            parameter.grad = None
        with precision(images, self._mixed):
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
