"""One sample whose loss is shown: its scores, or only a probability, and the right class."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ....spec.arithmetic.written import written
from ....spec.training.news import Judged, Samples
from ...explain.loss_view import minus_log
from ...look.colours import Floats, grey_image, image, packed

LECTURE = (((-1.0, -3.0, 4.0), 0), ((-3.0, 3.0, -1.0), 1))  # two inputs: scores, and the right class


@dataclass(frozen=True, slots=True, eq=False)
class LossCase:
    """``scores`` (C,) are None where only ``probability`` is known, of the class ``target``.

    ``predicted`` is the class that is answered. ``names`` are those of the classes; ``picture`` uint8 (C, H, W).
    """

    target: int
    names: tuple[str, ...]
    scores: Floats | None = None
    probability: float | None = None
    predicted: int | None = None
    confidence: float | None = None
    picture: NDArray[np.uint8] | None = None
    step: int | None = None  # at which the probability was measured

    def name_of(self, number: int) -> str:
        """What a class is called."""
        return self.names[number] if number < len(self.names) else str(number)

    @property
    def facts(self) -> str:
        """What is known of a sample without scores."""
        if self.probability is None or self.predicted is None or self.confidence is None:
            return ""
        when = "" if self.step is None else f"At step {self.step:,} "
        who = "the network" if when else "The network"
        answer = f"{when}{who} answered {self.name_of(self.predicted)} with {written(self.confidence)}"
        return f"{answer}, and gave the right class {self.name_of(self.target)} {written(self.probability)}."

    @property
    def loss_of_probability(self) -> str:
        """−log(p) with the number put in.

        >>> LossCase(0, ("0",), probability=0.5).loss_of_probability
        '−log(0.5) = 0.6931'
        """
        p = self.probability if self.probability is not None else float("nan")
        loss = -log(p) + 0.0 if p > 0 else inf if p == 0 else float("nan")
        return minus_log(p, written(loss))


def lecture_case(row: int) -> LossCase:
    """One row of the lecture's example."""
    scores, target = LECTURE[row]
    return LossCase(target, tuple("012"), np.array(scores, np.float32))


def sample_case(samples: Samples, index: int, judged: Judged | None, names: tuple[str, ...]) -> LossCase:
    """A test image; what the network made of it is known since it was judged, at the end of an epoch."""
    known = judged is not None and index < len(judged.predicted)
    return LossCase(
        int(samples.labels[index]),
        names,
        probability=float(judged.truth[index]) if judged is not None and known else None,
        predicted=int(judged.predicted[index]) if judged is not None and known else None,
        confidence=float(judged.confidence[index]) if judged is not None and known else None,
        picture=samples.images[index],
        step=judged.step or None if judged is not None and known else None,
    )


def sample_image(picture: NDArray[np.uint8]) -> QImage:
    """An image uint8 (C, H, W) as it looks: grey for one channel, else its first three as red, green, blue."""
    if len(picture) < 3:
        return grey_image(picture[0].astype(np.float32) / np.float32(255))
    return image(packed(*picture[:3]))
