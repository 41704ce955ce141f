"""Digits that convviz writes itself, stroke by stroke, and prepares as the pad does."""

from __future__ import annotations

import numpy as np
import torch

from ...spec.handwriting import digit
from ...spec.preparation import prepare
from ...spec.strokes import Canvas
from ...spec.training.news import Loading
from .images import Images, Job, Split

TEN = tuple("0123456789")
_RESOLUTIONS = (112, 140, 168)  # of the canvas, small for speed; the last trace of it is not to be learnt
_FINE, _SMALL = 420, 120.0  # a small digit (pad units) needs more pixels to look as it does on the pad


def strokes(count: int, seed: int) -> Job[Split]:
    """``count`` digits to learn from and a twentieth of that, at least ten, to measure on."""
    train = yield from written(count, seed)
    test = yield from written(max(count // 20, 10), seed + 2**32)  # never a seed of the training digits
    return Split("strokes", train, test, TEN)


def written(count: int, seed: int) -> Job[Images]:
    """``count`` digits from :mod:`convviz.spec.handwriting`, the ten classes in turn, through the pad's own pipeline.

    >>> from convviz.core.data import finish
    >>> finish(written(10, seed=1)).labels.tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    rng = np.random.default_rng(seed)
    coarse, fine = [Canvas(size) for size in _RESOLUTIONS], Canvas(_FINE)
    images = np.empty((count, 1, 28, 28), np.uint8)
    for i in range(count):
        drawing = digit(i % 10, rng)
        size = max(float(np.ptp(stroke.points, axis=0).max()) for stroke in drawing.strokes)
        canvas = fine if size < _SMALL else coarse[i // 10 % len(coarse)]
        images[i, 0] = np.rint(prepare(canvas.show(drawing)).result * 255)
        if i % 4 == 3:
            yield Loading("writing digits", i + 1, count)
    return Images(torch.from_numpy(images), torch.arange(count) % 10)
