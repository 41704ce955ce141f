"""Which output is explained as a sum: in whose coordinates, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...spec.arithmetic import Explanation
from ...spec.errors import InputError
from ...spec.lab.lab import Lab
from ...spec.lab.trial import Trial
from ...spec.lab.viewport import Viewport, output_lattices
from ...spec.network import Shape
from .pointing import within
from .scene import Pointer


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a page shows of a Lab: all of it, a ``small`` copy of its photo, or (None) the photo itself."""

    lab: Lab
    trial: Trial | None
    small: bool = False

    @property
    def shape(self) -> Shape:
        """(D, H′, W′) of the outputs that can be pointed at."""
        return self.trial.output.shape if self.trial is not None else self.lab.row.output_shape

    def here(self, pointer: Pointer | None, channel: int) -> Pointer:
        """The selected output, which is one of the Lab's, as one of those that are shown; else the middle one."""
        return within(self.shape, self._scaled(pointer, self.lab.row.output_shape, self.shape), channel)

    def there(self, pointer: Pointer) -> Pointer:
        """One that is shown as one of the Lab's."""
        found = self._scaled(pointer, self.shape, self.lab.row.output_shape)
        assert found is not None
        return found

    def _scaled(self, pointer: Pointer | None, old: Shape, new: Shape) -> Pointer | None:
        if pointer is None or not self.small:
            return pointer
        places = zip(pointer.index[-2:], old[1:], new[1:], strict=True)
        scaled = ((2 * at + 1) * target // (2 * size) for at, size, target in places)
        return replace(pointer, index=(pointer.index[0], *scaled))

    def explain(self, index: tuple[int, ...]) -> Explanation | None:
        """How a value came about; None where there is none any more."""
        from ...spec.lab.look import explain_at

        if any(not 0 <= at < size for at, size in zip(index, self.shape, strict=True)):
            return None
        try:
            return self.trial.explain(index) if self.trial is not None else explain_at(self.lab, index)
        except InputError:  # the operation is about to change
            return None

    def heading(self, index: tuple[int, ...], *, seen: bool = True) -> str:
        """Which output it is; ``seen``: whether it is on screen."""
        channel, row, column = index
        place = f"position {column}" if self.lab.dims == 1 else f"row {row}, column {column}"
        where = ", in the small copy" if self.small else "" if seen else " (not in view)"
        return f"output {channel} · {place}{where}"


def in_view(lab: Lab, view: Viewport, index: tuple[int, ...]) -> bool:
    """Whether a value of a photo's result lies in the part that is on screen.

    >>> from convviz.spec.lab.presets import lab
    >>> view = Viewport(top=0.0, left=0.0, scale=2.0, room=(10, 10))
    >>> in_view(lab("five-filters"), view, (0, 3, 3)), in_view(lab("five-filters"), view, (0, 3, 9))
    (True, False)
    """
    for axis, lattice in enumerate(output_lattices(lab.row)):
        place = lattice.start + (index[1 + axis] + 0.5) * lattice.step
        if not 0 <= view.on_screen(axis, place) < view.room[axis]:
            return False
    return True


def seen_on(page: Any, lab: Lab, index: tuple[int, ...]) -> bool:
    """Whether a page shows a value; only a photo can be moved out of view."""
    canvas = getattr(page, "canvas", None)
    return canvas is None or in_view(lab, canvas.view, index)
