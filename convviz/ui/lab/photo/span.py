"""What the colours of a photo's result span: the same wherever one looks."""

from __future__ import annotations

from dataclasses import dataclass

from ....spec.geometry import LayerGeometry
from ....spec.lab.lab import Lab
from ....spec.lab.look import Patches, combine, factors, gather, photo_of, seen_by
from ....spec.lab.source import Source
from ....spec.lab.strongest import COUNTED, spread
from ...look.colours import Range
from .tones import colour_range

READ = 1_200_000  # values of the photo, at most: what a kernel that is dragged adds up once more


@dataclass(frozen=True, slots=True)
class _Asked:
    row: LayerGeometry
    source: Source  # compared by identity
    outputs: tuple[int, ...]


class Span:
    """Counts values at places spread over the whole result; what they are made of is read once a photo."""

    def __init__(self) -> None:
        self._asked: _Asked | None = None
        self._patches: Patches | None = None
        self._lab: Lab | None = None
        self._range = Range(0.0, 0.0)

    def of(self, lab: Lab, row: LayerGeometry, outputs: tuple[int, ...]) -> Range:
        """The range of some output channels."""
        asked = _Asked(row, lab.source, outputs)
        if self._patches is None or asked != self._asked:
            channels = seen_by(row, outputs)
            most = max(min(COUNTED, READ // (len(channels) * factors(row))), 1)
            rows, columns = spread(row.output_shape[1], row.output_shape[2], most)
            self._asked, self._patches = asked, gather(row, photo_of(lab), rows, columns, channels)
            self._lab = None
        if lab is not self._lab:
            self._lab, self._range = lab, colour_range(combine(self._patches, lab.multiplied, outputs))
        return self._range

    def forget(self) -> None:
        """Keeps nothing in memory."""
        self._asked = self._patches = self._lab = None
