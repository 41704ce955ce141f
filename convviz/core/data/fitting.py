"""Images as a network takes them: grey or coloured, and of its size."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ...spec.errors import InputError
from ...spec.grey import BRIGHTNESS
from ...spec.network import Shape, times
from ...spec.resample import area_weights
from ...spec.training.news import Loading
from .images import Images, Job, Split, most

_AT_ONCE = 2**19  # values, some milliseconds of work


def fitted(split: Split, shape: Shape) -> Job[Split]:
    """The images in ``shape`` (C, H, W): their middle, as large as fills it, area-averaged; as they are where they fit.

    Colour becomes grey as the eye weighs it, grey becomes three equal channels. Where memory sets a limit, the first
    images are taken. What was done is added to the notes.

    Raises:
        InputError: images cannot have that many channels.
    """
    own = tuple(split.train.images.shape[1:])
    check_channels(shape, own[0])
    limit = max(most(shape), 10)
    test = min(len(split.test), max(limit // 5, 5))
    train = min(len(split.train), limit - test)
    notes = [f"{_words(own)} are fitted to {times(shape)}."] if own != shape else []
    if (train, test) != (len(split.train), len(split.test)):
        notes.append(f"Only the first {train:,} images, and {test:,} to test on: more need too much memory.")
    elif own == shape:
        return split
    learnt = yield from _fitted(split.train, shape, train)
    same = split.test is split.train and test == train  # none could be held back
    measured = learnt if same else (yield from _fitted(split.test, shape, test))
    return replace(split, train=learnt, test=measured, notes=(*split.notes, *notes))


def check_channels(shape: Shape, own: int | None = None) -> None:
    """Refuses a shape that no image can have, but for those that have it already.

    Raises:
        InputError: neither one channel nor three, or no (C, H, W) at all.
    """
    if len(shape) != 3 or (shape[0] not in (1, 3) and shape[0] != own):
        raise InputError(
            f"the network takes {times(shape)}; images have 1 or 3 channels: choose another network or data"
        )


def _words(shape: Shape) -> str:
    colour = {1: "grey ", 3: "colour "}.get(shape[0], "")
    return f"{times(shape[1:])} {colour}images"


def _fitted(images: Images, shape: Shape, count: int) -> Job[Images]:
    """The first ``count`` of the images, a slice at a time."""
    source = images.images
    result = torch.empty((count, *shape), dtype=torch.uint8)
    height, width = source.shape[2:]
    scale = max(shape[1] / height, shape[2] / width)
    rows, columns = (
        torch.from_numpy(area_weights(scale, (to - size * scale) / 2, size, to)).float()
        for size, to in ((height, shape[1]), (width, shape[2]))
    )
    step = max(_AT_ONCE // (max(shape[0], source.shape[1]) * max(height * width, shape[1] * shape[2])), 1)
    for first in range(0, count, step):
        yield Loading("fitting images", first, count)
        part = _with_channels(source[first : min(first + step, count)].float(), shape[0])
        if (height, width) != shape[1:]:
            part = rows @ part @ columns.T
        result[first : first + step] = part.round_().clamp_(0, 255).to(torch.uint8)
    return Images(result, images.labels[:count])


def _with_channels(part: Tensor, channels: int) -> Tensor:
    """(N, C, H, W) with so many channels."""
    if part.shape[1] == channels:
        return part
    if channels == 3:
        return part.expand(-1, 3, -1, -1).clone()
    return torch.einsum("nchw,c->nhw", part, torch.tensor(BRIGHTNESS))[:, None]
