"""Images that reach the network as they are: the preparation is off for them, and comes back with the next drawing."""

from __future__ import annotations

from dataclasses import replace

from ...spec.opened_image import AS_IT_IS, OpenedImage
from ...spec.preparation import Preparation
from ...spec.state import State
from ...spec.strokes import Drawing
from ..look.colours import Floats


def opened(state: State, picture: Floats, name: str, label: int | None = None) -> State:
    """With a ``picture`` (H, W), or in colour (3, H, W), as the drawing; the network receives exactly these values.

    ``label`` is its class, if that is known. The drawing remembers which preparation was switched off for it, also in
    a file.

    >>> import numpy as np
    >>> from convviz.session.shipped import starting_state
    >>> state, _ = starting_state()
    >>> shown = opened(state, np.zeros((28, 28), np.float32), "test image 5", 9)
    >>> shown.preparation.crop, shown.drawing.image.name
    (False, 'test image 5')
    >>> fresh(shown, Drawing()).preparation is state.preparation
    True
    """
    return replace(
        state, drawing=Drawing(base=picture, image=OpenedImage(name, label, _usual(state))), preparation=AS_IT_IS
    )


def standing(state: State) -> str:
    """How an image that was opened reaches the network by now: as it is, edited, or prepared; "" for a drawing.

    >>> import numpy as np
    >>> from convviz.spec.strokes import Stroke
    >>> from convviz.session.shipped import starting_state
    >>> state, _ = starting_state()
    >>> shown = opened(state, np.zeros((28, 28), np.float32), "test image 5", 9)
    >>> standing(state), standing(shown)
    ('', 'as it is')
    >>> standing(replace(shown, drawing=shown.drawing.with_stroke(Stroke(np.ones((1, 2))))))
    'edited'
    """
    if state.drawing.image is None:
        return ""
    return "edited" if state.drawing.strokes else "as it is" if state.preparation == AS_IT_IS else "prepared"


def fresh(state: State, drawing: Drawing) -> State:
    """With another drawing in the place of the one there is; prepared as before the image was opened."""
    return replace(state, drawing=drawing, preparation=_usual(state))


def _usual(state: State) -> Preparation:
    image = state.drawing.image
    if image is None or state.preparation != AS_IT_IS:  # as somebody has chosen it meanwhile
        return state.preparation
    return image.before
