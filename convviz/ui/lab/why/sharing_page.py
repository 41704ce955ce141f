"""Weight sharing: the same operation with its kernel, as patches times kernels, and as one big sparse matrix."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ....spec.lab.edits import KINDS
from ....spec.lab.trial import Trial
from ..scene import Pointer
from .map_view import MapView
from .maps import Index
from .sharing_board import REST, SharingBoard
from .sharing_lights import Lights, Links

UNLINKED = "The matrix has too many entries to light up what belongs together."


class SharingPage(SharingBoard):
    """Three ways to write one convolution, linked, with what each has to store."""

    pointed = Signal(object)  # Pointer or None
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sharing_page")
        self.setAccessibleName("Weight sharing")
        self._trial: Trial | None = None
        self._links: Links | None = None
        self._connect()

    def _connect(self) -> None:
        part: dict[MapView, Callable[[Links, Index], Lights | None]] = {
            self.input: lambda links, at: links.of_input(at),
            self.kernel: lambda links, at: links.of_pointer(self._kernel_pointer(links, at)),
            self.output: lambda links, at: links.of_output(at),
            self.patches: lambda links, at: links.of_patch(at[1], at[2]),
            self.factors: lambda links, at: links.of_factor(at[1], at[2]),
            self.result: lambda links, at: links.of_output(_unravel(at[1], at[2], links)),
            self.matrix: lambda links, at: links.of_place(at[1], at[2]),
            self.vector: lambda links, at: links.of_input(_index(at[2], links.sharing.row.input_shape)),
            self.made: lambda links, at: links.of_output(_index(at[1], links.sharing.row.output_shape)),
        }
        for view, find in part.items():
            view.hovered.connect(lambda at, find=find: self._hovered(at, find))

    # --- what to show -----------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial, about: str = "") -> None:
        """A trial; where nothing is shared a sentence says so. ``about`` is a line on where the input comes from."""
        lab = trial.lab
        old = self._trial.lab if self._trial is not None else None
        same = old is not None and old.layer == lab.layer and old.shape == lab.shape and self._links is not None
        self._trial = trial
        self.show_about(about)
        if same and self._links is not None:
            self._links = Links(lab, self._links.sharing)  # only numbers changed
        else:
            self._links = Links.of(lab)
        self.matrix.nearest = None if self._links is None else self._links.nearest
        self.show_operation(trial)
        if lab.has_kernels:
            self.show_matrices(trial, None if self._links is None else self._links.sharing)
        else:
            kind = KINDS[lab.layer.kind]
            self.show_nothing(kind[0].upper() + kind[1:])
        if not same:
            self._put_out()

    def _put_out(self) -> None:
        """Nothing is lit, and the line of words says what there is to do."""
        for view in self.views:
            view.show_lit(None)
        if self._trial is not None and self._trial.lab.has_kernels:
            self.reading.show_text(REST if self._links is not None else UNLINKED)

    # --- what lights up ---------------------------------------------------------------------------------------

    def point(self, pointer: Pointer | None) -> None:
        """Lights what belongs to a cell that is pointed at elsewhere."""
        links = self._links
        self._light(None if pointer is None or links is None else links.of_pointer(pointer))

    def _hovered(self, at: Index | None, find: Callable[[Links, Index], Lights | None]) -> None:
        links = self._links
        lights = None if at is None or links is None else find(links, at)
        self._light(lights)
        self.pointed.emit(None if lights is None else lights.pointer)

    def _light(self, lights: Lights | None) -> None:
        links = self._links
        if links is None:
            return
        if lights is None:
            self._put_out()
            return
        self.reading.show_text(lights.sentence)
        taps, positions = self.patches.values.shape[1:]
        shapes = links.sharing.matrix_shape
        for view, mask in (
            (self.input, links.inputs),
            (self.output, links.outputs),
            (self.kernel, links.kernels),
            (self.patches, lambda entries: links.patches(entries, (taps, positions))),
            (self.factors, lambda entries: links.factors(entries, taps)),
            (self.result, lambda entries: links.outputs(entries).reshape(1, len(self.output.values), -1)),
            (self.matrix, links.matrix),
            (self.vector, lambda entries: links.inputs(entries).reshape(1, 1, shapes[1])),
            (self.made, lambda entries: links.outputs(entries).reshape(1, shapes[0], 1)),
        ):
            if not view.note:
                view.show_lit(mask(lights.entries), None if lights.meant is None else mask(lights.meant))

    def _kernel_pointer(self, links: Links, at: Index) -> Pointer:
        channel, seen = divmod(at[0], links.sharing.kernel_shape[1])
        return Pointer("kernel", (channel, seen, at[1], at[2]))


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(n) for n in np.unravel_index(place, shape))


def _unravel(channel: int, position: int, links: Links) -> tuple[int, ...]:
    """(d, y, x) of a channel's position."""
    return channel, *_index(position, links.sharing.row.output_shape[1:])
