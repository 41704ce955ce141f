"""What a training can fall back on when it diverges; nothing that could not be gone on from is ever given out."""

from __future__ import annotations

import math

from ...spec.errors import InputError
from ...spec.training.checkpoint import Checkpoint
from ...spec.weights import Weights
from .course import Course
from .faults import DivergedError

_LOOK_EVERY = 10  # steps between two looks at weights that nobody asked for; a look takes a fiftieth of a step


class Footing:
    """The last checkpoint from which all was well: the loss was a number from there on, and not far from guessing."""

    def __init__(self, start: Checkpoint, classes: int) -> None:
        self._good = start
        self._hoped: Checkpoint | None = None  # perhaps good: the next step will tell
        self._bound = 10 * math.log(max(classes, 3))

    def begin(self, course: Course) -> None:
        """Raises InputError where there is nothing sound to begin with."""
        fault = course.fault()
        if fault:
            raise InputError(f"a training cannot begin there: {fault}; choose other weights, or begin anew")

    def check(self, course: Course, step: int, loss: float) -> None:
        """Hears of a step.

        Raises:
            DivergedError: its loss is no number, or what it left behind is none.
        """
        if not math.isfinite(loss):
            raise self._diverged(course, step, "the loss is no longer a number")
        if step % _LOOK_EVERY == 0:
            self._look(course)
        if self._hoped is not None and loss <= self._bound:
            self._good = self._hoped
        self._hoped = None

    def checkpoint(self, course: Course) -> Checkpoint:
        """Where it is now, with all edits so far.

        Raises:
            DivergedError: that could not be gone on from.
        """
        moment = course.checkpoint()
        self._look(course)
        self._hoped = moment
        return moment

    def weights(self, course: Course) -> Weights:
        """What the training would return now.

        Raises:
            DivergedError: it could not go on from there.
        """
        kept = course.kept()
        self._look(course)
        return kept

    def _look(self, course: Course) -> None:
        fault = course.fault()
        if fault:
            raise self._diverged(course, course.step, fault)

    def _diverged(self, course: Course, step: int, why: str) -> DivergedError:
        return DivergedError(step, self._good, course.settings.rate, course.edits > self._good.edits, why)
