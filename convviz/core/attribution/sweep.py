"""Occlusion: a patch swept over the picture, and how far the score falls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ...spec.errors import InputError
from ...spec.indices import indices, whole
from ...spec.network import Pair
from ...spec.probe import Patch, Probe
from ..trace import Floats, as_picture, device_of
from ..trace import scores as scores_of

SLICE_S = 0.006  # one batch: between two of them the engine shows frames
MOST = 256  # pictures in a batch


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """How far the sweep is: ``heat`` (H, W), 0 where no patch has been yet; ``done`` of 1."""

    heat: Floats
    done: float


def occlusion(
    network: nn.Module,
    picture: Floats,
    target: int | None = None,
    patch: Pair = (5, 5),
    stride: Pair = (1, 1),
    value: float = 0.5,
) -> Floats:
    """score − score with a patch of one ``value`` over the picture, averaged over all patches that cover a pixel.

    Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2014. The patch covers all channels. The
    last one of a row may reach beyond the picture, so that every pixel is covered.

    Args:
        picture: (C, H, W).
        target: the class; None is the one that the network answers.
        patch: height and width.
        stride: rows and columns from one place of the patch to the next.

    Returns:
        (H, W): positive where the score needs what is there.

    Raises:
        InputError: the network has no such class, or the patch or the stride does not fit.

    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False))
    >>> network[1].weight.data = torch.tensor([[1.0, 2.0, 0.0, -1.0]])
    >>> occlusion(network, np.ones((1, 2, 2), np.float32), patch=(1, 1), value=0.0).tolist()
    [[1.0, 2.0], [0.0, -1.0]]
    """
    *_, last = occlusion_steps(network, picture, target, patch, stride, value)
    return last.heat


def occlusion_steps(
    network: nn.Module,
    picture: Floats,
    target: int | None = None,
    patch: Pair = (5, 5),
    stride: Pair = (1, 1),
    value: float = 0.5,
) -> Iterator[Swept]:
    """:func:`occlusion` a few milliseconds at a time; the last that comes is ``done`` 1. ``close()`` cancels it.

    Raises:
        InputError: the network has no such class, or the patch or the stride does not fit.

    >>> parts = list(occlusion_steps(nn.Flatten(), np.ones((1, 2, 2), np.float32), 0, (1, 1)))
    >>> parts[-1].done, parts[-1].heat.tolist()
    (1.0, [[0.5, 0.0], [0.0, 0.0]])
    """
    picture = as_picture(picture)
    size: Pair = (int(picture.shape[1]), int(picture.shape[2]))
    patch, stride = _pair(patch, "patch"), _pair(stride, "stride")
    _check(size, patch, stride)
    bare = scores_of(network, picture)
    chosen = Probe().class_of(bare) if target is None else whole(target, "a class")
    if not 0 <= chosen < bare.size:
        raise InputError(f"there is no class {chosen}: the network has {bare.size}, counted from 0")
    patches = [Patch(top, left, *patch, value) for top in _starts(size, patch, stride, 0)
               for left in _starts(size, patch, stride, 1)]  # fmt: skip
    total, counts = np.zeros(size), np.zeros(size)
    first, count = 0, 1
    while first < len(patches):
        part = patches[first : first + count]
        since = perf_counter()
        falls = _falls(network, picture, part, chosen, float(bare[chosen]))
        for place, fall in zip(part, falls, strict=True):
            where = np.s_[place.top : place.top + patch[0], place.left : place.left + patch[1]]
            total[where] += fall
            counts[where] += 1
        first += len(part)
        yield Swept(_mean(total, counts), first / len(patches))
        count = paced(len(part), perf_counter() - since)


def paced(count: int, seconds: float) -> int:
    """How many pictures to send next, where ``count`` took ``seconds``: as many as fit a slice, at most twice as many.

    >>> paced(4, 0.001), paced(100, 0.06), paced(1, 5.0)
    (8, 10, 1)
    """
    return max(1, min(int(count * SLICE_S / max(seconds, 1e-9)), 2 * count, MOST))


def _pair(values: Pair, what: str) -> Pair:
    found = indices(values, f"the {what}")
    if len(found) != 2:
        raise InputError(f"the {what} must be two numbers, height and width, not {len(found)}")
    return found[0], found[1]


def _check(size: Pair, patch: Pair, stride: Pair) -> None:
    for axis, (side, step, length) in enumerate(zip(patch, stride, size, strict=True)):
        what, lines = ("height", "rows") if axis == 0 else ("width", "columns")
        if not 1 <= side <= length:
            raise InputError(f"the {what} of the patch must be 1 to {length}, as the picture is, not {side}")
        if step < 1:
            raise InputError(f"the stride must be at least 1, not {step}")
        if step > side < length:
            raise InputError(
                f"the stride must not be larger than the patch: {side} {lines} moved by {step} leave some uncovered"
            )


def _starts(size: Pair, patch: Pair, stride: Pair, axis: int) -> range:
    """Where patches begin; the last may stick out."""
    return range(0, (ceil((size[axis] - patch[axis]) / stride[axis]) + 1) * stride[axis], stride[axis])


def _falls(network: nn.Module, picture: Floats, patches: list[Patch], target: int, bare: float) -> NDArray[np.float64]:
    """bare − score with each patch, (N,). One that changes nothing is not computed: its fall is 0 exactly."""
    covered = [patch.over(picture) for patch in patches]
    changed = [i for i, one in enumerate(covered) if not np.array_equal(one, picture)]
    falls = np.zeros(len(patches))
    if changed:
        with torch.inference_mode():
            batch = torch.tensor(np.stack([covered[i] for i in changed]), device=device_of(network))
            found = network(batch).flatten(1)[:, target].float().cpu().numpy()
        with np.errstate(invalid="ignore", over="ignore"):
            falls[changed] = bare - found.astype(np.float64)
    return falls


def _mean(total: NDArray[np.float64], counts: NDArray[np.float64]) -> Floats:
    with np.errstate(invalid="ignore", over="ignore"):
        mean: Floats = (total / np.maximum(counts, 1)).astype(np.float32)
    return mean
