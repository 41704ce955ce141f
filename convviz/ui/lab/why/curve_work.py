"""The curves of a pose, computed a few points at a time: between two moves of the mouse there is room for no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ....spec.lab.equivariance import SHIFTS, Curves, Point, joined, points
from ....spec.lab.lab import Lab
from ...look.colours import Floats

AT_ONCE_S, SLICE_S = 0.03, 0.003  # of the first curves, and of those that follow a drag
AFTER_MS = 5  # what is there already is painted first


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which curves: those of a Lab with the input ``unmoved``, along the height (0) or the width (1)."""

    lab: Lab
    unmoved: Floats
    axis: int

    def alike(self, other: Question) -> bool:
        """Whether the curves are the same: they do not depend on the shift along their axis."""
        a, b = self.lab, other.lab
        still = {"down": 0.0} if self.axis == 0 else {"right": 0.0}
        return (
            self.axis == other.axis
            and (a.layer, a.flipped) == (b.layer, b.flipped)
            and a.weights is b.weights
            and replace(a.pose, **still) == replace(b.pose, **still)
            and (self.unmoved is other.unmoved or np.array_equal(self.unmoved, other.unmoved))
        )


class CurveWork(QObject):
    """Answers the last question. What is under way is finished first, so that a drag shows something."""

    answered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: Question | None = None
        self._doing: Question | None = None
        self._shown: Question | None = None
        self._rest: Iterator[Point] = iter(())
        self._found: list[Point] = []
        self.curves: Curves | None = None
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(lambda: self._go_on(SLICE_S))

    @property
    def axis(self) -> int | None:
        """Of the curves that are there."""
        return None if self._shown is None else self._shown.axis

    def forget(self) -> None:
        """There is nothing to ask."""
        self._next.stop()
        self._asked = self._doing = self._shown = self.curves = None

    def ask(self, question: Question) -> None:
        """Curves along another axis than those that are there are begun at once."""
        self._asked = question
        current = self._doing or self._shown
        if current is not None and question.alike(current):
            return
        if self._shown is None or question.axis != self._shown.axis or question.lab.shape != self._shown.lab.shape:
            self.forget()
            self._asked = question
            self._begin(question)
            self._go_on(AT_ONCE_S)
        elif self._doing is None:
            self._begin(question)
            self._next.start(AFTER_MS)

    def _begin(self, question: Question) -> None:
        self._doing, self._found = question, []
        self._rest = points(question.lab, question.unmoved, question.axis)

    def _go_on(self, seconds: float) -> None:
        done = self._doing
        if done is None:
            return
        end = perf_counter() + seconds
        for point in self._rest:
            self._found.append(point)
            if perf_counter() > end:
                break
        if len(self._found) < len(SHIFTS):
            self._next.start(0)
            return
        self.curves, self._shown, self._doing = joined(self._found), done, None
        if self._asked is not None and not self._asked.alike(done):
            self._begin(self._asked)
            self._next.start(AFTER_MS)
        self.answered.emit()
