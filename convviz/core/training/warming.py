"""What the first training of a session would otherwise wait for, done while nobody waits."""

from __future__ import annotations

from collections.abc import Generator

import torch
from PIL import Image

from ...spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from ...spec.training import TrainingSettings
from ...spec.training.news import Stepped
from ..data import Images, Split
from .job import train


def warm_up() -> Generator[None, None, None]:
    """A few milliseconds at a time; of what it does nothing remains but what torch and Pillow keep for themselves.

    The modules are imported by then, which takes most of the time. Pillow lists its formats, of which the digits that
    come with convviz are one; a step of a tiny network on blank pictures makes torch ready for backward passes.
    """
    Image.init()
    yield
    layers = (Conv2d("c", 2, (5, 5)), ReLU("r"), MaxPool2d("p", (4, 4)), Flatten("f"), Linear("l", 2))
    blank = Images(torch.zeros(2, 1, 28, 28, dtype=torch.uint8), torch.arange(2))
    job = train(NetworkSpec("tiny", (1, 28, 28), layers), Split("blank", blank, blank), TrainingSettings())
    for news in job:
        yield
        if isinstance(news, Stepped):
            break
    job.close()
