"""The effective field of a unit: how much each pixel really moves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...session.outbox import Frame
from ...spec.effective import effective_size, magnitude
from ...spec.network import ReLU
from ...spec.state import Focus, State
from ..look.colours import Floats
from ..look.numbers import brief
from .facts import side_text

if TYPE_CHECKING:
    from ...session.probing import AveragedField

MEANING = (
    "How large the field is in effect (Luo et al. 2016): the square root of the number of pixels whose |∂unit/∂pixel| "
    "is at least 4.55 % of the strongest one's.\nBeside it the field that layers and sizes allow."
)
ABOUT = (
    "The brighter a pixel, the more the unit changes with it: |∂unit/∂pixel|. Those with at least 4.55 % of the "
    "strongest make up the size (Luo et al. 2016)."
)


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """``magnitude`` (H, W) is |∂unit/∂pixel|, added up over the input's channels; ``result`` says its size."""

    magnitude: Floats
    result: str
    note: str


def of_frame(frame: Frame, focus: Focus) -> Effect | None:
    """The effective field on the frame's input; None where the frame does not hold it."""
    gradient = frame.unit_gradient
    if gradient is None or gradient.unit != focus:
        return None
    return _effect(magnitude(gradient.values), frame.state, focus, ABOUT, _why_nothing(frame, focus))


def of_average(average: AveragedField) -> Effect:
    """The effective field on average, as far as it is computed."""
    so_far = f"Averaged over {average.samples} digits" + ("." if average.done >= 1 else ", more are on their way.")
    return _effect(average.values, average.state, average.unit, f"{so_far} {ABOUT}", f"{so_far} None moves this unit.")


def fits(average: AveragedField | None, state: State) -> str:
    """Why an average is not that of ``state``; "" where it is."""
    if average is None or average.unit != state.focus or average.state.network is not state.network:
        return "computing…"
    if average.state.weights is not state.weights or average.state.channels != state.channels:
        return "of earlier weights"
    return "" if average.state.preparation == state.preparation else "prepared otherwise"  # the digits, as drawings are


def _effect(values: Floats, state: State, focus: Focus, note: str, nothing: str) -> Effect:
    if not np.isfinite(values).all():
        return Effect(values, "not a number", "The gradient of this unit is NaN or infinite in places.")
    if not values.any():
        return Effect(values, "no pixel moves it", nothing)
    theory = side_text(state.network, focus.layer)
    return Effect(values, f"effective {brief(effective_size(values))} of {theory} pixels", note)


def _why_nothing(frame: Frame, focus: Focus) -> str:
    """Why no pixel moves the unit, on this input."""
    layers = list(frame.state.network)
    at = next((i for i, layer in enumerate(layers) if layer.id == focus.layer), None)
    if at is not None and isinstance(layers[at], ReLU) and not frame.maps[focus.layer][focus.index] > 0:
        before = layers[at - 1].id if at else "input"
        value = brief(float(frame.maps[before][focus.index])).replace("-", "−")
        return f"{focus.layer} stops it: {before} puts out {value} here, and the slope of ReLU below 0 is 0."
    return "On this input, every path from a pixel to this unit is stopped: by a ReLU that is at 0, or a weight of 0."
