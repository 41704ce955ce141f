"""What the channels of one layer answered most strongly to: numbers, pictures and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from ....spec.geometry import LayerGeometry
from ....spec.network import NetworkSpec
from ....spec.training.news import Best, Bytes, Samples
from ...look.numbers import plain, typeset
from ..errors.words import Names, name_of
from .patches import before_relu, patch


@dataclass(frozen=True, eq=False)
class Answers:
    """Of one layer; ``samples`` are the test images that ``best`` counts."""

    network: NetworkSpec
    row: LayerGeometry
    best: Best
    samples: Samples
    names: Names

    @property
    def layer(self) -> str:
        return self.row.layer.id

    @property
    def channels(self) -> int:
        return len(self.best.values[self.layer])

    @property
    def pictures(self) -> int:
        """Of each channel."""
        return int(self.best.values[self.layer].shape[1])

    def value(self, channel: int, number: int) -> float:
        return float(self.best.values[self.layer][channel, number])

    def index(self, channel: int, number: int) -> int:
        """Which test image."""
        return int(self.best.images[self.layer][channel, number])

    def place(self, channel: int, number: int) -> tuple[int, int]:
        """Row and column of the unit."""
        row, column = self.best.places[self.layer][channel, number]
        return int(row), int(column)

    def image(self, channel: int, number: int, *, whole: bool) -> Bytes:
        """(C, h, w): the image, or what the unit sees of it."""
        image = self.samples.images[self.index(channel, number)]
        return image if whole else patch(image, self.row, self.place(channel, number))

    def name(self, channel: int) -> str:
        return f"{self.layer}[{channel}]"

    @cached_property
    def dead(self) -> frozenset[int]:
        """Channels that the next ReLU lets nothing through of."""
        values = self.best.values[self.layer]
        if not values.shape[1] or not before_relu(self.network, self.layer):
            return frozenset()
        return frozenset(np.flatnonzero(values[:, 0] <= 0).tolist())

    def note(self, channel: int) -> str:
        """What is wrong with a channel, in a word; mostly nothing."""
        if channel in self.dead:
            return "dead"
        return "" if not self.pictures or isfinite(self.value(channel, 0)) else "not a number"

    def words(self, channel: int, number: int) -> str:
        """What a picture is, or with -1 what the channel is."""
        if number < 0:
            return f"{self.name(channel)}{_spoken(self.note(channel))}: a click opens it in the Network workspace"
        value = self.value(channel, number)
        if not isfinite(value):
            return f"{self.name(channel)} gives no number"
        index = self.index(channel, number)
        at = ""
        if len(self.row.output_shape) == 3:
            row, column = self.place(channel, number)
            at = f" at row {row}, column {column}"
        label = name_of(self.names, int(self.samples.labels[index]))
        return typeset(f"{self.name(channel)} is {plain(value)}{at}, on test image {index:,}, which shows {label}")


def _spoken(note: str) -> str:
    reasons = {"dead": " is dead, as none of the images brings it above 0", "not a number": " gives no number"}
    return reasons.get(note, "")
