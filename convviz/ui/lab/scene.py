"""What a stage shows at one moment: the same for the screen and for a figure, in two dimensions and in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...spec.lab.trial import Trial

Part = Literal["input", "kernel", "output"]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A cell. ``index``: (c, y, x) of the input, (d, c, i, j) of a kernel as it is shown, (d, y, x) of the output.

    A cell of the input may lie in its padding: then y or x is outside the input.
    """

    part: Part
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """``filled`` positions of the output are there, in reading order; all of them when ``filled`` is trial.positions.

    While fewer are, the window stands where the last one was computed. ``pointer`` is what the mouse is over, or what
    was selected. ``channel`` is the output channel whose kernel is in hand. ``symbol`` is the letter of the size
    formula that the mouse is over: "H", "p", "d", "h", "s", "out" for the height, "W", "q", "e", "w", "t", "out_w" for
    the width. ``per_map``: several output maps of a convolution have a colour range each. ``rest`` is the output
    where the window of a signal stands while nothing else says where, and ``span`` the part of a signal that is seen.
    """

    trial: Trial
    filled: int
    pointer: Pointer | None = None
    channel: int = 0
    symbol: str = ""
    per_map: bool = True
    rest: Pointer | None = None
    span: tuple[float, float] | None = None

    @property
    def each_map(self) -> bool:
        """Whether output maps have colour ranges of their own. Pooling and ReLU pass on what their input holds."""
        return self.per_map and len(self.trial.output) > 1 and self.trial.lab.has_kernels
