"""How the loss of a few images depends on weights that no training steps with: the same numbers every time."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ...spec.errors import InputError
from ...spec.geometry import LayerGeometry, describe
from ...spec.network import BatchNorm2d, NetworkSpec
from ...spec.training import TrainingSettings
from ...spec.training.source import DATA_SEED
from ...spec.weights import Floats, Weights
from ..judging import PRODUCTS, as_input
from ..network import assemble
from .faults import check, out_of_memory
from .losses import loss_sum
from .room import most_images
from .stages import Passes, Piece, joined

if TYPE_CHECKING:
    from ..data import Images, Split

IMAGES, FEWEST = 64, 8  # of a network that takes long fewer, but so many
_MOST_PRODUCTS = 1 << 33  # of all of them forwards; a third of a second on one core
_LAYER_PRODUCTS = 1 << 30  # of one layer, where all images are computed at once; some 90 ms on one core, there and back


class LossGradients(NamedTuple):
    """∂loss/∂parameter by the parameter's name, the mean over so many ``images``."""

    arrays: dict[str, Floats]
    images: int


def loss_gradients(
    spec: NetworkSpec,
    weights: Weights,
    data: Split,
    settings: TrainingSettings,
    device: str | torch.device = "cpu",
) -> Generator[None, None, LossGradients]:
    """Of at most 64 of the images to learn from, always the same ones, as they are: not augmented, nothing dropped.

    A batch norm takes mean and variance of these images, as a step does. ``settings`` say which loss it is. Yields None
    between any two layers; nothing outside changes, not even torch's random state.

    Raises:
        InputError: images or labels do not fit the network, which could not be trained on them, or memory is short.

    >>> from convviz.core.data import Split, finish, written
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> digits, settings = finish(written(100, seed=1)), TrainingSettings()
    >>> found = finish(loss_gradients(lecture(), initial(lecture()), Split("digits", digits, digits), settings))
    >>> found.arrays["conv2.weight"].shape, found.images
    ((64, 32, 5, 5), 64)
    """
    check(spec, data, replace(settings, batch=1))
    rows = describe(spec)
    count = _count(rows, len(data.train), most_images(spec), device)
    size = _size(rows, count, device)
    try:
        network = _as_in_a_step(assemble(spec, weights, device)[0])
        yield
        piece = yield from _summed(network, chosen(data.train, count), size, settings, torch.device(device))
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        raise InputError(f"there is not enough memory for the gradients of {count:,} images") from None
    names = [name for name, _ in network.named_parameters()]
    arrays = {name: found.float().cpu().numpy().copy() for name, found in zip(names, piece.gradients, strict=True)}
    for array in arrays.values():
        array.setflags(write=False)
    return LossGradients(arrays, count)


def chosen(images: Images, count: int) -> Images:
    """So many of them, by chance, but always the same: neighbours are often of one class.

    >>> from convviz.core.data import Images
    >>> ten = Images(torch.zeros(10, 1, 1, 1, dtype=torch.uint8), torch.arange(10))
    >>> chosen(ten, 4).labels.tolist() == chosen(ten, 4).labels.tolist()
    True
    >>> chosen(ten, 10).labels.tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    some = np.random.default_rng(DATA_SEED).choice(len(images), count, replace=False)
    at = torch.from_numpy(np.sort(some))
    return replace(images, images=images.images[at], labels=images.labels[at])


def _count(rows: tuple[LayerGeometry, ...], there: int, most: float, device: str | torch.device) -> int:
    """How many images: a batch norm needs all of them at once."""
    count = min(IMAGES, there)
    if torch.device(device).type == "cpu":
        count = min(count, max(_MOST_PRODUCTS // _products(rows), FEWEST))
        if _at_once(rows):
            count = min(count, max(_LAYER_PRODUCTS // _heaviest(rows), 2))
    return int(min(count, most))


def _size(rows: tuple[LayerGeometry, ...], count: int, device: str | torch.device) -> int:
    """How many of them are computed together: always the same of one network, as it decides the last digits."""
    if torch.device(device).type != "cpu" or _at_once(rows):
        return count
    most = max(PRODUCTS // _heaviest(rows), 1)
    return -(-count // -(-count // most))


def _at_once(rows: tuple[LayerGeometry, ...]) -> bool:
    return any(isinstance(row.layer, BatchNorm2d) for row in rows)


def _products(rows: tuple[LayerGeometry, ...]) -> int:
    return max(sum(row.products for row in rows), 1)


def _heaviest(rows: tuple[LayerGeometry, ...]) -> int:
    return max(1, *(row.products for row in rows))


def _as_in_a_step(network: nn.Sequential) -> nn.Sequential:
    """Batch norms as while it learns; dropouts as while it is used.

    Not with channels last: that is no faster for so few images, and its batch norm rounds ten times as much.
    """
    network.train()
    for module in network.children():
        if isinstance(module, nn.Dropout):
            module.eval()
    return network


def _summed(
    network: nn.Sequential, images: Images, size: int, settings: TrainingSettings, device: torch.device
) -> Generator[None, None, Piece]:
    passes = Passes(network, partial(loss_sum, settings=settings))
    pieces: list[Piece] = []
    parts: zip[tuple[Tensor, Tensor]] = zip(
        torch.split(images.images, size), torch.split(images.labels, size), strict=True
    )
    for some, labels in parts:
        found = yield from passes.run(as_input(some, device), labels.to(device), len(images), fine=True, look=False)
        pieces = [joined([*pieces, found])]
        yield
    return pieces[0]
