"""One labelled image of the data, as it is opened elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from .news import Bytes, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """``image`` uint8 (C, H, W) with its class; ``index`` says where it lies among the test images."""

    image: Bytes
    label: int
    index: int

    @classmethod
    def of(cls, samples: Samples, index: int) -> Sample:
        """The image of that number."""
        return cls(samples.images[index], int(samples.labels[index]), index)
