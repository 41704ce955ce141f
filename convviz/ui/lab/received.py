"""What a network receives of the drawing, made here and at once: the Lab need not wait for a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...spec.lab.edits import DRAWING_SHAPE
from ...spec.preparation import received
from ...spec.state import State, differs
from ...spec.strokes import Canvas

Floats = NDArray[np.float32]


class Received:
    """Keeps the picture of the last State, and its canvas, on which a stroke under way is cheap."""

    def __init__(self) -> None:
        self._canvas = Canvas()
        self._of: State | None = None
        self._picture: Floats = np.zeros(DRAWING_SHAPE, np.float32)

    def picture(self, state: State) -> Floats:
        """(1, 28, 28) in 0…1, read-only: the same array as long as drawing and preparation stay."""
        if self._of is None or differs(self._of, state, "drawing", "preparation"):
            self._picture = received(self._canvas.ink(state.drawing), state.preparation, DRAWING_SHAPE)[1]
            self._picture.setflags(write=False)
        self._of = state
        return self._picture
