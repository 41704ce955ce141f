"""A picture that reaches the network as it is, and what it was in its set of images."""

from __future__ import annotations

from dataclasses import dataclass

from .preparation import Preparation

AS_IT_IS = Preparation(crop=False, fit=False, centre=False)  # smooth stays on: without it pixels are black or white


@dataclass(frozen=True, slots=True, eq=False)
class OpenedImage:
    """What is known of an image that became the drawing: ``name``, its true class ``label``, None where nobody knows,
    and the preparation ``before`` it, which the next drawing gets again.
    """

    name: str
    label: int | None
    before: Preparation
