"""What a network makes of every test image, and a little at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..spec.training.news import Judged
from .data import Images

PRODUCTS = 1 << 26  # in one slice: some 2 ms on one core, a third of the 5 ms that a picture may wait
GPU_PRODUCTS = 1 << 34
MOST_IMAGES = 2048

LossSum = Callable[[Tensor, Tensor], Tensor]  # of scores (N, K) and labels (N,)


def entropy_sum(scores: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy of each image, summed."""
    return functional.cross_entropy(scores, labels, reduction="sum")


def judged(
    network: nn.Module,
    images: Images,
    device: str | torch.device = "cpu",
    step: int = 0,
    loss_sum: LossSum = entropy_sum,
) -> Generator[None, None, tuple[Judged, float, float]]:
    """Classifies all images, a slice at a time; returns what it found, the mean loss and the accuracy.

    The network must not change meanwhile. It computes in evaluation mode, and is as it was when this ends.
    Of no images loss and accuracy are NaN.
    """
    count = len(images)
    predicted = np.zeros(count, np.int64)
    confidence, truth = np.zeros(count, np.float32), np.zeros(count, np.float32)
    loss = 0.0
    with evaluating(network):
        size = slice_size(network, images, device)
        yield
        for first in range(0, count, size):
            part = slice(first, first + size)
            labels = images.labels[part].to(device)
            with torch.inference_mode():
                scores: Tensor = network(as_input(images.images[part], device)).float()
                loss += float(loss_sum(scores, labels))
                shares = scores.softmax(dim=1)
                highest, classes = shares.max(dim=1)
                right = shares.gather(1, labels[:, None])[:, 0]
            for array, found in ((predicted, classes), (confidence, highest), (truth, right)):
                array[part] = found.cpu().numpy()
            yield
    for array in (predicted, confidence, truth):
        array.setflags(write=False)
    hits = int((predicted == images.labels.cpu().numpy()).sum())
    shown = Judged(step, predicted, confidence, truth)
    return shown, loss / count if count else float("nan"), hits / count if count else float("nan")


def slice_size(network: nn.Module, images: Images, device: str | torch.device) -> int:
    """How many images are computed at once: always the same of one network, as it decides the last digits."""
    if not len(images):
        return 1
    products = 1  # of one image

    def count(module: nn.Module, _args: object, output: Tensor) -> None:
        nonlocal products
        weight = module.weight
        assert isinstance(weight, Tensor)
        products += output.numel() * (weight.numel() // len(weight))

    weighing = [
        module for module in network.modules() if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)
    ]
    hooks = [module.register_forward_hook(count) for module in weighing]
    try:
        with torch.inference_mode():
            network(as_input(images.images[:1], device))
    finally:
        for hook in hooks:
            hook.remove()
    most = PRODUCTS if torch.device(device).type == "cpu" else GPU_PRODUCTS
    return min(max(most // products, 1), MOST_IMAGES)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """In evaluation mode, and laid out for speed; afterwards in the mode it was in."""
    training = network.training
    network.eval()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # several times as fast on a CPU
    try:
        yield
    finally:
        network.train(training)


def as_input(images: Tensor, device: str | torch.device = "cpu") -> Tensor:
    """Stored bytes (N, C, H, W) as the network takes them: float32, 0…1."""
    return images.to(device=device, dtype=torch.float32) / 255.0
