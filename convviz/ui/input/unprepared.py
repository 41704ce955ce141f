"""Images that reach the network as they are: the preparation is off for them, and comes back with the next drawing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from ...spec.preparation import Preparation
from ...spec.state import State
from ...spec.strokes import Drawing
from ..look.colours import Floats

AS_IT_IS = Preparation(crop=False, fit=False, centre=False)  # smooth stays on: without it pixels are black or white
REMEMBERED = 64  # images, so that what was undone can be done again


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An image that became the drawing. ``ink`` is (H, W), ``name`` what it is called, ``label`` its true class."""

    ink: Floats
    name: str
    label: int
    before: Preparation  # what the next drawing gets again


class Unprepared:
    """Remembers which preparation was switched off for which image.

    >>> import numpy as np
    >>> from convviz.session.shipped import starting_state
    >>> state, _ = starting_state()
    >>> images = Unprepared()
    >>> shown = images.opened(state, np.zeros((28, 28), np.float32), "test image 5", 9)
    >>> shown.preparation.crop, images.of(shown.drawing).name
    (False, 'test image 5')
    >>> images.fresh(shown, Drawing()).preparation is state.preparation
    True
    """

    def __init__(self) -> None:
        self._known: deque[Opened] = deque(maxlen=REMEMBERED)

    def opened(self, state: State, ink: Floats, name: str, label: int) -> State:
        """With ``ink`` (H, W) as the drawing, of which the network receives exactly these values."""
        self._known.append(Opened(ink, name, label, self._usual(state)))
        return replace(state, drawing=Drawing(base=ink), preparation=AS_IT_IS)

    def fresh(self, state: State, drawing: Drawing) -> State:
        """With another drawing in the place of the one there is; prepared as before the image was opened."""
        return replace(state, drawing=drawing, preparation=self._usual(state))

    def of(self, drawing: Drawing) -> Opened | None:
        """The image that a drawing is, or is drawn over; None for any other."""
        return next((image for image in self._known if image.ink is drawing.base), None)

    def _usual(self, state: State) -> Preparation:
        if state.preparation is not AS_IT_IS:  # as somebody has chosen it meanwhile
            return state.preparation
        image = self.of(state.drawing)
        return state.preparation if image is None else image.before
