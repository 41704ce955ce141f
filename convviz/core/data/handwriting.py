"""What the user drew and kept with a label, as images to learn from."""

from __future__ import annotations

import numpy as np
import torch

from ...spec.errors import InputError
from ...spec.network import Shape
from ...spec.preparation import received
from ...spec.strokes import Canvas
from ...spec.training.news import Loading
from ...spec.training.source import Labelled
from .images import Job, Split, halves

_FEWEST = 2


def handwriting(kept: tuple[Labelled, ...], shape: Shape | None = None) -> Job[Split]:
    """The drawings, each as the pad prepared it when it was kept; square with the larger side of ``shape``.

    In colour where ``shape`` has three channels and so has a picture that was kept; else grey.

    Every fifth of each class is held back to measure on.

    Raises:
        InputError: fewer than two drawings.
    """
    if len(kept) < _FEWEST:
        there = "only one drawing is kept" if kept else "no drawing is kept yet"
        raise InputError(f"{there}; draw a digit, choose what it is and keep it, at least {_FEWEST} times")
    side = 28 if shape is None else max(shape[1:])
    colour = shape is not None and shape[0] == 3 and any(one.drawing.in_colour for one in kept)
    field = 3 if colour else 1, side, side
    images = np.empty((len(kept), *field), np.uint8)
    canvas = Canvas()
    for i, one in enumerate(kept):
        yield Loading("preparing drawings", i, len(kept))
        images[i] = np.rint(received(canvas.ink(one.drawing), one.preparation, field)[1] * 255)
    labels = [one.label for one in kept]
    train, test, note = halves(torch.from_numpy(images), labels)
    classes = tuple(str(label) for label in range(max(9, *labels) + 1))
    return Split("handwriting", train, test, classes, (note,) if note else ())
