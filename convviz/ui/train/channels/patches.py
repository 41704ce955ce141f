"""The part of an image that a unit sees, and which channels say nothing."""

from __future__ import annotations

import numpy as np

from ....spec.geometry import LayerGeometry, describe
from ....spec.network import AvgPool2d, Dropout, Flatten, MaxPool2d, NetworkSpec, ReLU
from ....spec.training.news import Bytes

KEEPS_SIGNS = (Dropout, Flatten, MaxPool2d, AvgPool2d)  # what is never above 0 stays so


def patch(image: Bytes, row: LayerGeometry, place: tuple[int, int]) -> Bytes:
    """What the unit at ``place`` of a layer sees of an image (C, H, W), (C, h, w); beyond its edge the edge goes on.

    The whole image where every unit sees all of it.

    >>> from convviz.spec.presets import lecture
    >>> patch(np.zeros((1, 28, 28), np.uint8), describe(lecture())[3], (1, 2)).shape
    (1, 19, 19)
    """
    field = row.receptive_field
    if field is None:
        return image
    top, left, bottom, right = field.box(*place)
    if top >= 0 and left >= 0 and bottom <= image.shape[1] and right <= image.shape[2]:
        return image[:, top:bottom, left:right]
    rows = np.clip(np.arange(top, bottom), 0, image.shape[1] - 1)
    columns = np.clip(np.arange(left, right), 0, image.shape[2] - 1)
    found: Bytes = image[:, rows[:, None], columns[None, :]]
    return found


def before_relu(network: NetworkSpec, layer: str) -> bool:
    """Whether only what is above 0 in this layer gets further: it is a ReLU, or one comes next.

    >>> from convviz.spec.presets import lecture
    >>> [before_relu(lecture(), name) for name in ("conv1", "pool1", "relu1", "fc2")]
    [True, True, True, False]
    """
    layers = list(network)
    at = layers.index(network[layer])
    if isinstance(layers[at], ReLU):
        return True
    first = next((each for each in layers[at + 1 :] if not isinstance(each, KEEPS_SIGNS)), None)
    return isinstance(first, ReLU)


def seen(network: NetworkSpec) -> dict[str, LayerGeometry]:
    """The layers with channels to look at, by id."""
    return {row.layer.id: row for row in describe(network) if not isinstance(row.layer, Flatten)}
