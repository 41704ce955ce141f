"""A photo filtered at its full size: a job for the compute thread, which goes on answering meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from ..spec.lab.lab import Lab
from ..spec.lab.parts import only
from ..spec.lab.strips import RowsDone
from .outbox import Floats

__all__ = ["Filtered", "RowsDone", "filtered"]


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """The exact result of a Lab's operation on its photo: ``values`` (n, H′, W′) of ``outputs``, read-only."""

    lab: Lab
    values: Floats
    outputs: tuple[int, ...]  # all channels, or some of them


def filtered(lab: Lab, outputs: tuple[int, ...] | None = None) -> Generator[RowsDone, None, Filtered]:
    """Does the Lab's operation on the whole photo, in strips of rows; reports how far it is, and returns Filtered.

    ``outputs`` are neighbouring channels that read the same of the photo, or all of them.

    Raises:
        InputError: the input is no photo, the operation does not fit it, or the result would be too large.
    """
    from ..core.filtering import strips

    values = yield from strips(lab if outputs is None else only(lab, outputs))
    return Filtered(lab, values, outputs or tuple(range(len(values))))
